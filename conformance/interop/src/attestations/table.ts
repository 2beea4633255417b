/** Who reads what, as a part of the page about interoperability. */
import { markdownCell } from '../../../suite/src/report/escape.ts';
import { GAPS } from './gaps.ts';
import { READERS, type ReaderName } from './readers.ts';
import { type Cell, type Found, type Row, readRecord } from './record.ts';

/** What a tool is called in the table. */
const writers: Readonly<Record<string, string>> = {
  'model-signing': 'this command',
  'cosign-attest': 'cosign’s packages',
};

const readers: Readonly<Record<ReaderName, string>> = {
  'model-signing': 'this command',
  'sigstore-go': 'sigstore-go',
  '@sigstore/verify': '@sigstore/verify',
  'sigstore-python': 'sigstore-python',
  cosign: 'cosign',
};

/** The lines of the part, from what is recorded. */
export function attestationLines(found: Found | null = readRecord()): string[] {
  if (found === null) return [];
  const ours = found.rows.filter(({ by }) => by === 'model-signing');
  const others = found.rows.filter(({ by }) => by !== 'model-signing');
  const reasons = reasonsIn(found.rows);
  return [
    '## Attestations, and which tools of Sigstore read them',
    '',
    ...introduction(found),
    '',
    ...table('this command wrote', ours, (row) => `${row.what}, ${row.signatory}`, reasons),
    '',
    ...table('written by', others, (row) => `${writers[row.by] ?? row.by}, ${row.signatory}`, reasons),
    '',
    ...reasons.map(({ reason }, index) => `${index + 1}. ${markdownCell(reason)}`),
    '',
  ];
}

function introduction({ versions, cosign }: Found): string[] {
  const version = (name: string) => versions[name] ?? '';
  return [
    '`npm run attestations` has each tool write an attestation about the root digest of a signature, or a signature, and each tool read',
    'it. What a tool reads, it also has to refuse with another digest and with another type, if it looks at them: this command and cosign',
    'compare both, sigstore-go the digest, and the two libraries leave both to their callers. Certificates are those of an authority',
    'of one’s own, with an intermediate one. Identities are certified by a private Sigstore with a real Fulcio. A number leads to the',
    'reason below.',
    '',
    `The tools are sigstore-go ${version('sigstore-go')}, @sigstore/verify ${version('@sigstore/verify')}, sigstore-python`.replace(
      '@',
      '@<!-- -->',
    ),
    `${version('sigstore-python')}, the packages of cosign ${version('cosign-attest')} that write statements and bundles, and @<!-- -->actions/attest`,
    `${version('@actions/attest')}. ${cosignSentence(cosign)}`,
  ];
}

function cosignSentence(cosign: Found['cosign']): string {
  const why = 'cosign itself takes half an hour to build, and is run by hand';
  return cosign === null ? `${why}; it has not been run.` : `${why}: version ${cosign.version}, on ${cosign.date}.`;
}

type Gap = (typeof GAPS)[number];

/** The reasons that rows have, in their order. */
function reasonsIn(rows: readonly Row[]): Gap[] {
  const ids = new Set(rows.flatMap(({ cells }) => READERS.flatMap((name) => idOf(cells[name]))));
  return [...ids].map((id) => {
    const gap = GAPS.find((each) => each.id === id);
    if (!gap) throw new Error(`gaps.ts has no ${id}, which docs/data/attestations.json has`);
    return gap;
  });
}

const idOf = (cell: Cell) => (typeof cell === 'string' ? [] : [cell.refused]);

function table(head: string, rows: readonly Row[], title: (row: Row) => string, reasons: readonly Gap[]): string[] {
  const mark = (cell: Cell) => {
    if (cell === 'read') return 'yes';
    if (cell === 'not-run') return 'not run';
    return `**refused** (${reasons.findIndex(({ id }) => id === cell.refused) + 1})`;
  };
  return [
    `| ${head} | ${READERS.map((name) => markdownCell(readers[name])).join(' | ')} |`,
    `|---|${READERS.map(() => '---|').join('')}`,
    ...rows.map(
      (row) => `| ${markdownCell(title(row))} | ${READERS.map((name) => mark(row.cells[name])).join(' | ')} |`,
    ),
  ];
}
