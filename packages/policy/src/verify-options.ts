import type { Model, OpenSignatureOptions, VerifySignedOptions } from '@model-signing/core';
import {
  aFunction,
  anAbortSignal,
  aString,
  bytes,
  checkArgument,
  checkEach,
  count,
  type Rule,
  strings,
  trueOrFalse,
  withFunctions,
} from '@model-signing/x509/options';
import type { PolicyAttestations } from './judged-attestations.ts';
import type { PolicySignature } from './judgement.ts';

/** Options of judging a model. What a signature may leave out or follow is up to the rule. */
export interface PolicyVerifyOptions
  extends Omit<VerifySignedOptions, 'allowSymlinks' | 'ignoreUnsignedFiles' | 'ignoredFiles' | 'strict' | 'evidence'>,
    Pick<OpenSignatureOptions, 'draft'> {
  /** The attestations of the model, if the rule requires any. They are read until each that it requires is found. Default: none. */
  readonly attestations?: PolicyAttestations | undefined;
}

const someAttestations: Rule = {
  expected: 'an iterable of attestations, each with a `name` and a `bundle`',
  accepts: (value) =>
    typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value),
};

/** An option of verifying that could loosen what the rule requires. */
const byTheRule: Rule = { expected: 'left out, since the rule decides it', accepts: () => false };

const rules = {
  ignorePaths: strings,
  ignoreGitPaths: trueOrFalse,
  threads: count,
  concurrency: count,
  onProgress: aFunction,
  engine: withFunctions(['hash'], ['prepare']),
  signal: anAbortSignal,
  draft: aString,
  attestations: someAttestations,
  allowSymlinks: byTheRule,
  ignoreUnsignedFiles: byTheRule,
  ignoredFiles: byTheRule,
  strict: byTheRule,
  evidence: byTheRule,
};

/** Far more signatures than one model has. */
const MAX_SIGNATURES = 100;

const someSignatures: Rule = {
  expected: `an array of at most ${MAX_SIGNATURES} signatures, each with a \`name\` and a \`bundle\``,
  accepts: (value) => Array.isArray(value) && value.length <= MAX_SIGNATURES && value.every(isSignature),
};

function isSignature(value: unknown): boolean {
  const { name, bundle } = (value ?? {}) as Partial<Record<keyof PolicySignature, unknown>>;
  return aString.accepts(name) && bytes.accepts(bundle);
}

/**
 * Checks what a model is to be judged with, before anything is read.
 * @returns copies of the objects, so that what was checked is what is used
 * @throws {TypeError}
 */
export function checkJudging(
  model: Model,
  signatures: readonly PolicySignature[],
  options: PolicyVerifyOptions,
): { readonly signatures: readonly PolicySignature[]; readonly options: PolicyVerifyOptions } {
  checkArgument('the model', model, withFunctions(['list']));
  checkArgument('the signatures', signatures, someSignatures);
  const copies = signatures.map(({ name, bundle }) => ({ name, bundle }));
  return { signatures: copies, options: checkEach(options, rules) };
}
