import { followsDraft } from '../adapter/capabilities.ts';
import { type Adapter, adapterName } from '../adapter/command-session.ts';
import { CannotRun, UsageError } from '../errors.ts';
import { markdownCell as cell, printable, terminalLine } from '../report/escape.ts';
import { Scrubber } from '../report/scrub.ts';
import { checkWritable, writeProblem } from '../report/write.ts';
import { type Crossing, crossAll, oracles, type Party } from '../run/cross.ts';
import { select } from '../run/select.ts';
import { loadSuite } from '../vectors/suite.ts';
import type { VerdictName } from '../vectors/verdicts.ts';
import { introduce } from './run.ts';
import { parseRunFlags } from './run-options.ts';
import { exit, splitAdapters } from './usage.ts';

/** `matrix`: each implementation verifies what every other one signs. */
export async function matrix(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { own, adapters } = splitAdapters(args);
  const flags = parseRunFlags(own);
  if (flags.rerunFailed !== null || flags.keep !== null || flags.timeLimit !== null) {
    throw new UsageError('--rerun-failed, --keep and --time-limit are flags of run');
  }
  const { json: _, markdown: __, ...others } = flags.files;
  const [unused] = [
    ...Object.keys(others),
    ...(flags.expectedFailures === null ? [] : ['expected-failures']),
    ...(flags.publicSchemas === null ? [] : ['public-schemas']),
  ];
  if (unused !== undefined) throw new UsageError(`--${unused} is a flag of run; matrix writes --json and --markdown`);
  checkWritable(flags.files);
  if (adapters.length < 2) throw new UsageError('matrix takes two adapters or more, each behind "--"');
  const suite = loadSuite(flags.vectors ?? undefined);
  const parties: Party[] = [];
  for (const adapter of adapters) {
    const connected = await introduce(adapter as unknown as Adapter, flags, signal);
    const earlier = parties.map(({ name }) => name);
    parties.push({ name: adapterName(adapter, earlier), connected });
  }
  const drafts = parties.some(({ connected }) => followsDraft(connected.capabilities));
  const { asked } = select(suite.vectors, { ...flags, drafts });
  const signed = asked.filter(
    ({ vector: { kind, expect, inputs, heavy } }) =>
      kind === 'sign' && expect.outcome === 'accept' && inputs.method === 'key' && !heavy,
  );
  const scrubber = new Scrubber(suite.places);
  const crossings = (await crossAll(signed, parties, flags.limits)).map((crossing) => ({
    ...crossing,
    detail: scrubber.text(crossing.detail),
  }));
  const names = parties.map(({ name }) => name);
  if (!flags.quiet) process.stdout.write(textOf(crossings, names, flags.judge));
  const texts = {
    json: () => `${JSON.stringify(matrixDocument(names, crossings), null, 2)}\n`,
    markdown: () => markdownOf(crossings, names),
  };
  const problems = (['json', 'markdown'] as const).flatMap((flag) => {
    const file = flags.files[flag];
    return file === undefined ? [] : (writeProblem(flag, file, texts[flag]()) ?? []);
  });
  if (problems.length > 0) throw new CannotRun(problems.join('\n'));
  return crossings.some((crossing) => isBroken(crossing, flags.judge)) ? exit.failed : exit.done;
}

/** What `--json` writes, in the form of matrix.schema.json. */
export function matrixDocument(implementations: readonly string[], crossings: readonly Crossing[]) {
  return { schema: 'model-signing/conformance-matrix/v1', implementations, crossings };
}

/** Whether a crossing fails. What the oracle refuses for a clarification alone fails only if that is the judge. */
function isBroken({ outcome, verifier }: Crossing, judge: VerdictName): boolean {
  if (judge === 'public' && verifier === oracles.clarified) return false;
  return outcome === 'refused' || outcome === 'not signed';
}

function countOf(crossings: readonly Crossing[], signer: string, verifier: string): string {
  const mine = crossings.filter((one) => one.signer === signer && one.verifier === verifier);
  const graded = mine.filter(({ outcome }) => outcome !== 'unsupported');
  return `${graded.filter(({ outcome }) => outcome === 'accepted').length}/${graded.length}`;
}

function textOf(crossings: readonly Crossing[], names: readonly string[], judge: VerdictName): string {
  const columns = [...Object.values(oracles), ...names];
  const width = Math.max(12, ...columns.map((name) => name.length + 2));
  const line = (cells: readonly string[]) =>
    cells
      .map((text) => printable(text).padEnd(width))
      .join('')
      .trimEnd();
  const rows = names.map((signer) =>
    line([signer, ...columns.map((verifier) => countOf(crossings, signer, verifier))]),
  );
  const broken = crossings
    .filter((crossing) => isBroken(crossing, judge))
    .map(({ vector, signer, verifier, outcome, detail }) =>
      outcome === 'not signed'
        ? `${vector}: ${signer} does not sign: ${detail}`
        : `${vector}: ${verifier} refuses what ${signer} signed: ${detail}`,
    );
  return `${[line(['signed by', ...columns]), ...rows, '', ...new Set(broken.map(terminalLine))].join('\n')}\n`;
}

function markdownOf(crossings: readonly Crossing[], names: readonly string[]): string {
  const columns = [...Object.values(oracles), ...names];
  const rows = names.map(
    (signer) => `| ${cell(signer)} | ${columns.map((verifier) => countOf(crossings, signer, verifier)).join(' | ')} |`,
  );
  return [
    `| signed by | ${columns.map(cell).join(' | ')} |`,
    `|---|${columns.map(() => '---:').join('|')}|`,
    ...rows,
    '',
  ].join('\n');
}
