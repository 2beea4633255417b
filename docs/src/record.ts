// The form in which results are recorded: only what is reproducible, nothing that differs from run to run.
import { perVerdict, verdictNames } from '../../conformance/suite/src/vectors/verdicts.ts';
import type { Conformance, ConformanceReport } from './comparison.ts';

/** A report with the members that pages do not read. */
type FullReport = ConformanceReport & Readonly<Record<string, unknown>>;

/**
 * A report without anything that differs between runs or machines, and without the output of passing cases.
 * @param adapter the name of the installed adapter
 * @throws {Error} if the adapter did not start
 */
export function reportToRecord(report: FullReport, adapter: string): ConformanceReport {
  const states = report.results
    .map(({ verdicts }) => verdicts.clarified.state)
    .filter((state) => state !== 'unsupported');
  if (states.length > 0 && states.every((state) => state === 'crash')) {
    throw new Error(
      `${report.implementation.name} was not judged: it crashed in every case, so its adapter does not start`,
    );
  }
  return {
    ...report,
    results: report.results.map((result) => ({
      ...result,
      seconds: 0,
      peakMemory: null,
      command: result.command === null ? null : commandOf(result.command, adapter),
      verdicts: perVerdict((verdict) => withoutDetailOfPass(result.verdicts[verdict])),
      ...(verdictNames.every((verdict) => isPass(result.verdicts[verdict])) ? { output: '' } : {}),
    })),
  };
}

type Judged = ConformanceReport['results'][number]['verdicts']['public'];

function isPass({ state }: Judged): boolean {
  return state.startsWith('pass');
}

function withoutDetailOfPass(judged: Judged): Judged {
  return isPass(judged) ? { ...judged, detail: '' } : judged;
}

/** The command without the paths of this checkout and its Python. */
function commandOf(command: string, adapter: string): string {
  const start = [' sign-model ', ' verify-model '].map((each) => command.indexOf(each)).find((at) => at !== -1) ?? 0;
  return `${adapter}${command.slice(start)}`;
}

/** One result per line, so that a change gives a readable diff. */
export function recordText({ date, features, reports }: Conformance): string {
  const line = (value: unknown) => JSON.stringify(value);
  const list = (values: readonly unknown[]) => `[\n${values.map(line).join(',\n')}\n]`;
  const report = ({ results, ...about }: ConformanceReport) =>
    `${line(about).slice(0, -1)},"results":${list(results)}}`;
  return `{"date":${line(date)},\n"features":${line(features)},\n"reports":[\n${reports.map(report).join(',\n')}\n]}\n`;
}

/** The differences between two runs, one line each: other vectors, other features, other states. */
export function changesOf(before: Conformance, after: Conformance): string[] {
  const features = JSON.stringify(before.features) === JSON.stringify(after.features) ? [] : ['the features differ'];
  const names = (each: Conformance) => each.reports.map(({ implementation: { name } }) => name).join(', ');
  if (names(before) !== names(after))
    return [...features, `the implementations are ${names(after)}, and were ${names(before)}`];
  return [
    ...features,
    ...after.reports.flatMap((report, index) => reportChanges(before.reports[index] as ConformanceReport, report)),
  ];
}

function reportChanges(before: ConformanceReport, after: ConformanceReport): string[] {
  const { name } = after.implementation;
  const about = [
    before.suite.vectorsDigest === after.suite.vectorsDigest ? null : `${name}: judged with other vectors`,
    before.implementation.version === after.implementation.version ? null : `${name}: another version`,
    ...verdictNames.map((verdict) =>
      before.conformant[verdict] === after.conformant[verdict]
        ? null
        : `${name}: ${after.conformant[verdict] ? 'conforms' : 'no longer conforms'} (${verdict})`,
    ),
  ].filter((each) => each !== null);
  const stateBefore = new Map(before.results.map((result) => [result.id, stateOf(result)]));
  const idsAfter = new Set(after.results.map(({ id }) => id));
  const changed = after.results
    .filter((result) => stateBefore.get(result.id) !== stateOf(result))
    .map((result) => `${name}: ${result.id} is ${stateOf(result)}, was ${stateBefore.get(result.id) ?? 'missing'}`);
  const gone = before.results
    .filter(({ id }) => !idsAfter.has(id))
    .map(({ id }) => `${name}: ${id} is no longer there`);
  return [...about, ...changed, ...gone];
}

/** The states of a result by both verdicts, once if they are equal. */
function stateOf({ verdicts }: ConformanceReport['results'][number]): string {
  return [...new Set(verdictNames.map((verdict) => verdicts[verdict].state))].join(' and ');
}
