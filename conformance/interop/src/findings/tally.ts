import { vectorBases } from '../../../suite/src/vectors/vector.ts';

/** One result: of which run, what its vector rests on, and its state. */
export interface Row {
  readonly label: string;
  readonly basis: string;
  readonly state: string;
}

const columns = [
  'passed',
  'accepted wrongly',
  'refused or signed wrongly',
  'other failures',
  'inconclusive',
  'unsupported',
  'observed',
] as const;

type Column = (typeof columns)[number];

const columnOf: Readonly<Record<string, Column>> = {
  pass: 'passed',
  'pass-unclassified': 'passed',
  'fail-accepted': 'accepted wrongly',
  'fail-rejected': 'refused or signed wrongly',
  inconclusive: 'inconclusive',
  unsupported: 'unsupported',
  observed: 'observed',
};

/** The counts of one run for one basis. */
export interface Tally {
  readonly label: string;
  readonly basis: string;
  readonly counts: Readonly<Record<Column, number>>;
}

/** Counts results by run, in the order of the runs, and by basis, from what binds every implementation to what binds none. */
export function tally(rows: readonly Row[]): Tally[] {
  const labels = [...new Set(rows.map(({ label }) => label))];
  const bases = [...new Set(rows.map(({ basis }) => basis))].sort((one, other) => rank(one) - rank(other));
  return labels.flatMap((label) =>
    bases
      .map((basis) => ({ basis, mine: rows.filter((row) => row.label === label && row.basis === basis) }))
      .filter(({ mine }) => mine.length > 0)
      .map(({ basis, mine }) => ({ label, basis, counts: countColumns(mine) })),
  );
}

function rank(basis: string): number {
  const at = (vectorBases as readonly string[]).indexOf(basis);
  return at === -1 ? vectorBases.length : at;
}

function countColumns(rows: readonly Row[]): Record<Column, number> {
  const counts = Object.fromEntries(columns.map((column) => [column, 0])) as Record<Column, number>;
  for (const { state } of rows) counts[columnOf[state] ?? 'other failures']++;
  return counts;
}

/** The counts as a table in Markdown. */
export function markdownTable(tallies: readonly Tally[]): string {
  const lines = [
    `| run | rests on | ${columns.join(' | ')} |`,
    `|---|---|${columns.map(() => '--:|').join('')}`,
    ...tallies.map(
      ({ label, basis, counts }) => `| ${label} | ${basis} | ${columns.map((one) => counts[one]).join(' | ')} |`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
