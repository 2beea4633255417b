import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Code } from 'mdast';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { visit } from 'unist-util-visit';
import { root } from '../workplace.ts';

/** A block of code in a document. */
export interface Block {
  /** Relative to the repository. */
  readonly document: string;
  readonly line: number;
  /** The first word of its fence; empty without one. */
  readonly language: string;
  /** The rest of its fence. */
  readonly info: string;
  readonly text: string;
}

/** Every Markdown file of the repository. */
export const documents: readonly string[] = trackedFiles('*.md');

/** The files that git tracks, or would add, by a pattern. */
function trackedFiles(pattern: string): string[] {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', pattern], {
    cwd: root,
    encoding: 'utf8',
  });
  return files.split('\n').filter(Boolean).sort();
}

/** The blocks of code in a document, in their order, also those that are indented or in lists. */
export function blocksOf(document: string): Block[] {
  return blocksIn(readFileSync(path.join(root, document), 'utf8'), document);
}

/** As {@link blocksOf}, for a text. */
export function blocksIn(markdown: string, document: string): Block[] {
  const found: Block[] = [];
  visit(unified().use(remarkParse).parse(markdown), 'code', ({ lang, meta, value, position }: Code) => {
    const line = position?.start.line ?? 0;
    found.push({ document, line, language: lang ?? '', info: meta ?? '', text: value });
  });
  return found;
}

/** The name of the file that a block shows, written in brackets behind its language. */
export function fileOf({ info }: Block): string | null {
  return /^\[([\w.-]+)\]$/.exec(info)?.[1] ?? null;
}

/** Why a block of commands is not run, or null if it is. */
export function reasonNotToRun({ info }: Block): string | null {
  return /^no-run="([^"]{10,})"$/.exec(info)?.[1] ?? null;
}

/** Where a block is, for messages and names of tests. */
export function placeOf({ document, line }: Block): string {
  return `${document}:${line}`;
}
