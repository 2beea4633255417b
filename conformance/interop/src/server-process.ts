/** A server as a process of its own, which says where it listens and is ended by its handle. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ServerProcess {
  /** The port of 127.0.0.1. */
  readonly port: string;
  /** Everything that it printed until now, for the message of a failure. */
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

export interface ServerCommand {
  /** What the message of a failure calls it. */
  readonly title: string;
  readonly command: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  /** What it prints when it listens, with its port as the first group. */
  readonly listening?: RegExp;
}

/** How long a server has to listen. Milliseconds. */
const START_LIMIT = 120_000;

/** How long a server has to end on its own. Milliseconds. */
const GRACE = 3000;

const LISTENING = /listening on 127\.0\.0\.1:(\d+)/;

/** Starts a server and waits until it says that it listens. */
export async function startProcess(options: ServerCommand): Promise<ServerProcess> {
  const [program = '', ...args] = options.command;
  const child = spawn(program, args, {
    cwd: options.folder,
    env: options.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => end(child);
  try {
    const { port, output } = await listening(child, options);
    return { port, output, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function listening(child: ChildProcess, { title, listening: pattern = LISTENING }: ServerCommand) {
  let printed = '';
  return new Promise<{ port: string; output: () => string }>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${title} does not run: ${why}\n${printed}`));
    const timer = setTimeout(fail, START_LIMIT, 'it did not say that it listens');
    const collect = (text: string) => {
      printed += text;
      const port = pattern.exec(printed)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve({ port, output: () => printed });
    };
    child.stdout?.setEncoding('utf8').on('data', collect);
    child.stderr?.setEncoding('utf8').on('data', collect);
    child.on('error', (error) => fail(error.message));
    child.on('exit', (code) => fail(`it ended with exit code ${code}`));
    child.on('exit', () => clearTimeout(timer));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE);
  await ended;
  clearTimeout(timer);
}
