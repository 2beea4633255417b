/** What was found, as it is recorded in docs/data/attestations.json. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ReaderName } from './readers.ts';

export const recordFile = path.resolve(import.meta.dirname, '../../../../docs/data/attestations.json');

/** `not-run`: only of cosign, which is not built for this. A reason is an id of `gaps.ts`. */
export type Cell = 'read' | 'not-run' | { readonly refused: string };

export interface Row {
  readonly by: string;
  readonly what: 'attestation' | 'signature';
  /** Who signed, such as `key on P-256`. */
  readonly signatory: string;
  readonly cells: Readonly<Record<ReaderName, Cell>>;
}

export interface Found {
  readonly versions: Readonly<Record<string, string>>;
  /** When cosign itself was run last, by hand; null if it never was. */
  readonly cosign: { readonly version: string; readonly date: string } | null;
  readonly rows: readonly Row[];
}

export function readRecord(): Found | null {
  return existsSync(recordFile) ? (JSON.parse(readFileSync(recordFile, 'utf8')) as Found) : null;
}

/** One row per line, so that a change gives a readable diff. */
export function recordText({ versions, cosign, rows }: Found): string {
  const lines = rows.map((row) => JSON.stringify(row)).join(',\n');
  return `{"versions":${JSON.stringify(versions)},\n"cosign":${JSON.stringify(cosign)},\n"rows":[\n${lines}\n]}\n`;
}

const keyOf = ({ by, what, signatory }: Row) => [by, what, signatory].join('\n');

/** What was found without cosign, with what was recorded of it before. */
export function withRecordedCosign(found: Found, recorded: Found | null): Found {
  if (recorded === null || recorded.cosign === null) return found;
  const before = new Map(recorded.rows.map((row) => [keyOf(row), row]));
  const rows = found.rows.map((row) => {
    const cosign = before.get(keyOf(row))?.cells.cosign ?? 'not-run';
    return { ...row, cells: { ...row.cells, cosign } };
  });
  return { ...found, cosign: recorded.cosign, rows: [...rows, ...recorded.rows.filter(({ by }) => by === 'cosign')] };
}

/** The differences between two records, one line each. */
export function differences(before: Found | null, after: Found): string[] {
  if (before === null) return ['nothing was recorded before'];
  const text = (value: unknown) => JSON.stringify(value);
  const rows = new Map(before.rows.map((row) => [keyOf(row), text(row)]));
  const kept = new Set(after.rows.map(keyOf));
  const name = ({ by, what, signatory }: Row) => `${what} by ${by}, ${signatory}`;
  return [
    ...(text(before.versions) === text(after.versions) ? [] : ['other versions of the tools']),
    ...(text(before.cosign) === text(after.cosign) ? [] : ['another run of cosign']),
    ...after.rows.flatMap((row) => {
      const recorded = rows.get(keyOf(row));
      return recorded === text(row) ? [] : [`${name(row)}: ${text(row.cells)}, was ${recorded ?? 'missing'}`];
    }),
    ...before.rows.flatMap((row) => (kept.has(keyOf(row)) ? [] : [`${name(row)}: no longer there`])),
  ];
}
