import { parseArgs } from 'node:util';
import { basisOf } from '../../../suite/src/vectors/basis.ts';
import { loadAllVectors } from '../../../suite/src/vectors/load.ts';
import { type Vector, vectorBases } from '../../../suite/src/vectors/vector.ts';

const ROWS = ['verify, accepted', 'verify, refused', 'sign'] as const;

/** How many vectors rest on what, as Markdown, and those that rest on less than the requirements that decide them. */
function report(vectors: readonly Vector[]): string {
  const lowered = vectors.flatMap((vector) => {
    const own = basisOf(vector, new Map());
    return own === vector.basis ? [] : [`| ${vector.id} | ${own} | ${vector.basis} | ${vector.control} |`];
  });
  return [
    `| vectors | ${vectorBases.join(' | ')} | all |`,
    `|---|${'--:|'.repeat(vectorBases.length + 1)}`,
    ...ROWS.map((row) =>
      countsOf(
        row,
        vectors.filter((vector) => rowOf(vector) === row),
      ),
    ),
    countsOf('all', vectors),
    '',
    `${lowered.length} rest on less than what decides them, because their control does:`,
    '',
    '| vector | decided by | rests on | control |',
    '|---|---|---|---|',
    ...lowered,
  ].join('\n');
}

function rowOf({ kind, expect }: Vector): (typeof ROWS)[number] | null {
  if (kind === 'sign' || kind === 'roundtrip') return 'sign';
  if (expect.outcome === 'either') return null;
  return expect.outcome === 'accept' ? 'verify, accepted' : 'verify, refused';
}

function countsOf(row: string, vectors: readonly Vector[]): string {
  const counts = vectorBases.map((kind) => vectors.filter(({ basis }) => basis === kind).length);
  return `| ${[row, ...counts, vectors.length].join(' | ')} |`;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { json: { type: 'boolean' } } });
  const vectors = loadAllVectors().map(({ vector }) => vector);
  const basis = () => vectors.map(({ id, decidedBy, basis, control }) => ({ id, decidedBy, basis, control }));
  process.stdout.write(`${values.json ? JSON.stringify(basis(), null, 2) : report(vectors)}\n`);
}
