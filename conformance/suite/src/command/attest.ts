import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CannotRun, UsageError } from '../errors.ts';
import type { Report } from '../report/report.ts';
import { basisText, headline, partText } from '../report/wording.ts';
import { isPass, type State } from '../run/states.ts';
import { loadSuite } from '../vectors/suite.ts';
import { perVerdict } from '../vectors/verdicts.ts';
import { checkVectors, isAboutOthers, readReport } from './report.ts';
import { exit, parseFlags } from './usage.ts';

/** The predicate type of in-toto for the result of tests. */
const TEST_RESULT = 'https://in-toto.io/attestation/test-result/v0.1';

/**
 * `attest`: writes the result of a run as a statement, and signs statement and report together with the command
 * `model-signing`, for which they are a model. The signature proves who makes the claim.
 */
export async function attest(args: readonly string[]): Promise<number> {
  const { file, out, privateKey, signWith } = parseAttest(args);
  const { report, bytes } = readReport(file);
  const suite = loadSuite();
  // Another version of the vectors is not here to be compared; the statement says by their digest which one it was.
  if (!isAboutOthers(report, suite)) checkVectors(report, suite, file);
  if (existsSync(out)) throw new UsageError(`${out} is there already: name a new directory with --out`);
  if (!existsSync(privateKey)) throw new CannotRun(`there is no key ${privateKey}`);
  const statement = statementOf(report, bytes);
  mkdirSync(out, { recursive: true });
  writeFileSync(path.join(out, 'report.json'), bytes);
  writeFileSync(path.join(out, 'statement.json'), `${JSON.stringify(statement, null, 2)}\n`);
  const signature = `${out}.sig`;
  sign(signWith, out, signature, privateKey);
  process.stdout.write(`${out} holds the statement and the report, ${signature} their signature\n`);
  return exit.done;
}

function draftOf({ draft }: Report['suite']): object[] {
  if (draft === undefined) return [];
  const { spec, vectorsDigest } = draft;
  return [{ name: `model-signing conformance vectors, draft of OMS ${spec}`, digest: { sha256: vectorsDigest } }];
}

/** The statement: the implementation, the suite, by which verdict the results are judged, and the results. */
export function statementOf(report: Report, bytes: Buffer): object {
  const { implementation, suite, results, counts, judge, strict, selection } = report;
  if (implementation.digest === null) {
    throw new CannotRun('the report does not identify the implementation: run it again with --artifact');
  }
  const named = (wanted: (state: State) => boolean) =>
    results.filter(({ verdicts }) => wanted(verdicts[judge].state)).map(({ id }) => id);
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: implementation.name, digest: { sha256: implementation.digest } }],
    predicateType: TEST_RESULT,
    predicate: {
      result: resultOf(report),
      configuration: [
        { name: `model-signing conformance vectors, OMS ${suite.spec}`, digest: { sha256: suite.vectorsDigest } },
        ...draftOf(suite),
        { name: 'oms-conformance', uri: `pkg:npm/%40model-signing/conformance@${suite.version}` },
        { name: 'report.json', digest: { sha256: createHash('sha256').update(bytes).digest('hex') } },
      ],
      judge,
      judgedBy: basisText(judge, suite),
      strict,
      selection: selection === null ? 'all vectors' : partText(selection),
      verdicts: perVerdict((verdict) => headline(report, verdict).text),
      passedTests: named(isPass),
      warnedTests: named(isWarned),
      failedTests: named((state) => !isPass(state) && !isWarned(state)),
      counts: counts[judge],
    },
  };
}

const isWarned = (state: State) => state === 'unsupported' || state === 'observed' || state === 'xfail';

/** The result of in-toto: of a part of the vectors, or with expected failures, it is never that all is well. */
function resultOf({ conformant, judge, counts }: Report): 'PASSED' | 'WARNED' | 'FAILED' {
  if (conformant[judge] === false) return 'FAILED';
  return conformant[judge] === null || counts[judge].xfail > 0 ? 'WARNED' : 'PASSED';
}

function sign(command: string, directory: string, signature: string, privateKey: string): void {
  const [program = command, ...first] = command.split(' ').filter(Boolean);
  const words = [...first, 'sign', 'key', directory, '--signature', signature, '--private-key', privateKey];
  const { status, error, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (error)
    throw new CannotRun(`${program} cannot be started (${(error as NodeJS.ErrnoException).code}): see --sign-with`);
  if (status !== 0) throw new CannotRun(`${program} did not sign the statement: ${stderr.trim()}`);
}

/** Reads the command line. @throws {UsageError} */
export function parseAttest(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = { out: text, 'private-key': text, 'sign-with': text };
  const { values, positionals } = parseFlags({ args: [...args], allowPositionals: true, options });
  const [file, ...more] = positionals;
  const { out, 'private-key': privateKey, 'sign-with': signWith = 'model-signing' } = values;
  if (file === undefined || more.length > 0) throw new UsageError('attest takes one JSON report');
  if (out === undefined || privateKey === undefined) throw new UsageError('attest needs --out and --private-key');
  return { file, out: out.replace(/\/+$/, ''), privateKey, signWith };
}
