/** Takes checks out of copies of our implementation, one at a time, and lets the suite find each; see --help. */
import os from 'node:os';
import { parseArgs } from 'node:util';
import type { Adapter } from '../../../suite/src/adapter/command-session.ts';
import type { LoadedVector } from '../../../suite/src/vectors/load.ts';
import { loadSuite } from '../../../suite/src/vectors/suite.ts';
import { allMutants } from './catalogue/all.ts';
import { makeCopy, removeCopies } from './copy.ts';
import { gateText, isolation } from './isolation.ts';
import type { Mutant } from './mutant.ts';
import { askCapabilities, inParallel, tryOut } from './trial.ts';
import { type Verdict, verdictOf } from './verdict.ts';

const HELP = `Usage: npm run mutants -w @model-signing/authoring -- [--only NAME]… [--all] [--verbose]

Makes copies of this repository's implementation, each with one check taken out or
one rule broken. A mutant is caught if a vector fails that names a requirement the
mutant breaks; only those are run, or with --all every vector. Then the isolation
gate: each vector that has to be refused must be accepted by a copy without the check
that it is about, unless the vector is exempt by name.

Exits with 0 if every mutant is caught and every vector isolated, else with 1.
`;

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      all: { type: 'boolean' },
      verbose: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const mutants = values.only
    ? allMutants.filter(({ id }) => values.only?.some((name) => id.startsWith(name)))
    : allMutants;
  const suite = loadSuite();
  const vectors = suite.vectors.filter(({ vector }) => !vector.heavy);
  try {
    const unchanged = makeCopy('unchanged', []);
    const capabilities = await askCapabilities(unchanged);
    const reference = await tryOut(unchanged, vectors, capabilities);
    const verdicts = await inParallel(mutants, os.availableParallelism(), async (mutant) => {
      const adapter = copyOf(mutant);
      const needed = values.all ? vectors : concerned(vectors, mutant);
      const trial = await tryOut(adapter, needed, capabilities);
      const verdict = verdictOf(mutant, trial, reference, vectors);
      if (values.verbose) process.stdout.write(verdictText(verdict));
      return verdict;
    });
    const survivors = verdicts.filter(({ caughtBy }) => caughtBy.length === 0);
    for (const survivor of survivors) process.stdout.write(verdictText(survivor));
    process.stdout.write(rateText(verdicts.length, survivors.length));
    if (values.only) return survivors.length === 0 ? 0 : 1;
    const gate = isolation(vectors, verdicts, reference);
    process.stdout.write(gateText(gate));
    return survivors.length === 0 && gate.open.length === 0 ? 0 : 1;
  } finally {
    removeCopies();
  }
}

function copyOf({ id, edits }: Mutant): Adapter {
  try {
    return makeCopy(id, edits);
  } catch (cause) {
    throw new Error(`the mutant ${id} cannot be made: ${(cause as Error).message}`, { cause });
  }
}

/** The vectors that name a requirement the mutant breaks, with their controls. */
function concerned(vectors: readonly LoadedVector[], { requirements }: Mutant): LoadedVector[] {
  const named = vectors.filter(({ vector }) => vector.requirements.some((id) => requirements.includes(id)));
  const ids = new Set(named.flatMap(({ vector: { id, control, after } }) => [id, control, ...(after ?? [])]));
  return vectors.filter(({ vector }) => ids.has(vector.id));
}

function verdictText({ mutant, caughtBy, alsoFailing, brokenDown }: Verdict): string {
  const { id, requirements, defect } = mutant;
  const also = alsoFailing.length > 0 ? `; fails also ${alsoFailing.slice(0, 4).join(', ')}` : '';
  const broken = brokenDown > 0 ? `; breaks down in ${brokenDown}` : '';
  const caught = caughtBy.length > 0 ? `caught by ${caughtBy.slice(0, 4).join(', ')}` : 'survives';
  return `${id} [${requirements.join(' ')}] ${defect}: ${caught}${also}${broken}\n`;
}

function rateText(count: number, survivors: number): string {
  const caught = count - survivors;
  return `${caught} of ${count} mutants caught (${((100 * caught) / Math.max(1, count)).toFixed(1)} %)\n`;
}

process.exitCode = await main(process.argv.slice(2));
