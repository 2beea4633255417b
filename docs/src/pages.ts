import { existsSync } from 'node:fs';
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
 * @throws {Error} where a link leads to what the repository does not have either
 */
export function linkPages(root: string, pages: readonly Page[]): Page[] {
  // What is generated has no file; pages link to it as if it lay beside those that are written.
  const placeOf = new Map(pages.map(({ source, path }) => [source ?? `docs/${path}`, path] as const));
  const isThere = (file: string) => existsSync(path.join(root, file));
  return pages.map((page) =>
    page.source === null ? page : { ...page, text: relink(page, page.source, placeOf, isThere) },
  );
}

function relink(
  page: Page,
  source: string,
  placeOf: ReadonlyMap<string, string>,
  isThere: (file: string) => boolean,
): string {
  return outsideOfCode(page.text, (text) =>
    text.replace(/(?<!!)\[([^\]]*)\]\(([^)\s]+)\)/g, (whole, label: string, target: string) => {
      if (/^[a-z]+:/.test(target) || target.startsWith('#') || target.startsWith('/')) return whole;
      const [link = '', anchor] = target.split('#');
      const file = path.posix.join(path.posix.dirname(source), link).replace(/\/$/, '');
      const place = placeOf.get(file) ?? placeOf.get(`${file}/README.md`);
      if (place === undefined) {
        if (!isThere(file)) throw new Error(`${source}: there is no ${target}`);
        return label;
      }
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
