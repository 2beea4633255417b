// Checks a model, and says what came of it as data.
import {
  inspectFile,
  isOmsError,
  type Model,
  type OmsError,
  type Progress,
  type Verification,
  verifyModel,
} from '@model-signing/core';
import { webEngine } from '@model-signing/core/web';
import { evaluationOf, PolicyError, type PolicyEvaluation, type PolicyVerification } from '@model-signing/policy';
import { type Claims, claimsOf } from './claims.ts';
import type { Expectation } from './expectation.ts';
import { startHashWorker } from './hash-worker.ts';

export type Outcome =
  | { readonly kind: 'accepted'; readonly verification: Verification; readonly policy: PolicyVerification | null }
  | {
      readonly kind: 'refused';
      readonly error: OmsError | PolicyError;
      readonly policy: PolicyEvaluation | null;
    }
  | { readonly kind: 'claims'; readonly claims: readonly Claims[] }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };

export interface Signature {
  readonly name: string;
  readonly bundle: Uint8Array;
}

export interface Check {
  readonly model: Model | null;
  readonly signatures: readonly Signature[];
  /** Other signatures of the model that are in it. */
  readonly ignorePaths: readonly string[];
  readonly expectation: Expectation;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

const engine = webEngine({ createWorker: startHashWorker });

/** Never throws: what is unexpected becomes an outcome too, and none of those accepts anything. */
export async function check(given: Check): Promise<Outcome> {
  try {
    return await judge(given);
  } catch (error) {
    if (given.signal.aborted) return { kind: 'cancelled' };
    return outcomeOf(error);
  }
}

/** What an error means: a refusal, or something that kept the page from checking. */
export function outcomeOf(error: unknown): Outcome {
  if (isOmsError(error) || error instanceof PolicyError) {
    return { kind: 'refused', error, policy: evaluationOf(error) };
  }
  return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
}

async function judge({ model, signatures, ignorePaths, expectation, signal, onProgress }: Check): Promise<Outcome> {
  const [first] = signatures;
  if (!first) throw new Error('there is no signature');
  if (expectation.kind === 'claims') {
    const claims: Claims[] = [];
    for (const { name, bundle } of signatures) {
      for (const entry of await inspectFile(bundle)) claims.push(await claimsOf(name, entry));
    }
    return { kind: 'claims', claims };
  }
  if (!model) throw new Error('there is no model');
  const options = { engine, ignorePaths, signal, onProgress };
  if (expectation.kind === 'policy') {
    const policy = await expectation.verifier.verify(model, signatures, options);
    signal.throwIfAborted();
    if (policy.refusal !== null) {
      return { kind: 'refused', error: policy.refusal as OmsError | PolicyError, policy };
    }
    return { kind: 'accepted', verification: policy.verification, policy };
  }
  const verification = await verifyModel(model, first.bundle, expectation.verifier, options);
  signal.throwIfAborted();
  return { kind: 'accepted', verification, policy: null };
}
