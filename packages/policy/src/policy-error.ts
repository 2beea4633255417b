import { printable } from '@model-signing/core';
import type { PolicyEvaluation } from './evaluation.ts';
import type { PolicyErrorCode } from './policy-error-code.ts';

export interface PolicyErrorOptions extends ErrorOptions {
  readonly evaluation?: PolicyEvaluation | undefined;
}

/** A policy does not accept the model, or could not be used. The message is printable and names the rule and the signers. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly code: PolicyErrorCode;
  /** What was counted and what not, if a model was judged; otherwise null. */
  readonly evaluation: PolicyEvaluation | null;

  constructor(code: PolicyErrorCode, message: string, options: PolicyErrorOptions = {}) {
    super(printable(message), 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.evaluation = options.evaluation ?? null;
  }
}
