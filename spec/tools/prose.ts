import Slugger from 'github-slugger';
import { toString as textOf } from 'mdast-util-to-string';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { visit } from 'unist-util-visit';

const parser = unified().use(remarkParse).use(remarkGfm);

/** A parsed Markdown document: its source and its tree. */
export interface Prose {
  readonly source: string;
  readonly tree: ReturnType<typeof parser.parse>;
}

/** A heading, with the number that opens it and its anchor. */
export interface Section {
  readonly number: string;
  readonly title: string;
  readonly anchor: string;
  readonly line: number;
}

/** A fenced block of JSON and what its info string says about it. */
export interface Fence {
  readonly line: number;
  readonly file: string | null;
  readonly schema: string | null;
  readonly text: string;
}

/** A paragraph, list item or cell: running text, with its place. */
export interface Block {
  readonly line: number;
  readonly section: string;
  readonly source: string;
  readonly listItem: boolean;
}

/** Parses Markdown with tables, but only when its tree is first used, since many callers need only the text. */
export function parseProse(source: string): Prose {
  let tree: Prose['tree'] | null = null;
  return {
    source,
    get tree() {
      tree ??= parser.parse(source);
      return tree;
    },
  };
}

/** Every heading in order. */
export function sections(prose: Prose): Section[] {
  const slugger = new Slugger();
  const found: Section[] = [];
  visit(prose.tree, 'heading', (heading) => {
    const title = textOf(heading);
    const number = /^(\d+(?:\.\d+)*)\.? /.exec(title)?.[1] ?? '';
    found.push({ number, title, anchor: slugger.slug(title), line: lineOf(heading) });
  });
  return found;
}

/** Every link, picture and definition of a link in order. */
export function links(prose: Prose): { readonly url: string; readonly line: number }[] {
  const found: { url: string; line: number }[] = [];
  visit(prose.tree, (node) => {
    if (node.type === 'link' || node.type === 'image' || node.type === 'definition') {
      found.push({ url: node.url, line: lineOf(node) });
    }
  });
  return found;
}

/** Every link of the form `[text][label]` whose label nothing defines; Markdown takes it for ordinary text. */
export function brokenReferences(prose: Prose): { readonly label: string; readonly line: number }[] {
  const found: { label: string; line: number }[] = [];
  visit(prose.tree, 'text', (text) => {
    for (const [label] of text.value.matchAll(/\[[^[\]]+\]\[[^[\]]*\]/g)) found.push({ label, line: lineOf(text) });
  });
  return found;
}

/** Every fenced block of JSON in order. */
export function jsonFences(prose: Prose): Fence[] {
  const found: Fence[] = [];
  visit(prose.tree, 'code', (code) => {
    if (code.lang !== 'json') return;
    const setting = (name: string) => new RegExp(`(?:^| )${name}=(\\S+)`).exec(code.meta ?? '')?.[1] ?? null;
    found.push({ line: lineOf(code), file: setting('file'), schema: setting('schema'), text: code.value });
  });
  return found;
}

/** Every block of running text with the number of its section; line ends become spaces. */
export function blocks(prose: Prose): Block[] {
  const headings = sections(prose);
  const found: Block[] = [];
  visit(prose.tree, (node, _index, parent) => {
    if (node.type !== 'paragraph' && node.type !== 'tableCell' && node.type !== 'heading') return;
    const line = lineOf(node);
    const section = headings.findLast((heading) => heading.line <= line)?.number ?? '';
    const { start, end } = node.position ?? {};
    const source = prose.source.slice(start?.offset, end?.offset).replaceAll(/\s*\n\s*/g, ' ');
    found.push({ line, section, source, listItem: parent?.type === 'listItem' && parent.children[0] === node });
  });
  return found;
}

function lineOf(node: { readonly position?: { readonly start: { readonly line: number } } | undefined }): number {
  return node.position?.start.line ?? 0;
}
