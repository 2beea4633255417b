import type { HashAlgorithm } from '@model-signing/core';

/** What the compiled engine offers. */
export interface Binding {
  /** The version of the package that it was compiled for. */
  readonly VERSION: string;
  /** Starts to hash on threads of its own, and returns at once. */
  start(request: HashRequest): Run;
  /** Opens a reader, which starts threads when it has something to read. */
  openReader(algorithm: HashAlgorithm, threads: number): NativeReader;
  /** Gives memory back to the operating system that the process has freed, where the C library would keep it. */
  giveBackFreedMemory(): void;
}

/** The jobs of a model: each is a range of a file. Numbers are bytes. `start` copies all arrays: they are freed when it returns. */
export interface HashRequest {
  readonly algorithm: HashAlgorithm;
  readonly threads: number;
  /** The paths of the files in UTF-8, one after another, without a separator. */
  readonly paths: Uint8Array;
  /** Where the path of each file ends. */
  readonly pathEnds: Uint32Array;
  /** The size of each file when it was listed; -1 if it was not looked up. */
  readonly sizes: Float64Array;
  /** The file of each job. */
  readonly files: Uint32Array;
  /** The start and end of each job; -1 for the end of the file. */
  readonly ranges: Float64Array;
}

/** Hashing that has been started. */
export interface Run {
  /** What has been hashed so far. */
  progress(): { readonly jobs: number; readonly bytes: number };
  /** Ends it soon, after which it fails as stopped. */
  stop(): void;
  /** Settles when none of its threads works any more. Can be called once. */
  finished(): Promise<Outcome>;
}

/** Reads parts of files into memory, and hashes what is in that memory. */
export interface NativeReader {
  /** How many parts it reads at the same time: several on each thread. */
  readonly atOnce: number;
  /** Settles when the memory is written to no more, with one digest. The job of a failure is 0, or -1. */
  read(request: ReadRequest): Promise<Outcome>;
  /** Ends it soon. What was not read by then fails as stopped. Settles when none of its threads works any more. */
  close(): Promise<void>;
}

/** A part of a file, as long as the memory that it is read into. Numbers are bytes. */
export interface ReadRequest {
  /** In UTF-8. It is copied. */
  readonly path: Uint8Array;
  /** The size of the file when it was listed; -1 if it was not looked up. */
  readonly size: number;
  readonly start: number;
  /** Must not be detached, read or written to until the promise settles: threads write to it. */
  readonly into: Uint8Array;
}

export type Outcome =
  | {
      /** By job. They are freed once they are read. */
      readonly digests: Uint8Array;
      /** The jobs whose whole file begins like a pointer to content that is kept elsewhere. */
      readonly pointers: Uint32Array;
    }
  | { readonly failure: Failure };

/** Why hashing ended early. */
export interface Failure {
  /** The job whose file failed; -1 if it was stopped or the engine has a fault. */
  readonly job: number;
  readonly kind: 'changed' | 'system' | 'stopped' | 'internal';
  /** For a change, what happened to the file, in the words of the engine in Node; for a fault of the engine, what it is. */
  readonly message: string;
  /** For a failing system call, its name and the negative error number. */
  readonly syscall: string;
  readonly errno: number;
}
