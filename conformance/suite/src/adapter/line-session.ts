import type { ChildProcess } from 'node:child_process';
import { type Answer, cut, type Limits, type Observation, objectOf, parseResult } from './answer.ts';
import { type Adapter, shellWord } from './command-session.ts';
import { type Call, commandWords } from './flags.ts';
import { endProgram, startProgram, watchMemory } from './run-process.ts';
import type { Session } from './session.ts';

/** A program that fails more often than this is not restarted. */
const MAX_RESTARTS = 10;

/** The time that a program has to end once it is told to. Seconds. */
const STOP_SECONDS = 2;

/** Keeps one process of the adapter running and exchanges lines of JSON with it (PROTOCOL.md, level 2). */
export class LineSession implements Session {
  readonly #adapter: Adapter;
  readonly #directory: string;
  readonly #signal: AbortSignal;
  #connection: Connection | null = null;
  #starts = 0;
  #sequence = 0;

  constructor(adapter: Adapter, directory: string, signal: AbortSignal) {
    this.#adapter = adapter;
    this.#directory = directory;
    this.#signal = signal;
  }

  async call(call: Call, _directory: string, limits: Limits): Promise<Observation> {
    const begun = performance.now();
    const { answer, output, peakMemory } = await this.#ask(call, limits);
    return {
      answer,
      command: [...this.#adapter, ...commandWords(call)].map(shellWord).join(' '),
      output: cut(output),
      seconds: (performance.now() - begun) / 1000,
      peakMemory,
    };
  }

  async #ask(call: Call, limits: Limits): Promise<Reply> {
    if (this.#connection?.broken) this.#connection = null;
    if (!this.#connection) {
      if (this.#starts > MAX_RESTARTS) {
        return { answer: { kind: 'crash', message: 'it failed too often' }, output: '', peakMemory: null };
      }
      this.#starts++;
      this.#connection = new Connection(this.#adapter, this.#directory, this.#signal);
      const started = await this.#connection.ask({ op: 'start', protocol: 2 }, limits);
      if (started.answer) return { ...started, answer: started.answer };
    }
    const seq = ++this.#sequence;
    const asked = await this.#connection.ask({ op: call.operation, seq, args: call.args }, limits);
    return { ...asked, answer: asked.answer ?? readAnswer(asked.value, seq, this.#connection) };
  }

  async close(): Promise<void> {
    await this.#connection?.stop();
    this.#connection = null;
  }
}

interface Reply {
  readonly answer: Answer;
  readonly output: string;
  readonly peakMemory: number | null;
}

function readAnswer(value: unknown, seq: number, connection: Connection): Answer {
  try {
    const result = objectOf(value, 'the line');
    if (result.seq !== seq) throw new Error(`seq is not ${seq}`);
    return parseResult(result);
  } catch (error) {
    connection.end();
    return { kind: 'protocol', message: `its answer cannot be used: ${(error as Error).message}` };
  }
}

/** The value of the line that the program printed, or the answer that represents its absence. */
interface Line {
  readonly value: unknown;
  readonly answer: Answer | null;
  readonly output: string;
  readonly peakMemory: number | null;
}

/** One run of the program. */
class Connection {
  readonly #child: ChildProcess;
  #buffer = '';
  #stderr = '';
  #outputBytes = 0;
  #waiting: ((line: string | Answer) => void) | null = null;
  #over: Answer | null = null;
  #onData: (() => void) | null = null;

  constructor(adapter: Adapter, directory: string, signal: AbortSignal) {
    this.#child = startProgram([...adapter, 'serve'] as unknown as Adapter, directory);
    const cancel = () => this.#finish({ kind: 'protocol', message: 'the run was ended' });
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) cancel();
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#count(text);
    });
    this.#child.stdin?.on('error', () => {});
    this.#child.on('error', (error: NodeJS.ErrnoException) =>
      this.#finish({ kind: 'protocol', message: `it cannot be started: ${error.code ?? error.message}` }),
    );
    this.#child.on('close', (code, signalName) => {
      signal.removeEventListener('abort', cancel);
      this.#finish({ kind: 'crash', message: signalName ? `it was ended by ${signalName}` : `it ended with ${code}` });
    });
  }

  get broken(): boolean {
    return this.#over !== null;
  }

  /** Sends one object and waits for one line. */
  async ask(request: object, limits: Limits): Promise<Line> {
    this.#stderr = '';
    this.#outputBytes = 0;
    const memory = watchMemory(this.#child, limits.memoryBytes, () =>
      this.#finish({ kind: 'resource', message: 'it used more memory than allowed' }),
    );
    const deadline = setTimeout(
      () => this.#finish({ kind: 'timeout', message: 'it did not answer within its time' }),
      limits.seconds * 1000,
    );
    this.#onData = () => {
      if (this.#outputBytes > limits.outputBytes) {
        this.#finish({ kind: 'resource', message: 'it printed more than allowed' });
      }
    };
    const line = await this.#next(request);
    clearTimeout(deadline);
    const rest = { output: this.#stderr, peakMemory: memory.stop() };
    if (typeof line !== 'string') return { value: null, answer: line, ...rest };
    try {
      return { value: JSON.parse(line), answer: null, ...rest };
    } catch {
      const answer = {
        kind: 'protocol',
        message: `it printed a line that is not JSON: ${line.slice(0, 200)}`,
      } as const;
      this.#finish(answer);
      return { value: null, answer, ...rest };
    }
  }

  #next(request: object): Promise<string | Answer> {
    return new Promise((resolve) => {
      if (this.#over) return resolve(this.#over);
      this.#waiting = resolve;
      this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    });
  }

  #read(text: string): void {
    this.#count(text);
    this.#buffer += text;
    const end = this.#buffer.indexOf('\n');
    if (end === -1) return;
    const line = this.#buffer.slice(0, end);
    this.#buffer = this.#buffer.slice(end + 1);
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting && this.#buffer === '') waiting(line);
    else {
      const answer = { kind: 'protocol', message: 'it printed more lines than were requested' } as const;
      waiting?.(answer);
      this.#finish(answer);
    }
  }

  #count(text: string): void {
    this.#outputBytes += text.length;
    this.#onData?.();
  }

  #finish(answer: Answer): void {
    this.#over ??= answer;
    this.#waiting?.(answer);
    this.#waiting = null;
    endProgram(this.#child);
  }

  end(): void {
    this.#finish({ kind: 'protocol', message: 'it was ended' });
  }

  /** Tells the program to end, and kills it if it does not. */
  async stop(): Promise<void> {
    if (this.broken) return;
    const closed = new Promise<void>((resolve) => {
      this.#child.once('close', () => resolve());
    });
    const killTimer = setTimeout(() => endProgram(this.#child), STOP_SECONDS * 1000);
    this.#child.stdin?.end(`${JSON.stringify({ op: 'stop' })}\n`);
    await closed;
    clearTimeout(killTimer);
  }
}
