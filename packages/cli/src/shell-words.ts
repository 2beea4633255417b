import { printable } from '@model-signing/core';
import { hasScheme } from './addresses.ts';

/** A word as a shell reads it; null if it holds characters that no message may show. */
export function shellWord(word: string): string | null {
  if (/^[\p{L}\p{Nd}_@%+=:,./-]+$/u.test(word) && printable(word) === word) return word;
  return printable(word) === word ? `'${word.replaceAll("'", "'\\''")}'` : null;
}

/** Flags that leave out these names of a model, as they are typed: for one in a store, relative to its top; null for a name that cannot be typed or left out. */
export function ignoreFlags(modelPath: string, names: readonly string[]): string | null {
  const folder = hasScheme(modelPath) ? '' : `${modelPath.replace(/(?<=.)\/+$/, '')}/`;
  const typed = names.map((name) => (/[*?[\]]/.test(name) ? null : shellWord(folder + name)));
  return typed.includes(null) ? null : typed.map((word) => `--ignore-paths ${word}`).join(' ');
}
