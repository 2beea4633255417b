import type { InlineCode } from 'mdast';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { visit } from 'unist-util-visit';

/** A piece of code inside of a sentence. */
export interface Mention {
  readonly line: number;
  readonly text: string;
}

/** The pieces of code in the prose of a document, with their line ends as spaces. */
export function mentionsIn(markdown: string): Mention[] {
  const found: Mention[] = [];
  visit(unified().use(remarkParse).parse(markdown), 'inlineCode', ({ value, position }: InlineCode) => {
    found.push({ line: position?.start.line ?? 0, text: value.replaceAll(/\s+/g, ' ') });
  });
  return found;
}

/** The files that a page includes, as VitePress does, relative to the page. */
export function includesIn(markdown: string): string[] {
  return [...markdown.matchAll(/^ *<<< *([^\s{#[]+)/gm)].map(([, file = '']) => file);
}
