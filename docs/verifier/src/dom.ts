import { listed } from './text.ts';

type Child = Node | string | null;

/** The element with an identifier, which the page has. */
export function byId<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no element ${id}`);
  return element as Kind;
}

/** Makes an element. Children that are strings become text, never markup. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Makes a button that does something. */
export function button(text: string, act: () => void): HTMLButtonElement {
  const element = make('button', { type: 'button' }, text);
  element.addEventListener('click', act);
  return element;
}

/** Makes a list of terms and what they are; a term with null is left out. */
export function facts(rows: readonly (readonly [term: string, value: Child | readonly string[]])[]): HTMLDListElement {
  const shown = rows.filter(([, value]) => value !== null);
  return make(
    'dl',
    {},
    ...shown.flatMap(([term, value]) => {
      const content = Array.isArray(value) ? listOf('ul', value) : (value as Child);
      return [make('dt', {}, term), make('dd', {}, content)];
    }),
  );
}

/** Makes a list of texts; of very many, the first. */
export function listOf(tag: 'ul' | 'ol', texts: readonly string[]): HTMLElement {
  return make(tag, {}, ...listed(texts).map((text) => make('li', {}, text)));
}
