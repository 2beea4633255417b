import type { HashAlgorithm } from '../format/algorithms.ts';
import type { Bytes, Hashed } from './hash-blob.ts';

/** One digest to compute. */
export interface WorkerRequest {
  /** By which the responses name it. */
  readonly id: number;
  readonly blob: Bytes;
  readonly algorithm: HashAlgorithm;
  readonly inSlices: boolean;
}

/** What a worker says: that it has started, how many more bytes of a request it has hashed, and how a request ended. */
export type WorkerResponse =
  | { readonly id: null }
  | { readonly id: number; readonly bytes: number }
  | { readonly id: number; readonly hashed: Hashed }
  | { readonly id: number; readonly failed: { readonly name: string; readonly message: string } };
