import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Binding, Failure, HashRequest, NativeReader, Outcome, ReadRequest, Run } from '../binding.ts';

/** What the fake engine was asked to do. */
export interface Asked {
  readonly path: string;
  readonly size: number;
  readonly file: number;
  readonly start: number;
  readonly end: number;
}

/** An engine in JavaScript behind the interface of the compiled one. It takes a turn of the event loop for each job. */
export class FakeBinding implements Binding {
  readonly VERSION = '0.0.0';
  readonly asked: Asked[] = [];
  threads = 0;
  /** The failure of the job with this number. */
  failure: Failure | null = null;
  runs = 0;
  /** How often memory was to be given back. */
  givenBack = 0;
  /** Runs that were started and have not settled. */
  running = 0;

  start(request: HashRequest): Run {
    this.runs++;
    this.threads = request.threads;
    const jobs = jobsOf(request);
    this.asked.push(...jobs);
    return new FakeRun(this, request.algorithm, jobs);
  }

  openReader(algorithm: string, threads: number): NativeReader {
    this.threads = threads;
    return new FakeReader(this, algorithm);
  }

  giveBackFreedMemory(): void {
    this.givenBack++;
  }
}

/** Fails as the binding is told to fail its first job. */
class FakeReader implements NativeReader {
  readonly #binding: FakeBinding;
  readonly #algorithm: string;

  constructor(binding: FakeBinding, algorithm: string) {
    this.#binding = binding;
    this.#algorithm = algorithm;
    binding.running++;
  }

  get atOnce(): number {
    return 2 * this.#binding.threads;
  }

  async read({ path: bytes, size, start, into }: ReadRequest): Promise<Outcome> {
    const { asked, failure } = this.#binding;
    const path = new TextDecoder().decode(bytes);
    asked.push({ path, size, file: 0, start, end: start + into.length });
    if (failure) return { failure };
    into.set(readFileSync(path).subarray(start, start + into.length));
    return { digests: createHash(this.#algorithm).update(into).digest(), pointers: new Uint32Array() };
  }

  async close(): Promise<void> {
    this.#binding.running--;
  }
}

class FakeRun implements Run {
  readonly #outcome: Promise<Outcome>;
  #isStopped = false;
  #jobs = 0;
  #bytes = 0;

  constructor(binding: FakeBinding, algorithm: string, jobs: readonly Asked[]) {
    binding.running++;
    this.#outcome = this.#hash(binding, algorithm, jobs).finally(() => binding.running--);
  }

  async #hash({ failure }: FakeBinding, algorithm: string, jobs: readonly Asked[]): Promise<Outcome> {
    const digests: Buffer[] = [];
    const pointers: number[] = [];
    for (const [job, { path, start, end }] of jobs.entries()) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (this.#isStopped) return { failure: { job: -1, kind: 'stopped', message: '', syscall: '', errno: 0 } };
      if (failure?.job === job) return { failure };
      const bytes = readFileSync(path);
      const range = bytes.subarray(start, end < 0 ? bytes.length : end);
      digests.push(
        createHash(algorithm === 'blake2b' ? 'blake2b512' : algorithm)
          .update(range)
          .digest(),
      );
      if (range.length === bytes.length && bytes.toString('latin1').startsWith('version ')) pointers.push(job);
      this.#jobs++;
      this.#bytes += range.length;
    }
    return { digests: new Uint8Array(Buffer.concat(digests)), pointers: Uint32Array.from(pointers) };
  }

  progress() {
    return { jobs: this.#jobs, bytes: this.#bytes };
  }

  stop(): void {
    this.#isStopped = true;
  }

  finished(): Promise<Outcome> {
    return this.#outcome;
  }
}

function jobsOf({ paths, pathEnds, sizes, files, ranges }: HashRequest): Asked[] {
  return Array.from(files, (file, job) => ({
    path: new TextDecoder().decode(paths.subarray(file === 0 ? 0 : pathEnds[file - 1], pathEnds[file])),
    size: sizes[file] as number,
    file,
    start: ranges[2 * job] as number,
    end: ranges[2 * job + 1] as number,
  }));
}
