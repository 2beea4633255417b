import { signalExitCodes } from './exit-codes.ts';

type SignalName = keyof typeof signalExitCodes;

/** How long an interrupted command may take to clean up. */
const GRACE_MS = 1000;

const undoings = new Set<() => void>();

/** Has `undo` called if the command is ended by force; answers with a function that takes this back. */
export function undoWhenForced(undo: () => void): () => void {
  undoings.add(undo);
  return () => undoings.delete(undo);
}

/** Turns signals into an abort, so that what is half done is undone before the command ends. */
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

  /** What to exit with if a signal came, else null. */
  get exitCode(): number | null {
    return this.#received && signalExitCodes[this.#received];
  }

  /** Gives the signals back to the system. */
  dispose(): void {
    for (const remove of this.#listeners) remove();
  }

  /** The first signal asks, the second one insists; so does time. */
  #receive(name: SignalName): void {
    if (this.#received) {
      this.#force(name);
      return;
    }
    this.#received = name;
    setTimeout(() => this.#force(name), GRACE_MS).unref();
    this.#controller.abort();
  }

  /** Dies of the signal: an exit would wait, without end, for a thread that opens a pipe to which nobody writes. */
  #force(name: SignalName): void {
    for (const undo of undoings) undo();
    this.dispose();
    process.kill(process.pid, name);
  }
}
