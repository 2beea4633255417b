import { printable } from '@model-signing/core';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Untrusted text for HTML and SVG, in an element or an attribute: hidden characters are shown, and none is markup. */
export function escapedText(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => entities[character] as string);
}

/** A text that fits into a picture. */
export function fitted(text: string, limit: number): string {
  const shown = printable(text);
  const characters = [...shown];
  return characters.length <= limit ? shown : `${characters.slice(0, limit - 1).join('')}…`;
}
