import type { OmsError, SignerIdentity } from '@model-signing/core';
import { withoutSecrets } from './addresses.ts';

/** What a guard has seen so far. */
export interface GuardReport<Identity extends SignerIdentity = SignerIdentity> {
  readonly signer: Identity;
  /** Names of the signed files whose bytes were compared, the last time that they were read, in the order of their first reading. */
  readonly verified: readonly string[];
  /** How many signed files were not read. Nothing is known about them. */
  readonly unchecked: number;
  /** Every refusal, the oldest first; of very many, the first 1000. */
  readonly refused: readonly OmsError[];
  /** Names of files whose copy in the cache was not what was signed, and was removed. */
  readonly evicted: readonly string[];
  /** Revisions other than the guarded one that were asked for, and for which the guarded one was read. */
  readonly otherRevisions: readonly string[];
  /**
   * Addresses outside the model that were requested and are not checked, such as that of the WebAssembly of ONNX Runtime, without
   * query; of very many, the first 1000.
   */
  readonly passed: readonly string[];
}

/** Bounds what a server or a page can add to a report. */
const MAX_ENTRIES = 1000;

/** Collects what a guard sees. */
export class Findings {
  readonly #verified = new Set<string>();
  readonly #refused: OmsError[] = [];
  readonly #evicted = new Set<string>();
  readonly #otherRevisions = new Set<string>();
  readonly #passed = new Set<string>();
  /** The last refusal of each name that has not been verified since. */
  readonly #open = new Map<string, OmsError>();

  verified(name: string): void {
    this.#verified.add(name);
    this.#open.delete(name);
  }

  /** @returns the error, to be thrown */
  refused(name: string, error: OmsError): OmsError {
    this.#verified.delete(name);
    this.#open.delete(name);
    if (this.#open.size < MAX_ENTRIES) this.#open.set(name, error);
    if (this.#refused.length < MAX_ENTRIES) this.#refused.push(error);
    return error;
  }

  evicted(name: string): void {
    this.#evicted.add(name);
  }

  askedFor(revision: string): void {
    addBounded(this.#otherRevisions, revision);
  }

  passed(address: string): void {
    addBounded(this.#passed, withoutSecrets(address));
  }

  /** @throws {OmsError} the first refusal of a file that has not been verified since */
  confirm(): void {
    for (const error of this.#open.values()) throw error;
  }

  report<Identity extends SignerIdentity>(signer: Identity, signed: number): GuardReport<Identity> {
    return {
      signer,
      verified: [...this.#verified],
      unchecked: signed - this.#verified.size,
      refused: [...this.#refused],
      evicted: [...this.#evicted],
      otherRevisions: [...this.#otherRevisions],
      passed: [...this.#passed],
    };
  }
}

function addBounded(set: Set<string>, value: string): void {
  if (set.size < MAX_ENTRIES) set.add(value);
}
