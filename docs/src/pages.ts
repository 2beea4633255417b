import { existsSync } from 'node:fs';
import path from 'node:path';

/** A page of the site before it is rendered: its path in the site and its Markdown. */
export interface Page {
  /** Relative to the root of the site, ending in `.md`. */
  readonly path: string;
  readonly text: string;
  /** The source file, relative to the repository's root; null for a generated page. */
  readonly source: string | null;
}

/** Files that are read in the repository where the site has a generated page. */
const standIns: Readonly<Record<string, string>> = {
  'packages/cli/README.md': 'reference/command-line.md',
  'packages/cli/schemas/result-v1.schema.json': 'reference/json-results.md',
  'docs/src/error-meanings.ts': 'reference/errors.md',
};

/**
 * Rewrites links between files of the repository into links between pages of the site. A link to a file that is not on the
 * site is replaced by its text.
 * @throws {Error} if a link points to a file that does not exist
 */
export function linkPages(root: string, pages: readonly Page[]): Page[] {
  // Generated pages have no file; other pages link to them as if they were in docs/.
  const placeOf = new Map(pages.map(({ source, path }) => [source ?? `docs/${path}`, path] as const));
  const generated = new Set(pages.map(({ path }) => path));
  for (const [file, page] of Object.entries(standIns)) if (generated.has(page)) placeOf.set(file, page);
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

/** Applies a change to the text of a page outside its fenced blocks. */
export function outsideOfCode(markdown: string, change: (text: string) => string): string {
  return markdown
    .split(/^(```[\s\S]*?^```$)/m)
    .map((part) => (part.startsWith('```') ? part : change(part)))
    .join('');
}
