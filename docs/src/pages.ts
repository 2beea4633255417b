import path from 'node:path';

/** A page of the site before it is rendered: where it lies in the site, and its Markdown. */
export interface Page {
  /** Relative to the root of the site, ending in `.md`. */
  readonly path: string;
  readonly text: string;
  /** The file of the repository that it was written in, relative to its root; null for what is generated. */
  readonly source: string | null;
}

/**
 * Points the links of pages at pages, since they were written to be read in the repository as well. A link to a file that
 * the site does not have keeps its text alone.
 */
export function linkPages(pages: readonly Page[]): Page[] {
  const placeOf = new Map(pages.flatMap(({ source, path }) => (source ? [[source, path] as const] : [])));
  return pages.map((page) => (page.source === null ? page : { ...page, text: relink(page, page.source, placeOf) }));
}

function relink(page: Page, source: string, placeOf: ReadonlyMap<string, string>): string {
  return outsideOfCode(page.text, (text) =>
    text.replace(/(?<!!)\[([^\]]*)\]\(([^)\s]+)\)/g, (whole, label: string, target: string) => {
      if (/^[a-z]+:/.test(target) || target.startsWith('#') || target.startsWith('/')) return whole;
      const [file = '', anchor] = target.split('#');
      const place = placeOf.get(path.posix.join(path.posix.dirname(source), file).replace(/\/$/, ''));
      if (place === undefined) return label;
      const relative = path.posix.relative(path.posix.dirname(page.path), place);
      return `[${label}](./${relative}${anchor === undefined ? '' : `#${anchor}`})`;
    }),
  );
}

/** Changes the text of a page, but not its fenced blocks. */
export function outsideOfCode(markdown: string, change: (text: string) => string): string {
  return markdown
    .split(/^(```[\s\S]*?^```$)/m)
    .map((part) => (part.startsWith('```') ? part : change(part)))
    .join('');
}
