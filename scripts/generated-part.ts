// The part of a page that a command writes.
import { readFileSync, writeFileSync } from 'node:fs';

/** Puts a text between `<!-- made by COMMAND -->` and `<!-- end -->`. @throws {Error} if the page has no such place */
export function writePart(page: string, command: string, text: string): void {
  const before = `<!-- made by ${command} -->\n`;
  const old = readFileSync(page, 'utf8');
  const start = old.indexOf(before) + before.length;
  const end = old.indexOf('<!-- end -->', start);
  if (!old.includes(before) || end === -1) throw new Error(`${page} has no place for what ${command} makes`);
  writeFileSync(page, `${old.slice(0, start)}\n${text}\n\n${old.slice(end)}`);
}

/** A size for people. @param bytes */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
