import os from 'node:os';
import { defaultLimits, type Limits } from '../adapter/answer.ts';
import type { Level } from '../adapter/capabilities.ts';
import { UsageError } from '../errors.ts';
import type { PartialRun } from '../report/report.ts';
import { type ReportFlag, reportFlags } from '../report/write.ts';
import { type Profile, profiles } from '../vectors/vector.ts';
import { type VerdictName, verdictNames } from '../vectors/verdicts.ts';
import { parseFlags, wholeNumber } from './usage.ts';

/** The flags of `run`. */
export interface RunFlags {
  readonly only: readonly string[];
  readonly profiles: readonly Profile[];
  readonly light: boolean;
  readonly maxLevel: Level;
  readonly jobs: number;
  readonly limits: Limits;
  readonly replays: number;
  readonly name: string | null;
  readonly artifact: string | null;
  readonly reasons: string | null;
  readonly expectedFailures: string | null;
  readonly vectors: string | null;
  readonly judge: VerdictName;
  /** The directory of the published schemas of the public text. */
  readonly publicSchemas: string | null;
  readonly strict: boolean;
  readonly quiet: boolean;
  /** The report of the run whose failures run again. */
  readonly rerunFailed: string | null;
  /** Where the files of the vectors are left. */
  readonly keep: string | null;
  /** The most seconds that the run may take. */
  readonly timeLimit: number | null;
  /** Whether a run whose first calls all fail is stopped. */
  readonly smoke: boolean;
  readonly files: Readonly<Partial<Record<ReportFlag, string>>>;
}

const text = { type: 'string' } as const;
const onOff = { type: 'boolean' } as const;

/** The flags that name the files of a report. */
export const reportOptions = { json: text, junit: text, tap: text, markdown: text, badge: text, html: text } as const;

const options = {
  only: { ...text, multiple: true },
  profile: { ...text, multiple: true },
  light: onOff,
  level: text,
  jobs: text,
  timeout: text,
  memory: text,
  replays: text,
  name: text,
  artifact: text,
  reasons: text,
  'expected-failures': text,
  vectors: text,
  judge: text,
  'public-schemas': text,
  strict: onOff,
  quiet: onOff,
  'no-smoke': onOff,
  'rerun-failed': text,
  keep: text,
  'time-limit': text,
  ...reportOptions,
} as const;

/** The files that the flags name. */
export function reportFiles(
  values: Readonly<Partial<Record<ReportFlag, string>>>,
): Partial<Record<ReportFlag, string>> {
  return Object.fromEntries(reportFlags.flatMap((flag) => (values[flag] ? [[flag, values[flag]]] : [])));
}

/**
 * Reads the flags of `run` and `matrix`.
 * @throws {UsageError}
 */
export function parseRunFlags(args: readonly string[]): RunFlags {
  const { values, positionals } = parseFlags({ args: [...args], allowPositionals: true, options });
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not a flag: the adapter comes behind "--"`);
  const memory = values.memory === undefined ? null : wholeNumber(values.memory, 'memory', 16, 1_000_000);
  return {
    only: values.only ?? [],
    profiles: (values.profile ?? []).map(profileOf),
    light: values.light ?? false,
    maxLevel: wholeNumber(values.level ?? '2', 'level', 0, 2) as Level,
    jobs: wholeNumber(values.jobs ?? String(os.availableParallelism()), 'jobs', 1, 256),
    limits: {
      ...defaultLimits,
      ...(values.timeout === undefined ? {} : { seconds: wholeNumber(values.timeout, 'timeout', 1, 3600) }),
      ...(memory === null ? {} : { memoryBytes: memory * 1024 ** 2 }),
    },
    replays: wholeNumber(values.replays ?? '12', 'replays', 0, 10_000),
    name: values.name ?? null,
    artifact: values.artifact ?? null,
    reasons: values.reasons ?? null,
    expectedFailures: values['expected-failures'] ?? null,
    vectors: values.vectors ?? null,
    judge: judgeOf(values.judge ?? 'public'),
    publicSchemas: values['public-schemas'] ?? null,
    strict: values.strict ?? false,
    quiet: values.quiet ?? false,
    smoke: !(values['no-smoke'] ?? false),
    rerunFailed: values['rerun-failed'] ?? null,
    keep: values.keep ?? null,
    timeLimit:
      values['time-limit'] === undefined ? null : wholeNumber(values['time-limit'], 'time-limit', 1, 1_000_000),
    files: reportFiles(values),
  };
}

function profileOf(name: string): Profile {
  const found = profiles.find((profile) => profile === name);
  if (!found) throw new UsageError(`there is no profile "${name}"; there are ${profiles.join(', ')}`);
  return found;
}

function judgeOf(name: string): VerdictName {
  const found = verdictNames.find((verdict) => verdict === name);
  if (!found) throw new UsageError(`--judge takes ${verdictNames.join(' or ')}, not "${name}"`);
  return found;
}

/** Which part of the vectors a run with these flags judged; null if it is all of them. */
export function partialRun(
  { only, profiles: chosen, light, vectors, rerunFailed }: RunFlags,
  interrupted: boolean,
): PartialRun | null {
  const [otherVectors, rerun] = [vectors !== null, rerunFailed !== null];
  const isWhole = only.length === 0 && chosen.length === 0 && !light && !otherVectors && !rerun && !interrupted;
  return isWhole ? null : { only, profiles: chosen, light, otherVectors, rerun, interrupted };
}
