import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Case } from './cases.ts';
import {
  type Credentials,
  type Implementation,
  type Options,
  usesLibrary,
  type VerifyRequest,
} from './implementation.ts';
import type { KnownDifference, Step } from './known-differences.ts';
import { copyTree, tamper, writeTree } from './model-tree.ts';
import type { Outcome } from './process.ts';

/** The result of one step of a case. */
interface StepResult {
  readonly step: Step;
  readonly kept: boolean;
  readonly outcome: Outcome;
}

export interface Exchange {
  readonly signer: Implementation;
  readonly verifier: Implementation;
  readonly credentials: Credentials;
  /** A directory that does not exist yet. */
  readonly directory: string;
}

/** Runs a case in one direction, step by step. */
export async function* exchange(
  testCase: Case,
  { signer, verifier, credentials, directory }: Exchange,
): AsyncGenerator<StepResult> {
  const genuine = path.join(directory, 'genuine');
  const place = locate(testCase, genuine);
  mkdirSync(genuine, { recursive: true });
  writeTree(place.tree, testCase.tree);
  const request = { cwd: place.cwd, model: testCase.model ?? 'model', signature: place.signature };

  const signed = await signer.sign({ ...request, credentials, options: testCase.sign ?? {} });
  yield { step: 'sign', kept: signed.exitCode === 0, outcome: signed };
  if (testCase.addedLater !== undefined) writeTree(place.tree, testCase.addedLater);

  const verification = {
    ...request,
    credentials,
    options: verifyOptions(testCase),
    through: testCase.through ?? (usesLibrary(testCase.sign ?? {}) ? 'library' : 'command'),
  } as const;
  if (testCase.refused) {
    yield { step: 'refuse', ...(await refusal(verifier, verification, testCase.refused)) };
    yield { step: 'signer-refuses', ...(await refusal(signer, verification, testCase.refused)) };
    return;
  }
  const accepted = await verifier.verify(verification);
  yield { step: 'accept', kept: accepted.exitCode === 0, outcome: accepted };
  const itself = await signer.verify(verification);
  yield { step: 'signer-accepts', kept: itself.exitCode === 0, outcome: itself };

  const tampered = path.join(directory, 'tampered');
  copyTree(genuine, tampered);
  const tamperedPlace = locate(testCase, tampered);
  tamper(tamperedPlace.tree, testCase.tampering);
  const again = { ...verification, cwd: tamperedPlace.cwd };
  yield { step: 'refuse', ...(await refusal(verifier, again)) };
  yield { step: 'signer-refuses', ...(await refusal(signer, again)) };
}

/** A refusal must have the right reason, and not be due to a mistyped flag. */
async function refusal(
  verifier: Implementation,
  request: VerifyRequest,
  ourReason?: RegExp,
): Promise<Omit<StepResult, 'step'>> {
  const outcome = await verifier.verify(request);
  const reason = ourReason ? (verifier.name === 'ours' ? ourReason : null) : verifier.mismatch;
  const forTheRightReason = reason?.test(outcome.output) ?? true;
  return { kept: outcome.exitCode !== 0 && outcome.exitCode !== null && forTheRightReason, outcome };
}

function verifyOptions({ sign = {}, verify }: Case): Options {
  const { ignorePaths: _, ...told } = sign;
  return { ...told, ...verify };
}

/** The paths of a case below `directory`. */
function locate({ model = 'model', treeAt = model, insideTree, signature = 'model.sig' }: Case, directory: string) {
  const tree = path.join(directory, treeAt);
  return { tree, cwd: insideTree ? tree : directory, signature };
}

/** Checks the steps of a case: each must succeed, except for the one of a known difference. */
export async function check(results: AsyncIterable<StepResult>, known: KnownDifference | undefined): Promise<void> {
  for await (const { step, kept, outcome } of results) {
    if (known?.step === step) {
      if (kept) throw new Error(`a listed difference no longer occurs (${known.reason}): remove it from the list`);
      if (!new RegExp(known.instead, 's').test(outcome.output)) {
        throw new Error(`a listed difference printed something other than /${known.instead}/:\n${describe(outcome)}`);
      }
      return;
    }
    if (!kept) throw new Error(`the step "${step}" failed:\n${describe(outcome)}`);
  }
  if (known) throw new Error(`the step "${known.step}" of a listed difference was never reached`);
}

function describe({ command, exitCode, output }: Outcome): string {
  return `${command}\nexit code ${exitCode}\n${output}`;
}

/** Checks that both print the same root digest of a model. */
export async function* checkDigest(
  testCase: Case,
  ours: Implementation,
  peer: Implementation,
  directory: string,
): AsyncGenerator<StepResult> {
  const { tree, cwd } = locate(testCase, directory);
  writeTree(tree, testCase.tree);
  const model = testCase.model ?? 'model';
  const [expected, found] = await Promise.all([ours.digest?.(cwd, model), peer.digest?.(cwd, model)]);
  if (!expected || !found) throw new Error('a digest was requested from an implementation that prints none');
  const digest = /^sha256:[0-9a-f]{64}$/m;
  const kept = digest.test(expected.output) && digest.exec(expected.output)?.[0] === digest.exec(found.output)?.[0];
  yield { step: 'digest', kept, outcome: { ...found, output: `${found.output}ours: ${expected.output}` } };
}

/** Checks that the package requires what it imports. */
export async function* checkInstallation(packages: Outcome): AsyncGenerator<StepResult> {
  yield { step: 'installation', kept: /^required pyopenssl/im.test(packages.output), outcome: packages };
}
