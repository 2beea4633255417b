import { escapeXml, visible } from './escape.ts';

/** HTML or XML in which untrusted text has been escaped. Only this module makes it. */
export class Markup {
  readonly #text: string;

  /** @internal */
  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

type Value = string | number | Markup | readonly Markup[];

/** A template that escapes every value, except those that are markup already. */
export function markup(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(strings.map((text, i) => text + (i < values.length ? valueText(values[i] as Value) : '')).join(''));
}

function valueText(value: Value): string {
  if (typeof value === 'string' || typeof value === 'number') return escapeXml(String(value));
  return Array.isArray(value) ? value.join('') : String(value);
}

/** Markup, one piece a line. */
export function lines(pieces: readonly Markup[]): Markup {
  return new Markup(pieces.join('\n'));
}

/** A file of this package, which is the contents of a `style` or `script` element. */
export function own(contents: string): Markup {
  return new Markup(contents);
}

/** Data as the contents of a `script` element, which it cannot close. Its strings are visible, but otherwise unchanged. */
export function scriptData(value: object): Markup {
  const text = JSON.stringify(value, (_, member) => (typeof member === 'string' ? visible(member) : member));
  return new Markup(text.replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029'));
}
