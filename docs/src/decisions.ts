import type { Page } from './pages.ts';

/** The parts of a decision record that the index shows. */
export interface Decision {
  readonly number: number;
  readonly title: string;
  readonly status: string;
  readonly date: string;
  /** Titles of its sections, in order. */
  readonly sections: readonly string[];
}

const MARKER = '<!-- decisions -->';
const HEADING = /^# (\d+)\. (.+)$/m;

/**
 * Parses a record.
 * @throws {Error} naming what the record lacks
 */
export function parseDecision(name: string, markdown: string): Decision {
  const [, number, title] = HEADING.exec(markdown) ?? [];
  const status = /^- \*\*Status\*\*: (.+)$/m.exec(markdown)?.[1];
  const date = /^- \*\*Date\*\*: (\d{4}-\d{2}-\d{2})$/m.exec(markdown)?.[1];
  if (!number || !title) throw new Error(`${name} has no heading like "# 7. What is decided"`);
  if (!status || !date) throw new Error(`${name} lacks its ${status ? 'date' : 'status'}`);
  const sections = [...markdown.matchAll(/^## (.+)$/gm)].map(([, section]) => section as string);
  return { number: Number(number), title, status, date, sections };
}

/** Inserts the list of all records at the marker of the index. */
export function withDecisions(pages: readonly Page[]): Page[] {
  const rows = pages
    .filter(({ path }) => /^decisions\/\d/.test(path))
    .map(({ path, text }) => ({ ...parseDecision(path, text), file: path.replace('decisions/', './') }))
    .sort((a, b) => a.number - b.number)
    .map(
      ({ number, title, status, date, file }) =>
        `| ${number} | [${title}](${file}) | ${status} | <time>${date}</time> |`,
    );
  const table = ['| number | decision | status | date |', '|--:|---|---|---|', ...rows].join('\n');
  return pages.map((page) =>
    page.path === 'decisions/index.md' ? { ...page, text: page.text.replace(MARKER, () => table) } : page,
  );
}
