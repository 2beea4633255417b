import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Result } from '@model-signing/cli/result';

/** What the command said and how it ended. */
export interface Ended {
  readonly exitCode: number;
  /** Null if it printed none, or one that is too long to read. */
  readonly result: Result | null;
}

/** The most bytes of a result that are kept: more than the differences of a million files take. */
const MAX_BYTES = 384 * 1024 * 1024;

const CANNOT_RUN = 3;

/** What the runner gives an action to change the job with, and what only an action reads. */
const ofTheRunner =
  /^(?:INPUT_|STATE_|ACTIONS_(?!ID_TOKEN_)|GITHUB_(?:TOKEN|OUTPUT|ENV|PATH|STATE|STEP_SUMMARY)$|NODE_OPTIONS$)/i;

/** The variables that let a process ask for the identity of the job. */
const ofTheIdentity = /^(?:ACTIONS_ID_TOKEN_|SIGSTORE_ID_TOKEN$)/i;

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of the command: it gets the identity of the job only if it signs with it. */
export function commandEnvironment(environment: Environment, args: readonly string[]): NodeJS.ProcessEnv {
  const isKeyless = args.includes('--use-ambient-credentials');
  const kept = Object.entries(environment).filter(
    ([name]) => !ofTheRunner.test(name) && (isKeyless || !ofTheIdentity.test(name)),
  );
  return { ...Object.fromEntries(kept), NO_COLOR: '1' };
}

/** Runs the command in a process of its own, without a shell, and hands on what it says to people. */
export async function runCommand(args: readonly string[], say: (text: string) => void): Promise<Ended> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'command.cjs'), ...args], {
    env: commandEnvironment(process.env, args),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, forward);
  const pieces: Buffer[] = [];
  let bytes = 0;
  child.stdout.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (bytes <= MAX_BYTES) pieces.push(piece);
  });
  child.stderr.setEncoding('utf8').on('data', say);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.on('error', reject);
  child.on('close', (code) => resolve(code ?? CANNOT_RUN));
  try {
    const exitCode = await promise;
    return { exitCode, result: bytes <= MAX_BYTES ? parseResult(Buffer.concat(pieces).toString()) : null };
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, forward);
  }
}

function parseResult(text: string): Result | null {
  try {
    const result = JSON.parse(text) as Result;
    return result.schema === 'model-signing/result/v1' ? result : null;
  } catch {
    return null;
  }
}
