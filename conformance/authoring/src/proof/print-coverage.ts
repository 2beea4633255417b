import {
  type Coverage,
  coverageOf,
  draftCoverageOf,
  observations,
  readWaivers,
} from '../../../suite/src/vectors/coverage.ts';
import { type LoadedVector, loadAllVectors } from '../../../suite/src/vectors/load.ts';
import { isDraft } from '../../../suite/src/vectors/vector.ts';

/** Tables of requirements and the vectors that observe them, for the format and for its draft, as Markdown with totals. */
function report(): string {
  const loaded = loadAllVectors();
  const current = loaded.filter((one) => !isDraft(one));
  const waivers = readWaivers();
  const drafted = loaded.filter(isDraft);
  return [
    ...table(coverageOf(current, waivers), current),
    '',
    'What the draft of version 1.1 adds, or says in other words:',
    '',
    ...table(draftCoverageOf(loaded, waivers), drafted),
  ].join('\n');
}

function table(coverage: readonly Coverage[], loaded: readonly LoadedVector[]): string[] {
  const rows = coverage.map(({ requirement, vectors, waived, reason }) => {
    const cells = observations.map((one) => String(vectors[one].length || (waived.includes(one) ? 'waived' : '')));
    return `| ${requirement.id} | ${requirement.level} | ${requirement.role} | ${cells.join(' | ')} | ${reason ?? ''} |`;
  });
  const waivedWhole = coverage.filter(
    ({ vectors, reason }) => reason && observations.every((one) => vectors[one].length === 0),
  );
  const missing = coverage.filter((each) => each.missing.length > 0).map(({ requirement }) => requirement.id);
  return [
    '| requirement | level | role | accepting | refusing | signing | waived because |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
    `${coverage.length} requirements with MUST or SHOULD; ${coverage.length - waivedWhole.length} observed, ${waivedWhole.length} waived, ${missing.length} missing${missing.length > 0 ? `: ${missing.join(', ')}` : ''}`,
    ...countsOf(loaded.map(({ vector }) => `${vector.profile} ${vector.kind} ${vector.expect.outcome}`)),
    `${loaded.length} vectors`,
  ];
}

function countsOf(keys: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].sort().map(([key, count]) => `${String(count).padStart(5)} ${key}`);
}

if (import.meta.main) process.stdout.write(`${report()}\n`);
