import { signalExitCodes } from './exit-codes.ts';

type SignalName = keyof typeof signalExitCodes;

/** How long an interrupted command may take to clean up. */
const GRACE_MS = 1000;

const cleanups = new Set<() => void>();

/** Registers a synchronous cleanup to run if the command is killed. Returns a function that removes it. */
export function onForcedExit(cleanup: () => void): () => void {
  cleanups.add(cleanup);
  return () => cleanups.delete(cleanup);
}

/** What an interrupted command says of itself, such as that it wrote nothing. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/** Turns signals into an abort, so that the command can clean up before it exits. */
export class Interrupt {
  readonly #controller = new AbortController();
  readonly #listeners: (() => void)[] = [];
  #received: SignalName | null = null;

  constructor() {
    for (const name of Object.keys(signalExitCodes) as SignalName[]) {
      const listener = () => this.#receive(name);
      process.on(name, listener);
      this.#listeners.push(() => process.off(name, listener));
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit code if a signal arrived, else null. */
  get exitCode(): number | null {
    return this.#received && signalExitCodes[this.#received];
  }

  /** Removes the signal handlers. */
  dispose(): void {
    for (const remove of this.#listeners) remove();
  }

  /** The first signal aborts; the second one, or a timeout, kills. */
  #receive(name: SignalName): void {
    if (this.#received) {
      this.#force(name);
      return;
    }
    this.#received = name;
    setTimeout(() => this.#force(name), GRACE_MS).unref();
    this.#controller.abort();
  }

  /** Dies of the signal: `process.exit` would wait indefinitely for a thread that opens a pipe without a writer. */
  #force(name: SignalName): void {
    for (const cleanup of cleanups) cleanup();
    this.dispose();
    process.kill(process.pid, name);
  }
}
