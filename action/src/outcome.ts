/** What became of a step, from what the command printed. A success has to say so twice: in its exit code and in its result. */
import path from 'node:path';
import type { CommandFailure, SignResult, VerifyNotEnforcedResult, VerifyResult } from '@model-signing/cli/result';
import { type Difference, printable } from '@model-signing/core';
import type { Verb } from './inputs.ts';
import type { Ended } from './run-command.ts';

/** What a failed step reports. */
export interface Problem extends Pick<CommandFailure, 'code' | 'requirement' | 'message'> {
  readonly differences: readonly Difference[];
  readonly hints: readonly string[];
}

export type Outcome =
  | { readonly kind: 'done'; readonly exitCode: 0; readonly result: SignResult | VerifyResult }
  | { readonly kind: 'not-enforced'; readonly exitCode: 0; readonly result: VerifyNotEnforcedResult }
  | { readonly kind: 'failed'; readonly exitCode: number; readonly problem: Problem };

const REJECTED = 1;
const USAGE = 2;
const CANNOT_RUN = 3;

export function outcomeOf(verb: Verb, { exitCode, result }: Ended): Outcome {
  if (result?.ok === false) return failed(exitCode || CANNOT_RUN, problemOf(result.error));
  if (exitCode !== 0 || result === null) return failed(exitCode || CANNOT_RUN, lost(exitCode));
  if (result.command !== verb || (result.command !== 'sign' && result.command !== 'verify')) {
    return failed(CANNOT_RUN, lost(exitCode));
  }
  if ('enforced' in result) return { kind: 'not-enforced', exitCode: 0, result };
  return { kind: 'done', exitCode: 0, result };
}

/** A step whose inputs are wrong. */
export function wrongInput(message: string): Outcome {
  return failed(USAGE, { ...nothing, code: 'action/input', message });
}

function failed(exitCode: number, problem: Problem): Outcome {
  return { kind: 'failed', exitCode, problem };
}

const nothing = { requirement: null, differences: [], hints: [] };

function lost(exitCode: number): Problem {
  return {
    ...nothing,
    code: 'action/no-result',
    message: `the command printed no result, and ended with code ${exitCode}`,
  };
}

/** What to do about a failure in a workflow, where the hints of the command are for its flags. */
const workflowHints: Readonly<Record<string, readonly string[]>> = {
  'signer/token-missing': [
    'give the job that signs the permission "id-token: write"; a workflow that a pull request from a fork starts never gets it',
  ],
};

function problemOf({ code, requirement, message, differences, hints }: CommandFailure): Problem {
  // The type that is generated from the schema makes a range a list of nothing.
  const listed = differences as unknown as readonly Difference[];
  return { code, requirement, message, differences: listed, hints: workflowHints[code] ?? hints };
}

/** The outputs of a step. Those that are not known are empty. */
export function outputsOf(verb: Verb, outcome: Outcome): Readonly<Record<string, string>> {
  const known =
    outcome.kind === 'done' ? knownOutputs(outcome.result) : { 'root-digest': '', signer: '', 'bundle-path': '' };
  return verb === 'verify' ? { verdict: verdictOf(outcome), ...known } : known;
}

/** A refusal is a verdict; an error or a policy that is not enforced gives none. */
export function verdictOf(outcome: Outcome): string {
  if (outcome.kind === 'failed') return outcome.exitCode === REJECTED ? 'rejected' : '';
  return outcome.kind === 'done' && 'verdict' in outcome.result ? outcome.result.verdict : '';
}

function knownOutputs(result: SignResult | VerifyResult) {
  return { 'root-digest': result.rootDigest, signer: signerName(result), 'bundle-path': bundlePath(result) };
}

/** Who signed, by the name that a later step may compare. */
function signerName({ signer }: SignResult | VerifyResult): string {
  if (signer.method === 'sigstore') return printable(signer.identity);
  return printable(signer.method === 'key' ? signer.hint : signer.subject);
}

/** The file of the signature; empty if it is in a store. */
function bundlePath(result: SignResult | VerifyResult): string {
  const isFile = result.command === 'sign' ? result.attached === undefined : result.signatureFrom.place === 'file';
  return isFile ? path.resolve(result.signature) : '';
}
