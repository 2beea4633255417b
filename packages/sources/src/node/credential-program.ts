import { spawn } from 'node:child_process';
import { quote } from '@model-signing/core';
import type { OciCredentials } from '../oci/credentials.ts';
import { SourceError } from '../source-error.ts';

/** Milliseconds that a program may take, in which a user may have to unlock a key ring. */
const TIMEOUT = 30_000;
const MAX_OUTPUT = 64 * 1024;

/** What programs print if they have nothing for a server. */
const NOT_FOUND = 'credentials not found';

/** The user name with which a program returns a token in place of a password. */
const TOKEN_USER = '<token>';

/**
 * Asks one of docker's credential programs, `docker-credential-NAME get`, without a shell.
 * @param server what the program calls the registry
 * @returns null if it has nothing for it
 * @throws {SourceError} `source/unauthorized`. What the program printed is in no message, since it may hold a secret
 */
export async function runCredentialProgram(
  name: string,
  server: string,
  environment: NodeJS.ProcessEnv,
): Promise<OciCredentials | null> {
  if (!/^\w[\w.-]{0,99}$/.test(name)) throw failed(name, 'it is not the name of a program');
  const { output, status } = await run(name, server, environment);
  if (status !== 0) {
    if (output.includes(NOT_FOUND)) return null;
    throw failed(name, `it ended with ${status === null ? 'a signal' : `the exit code ${status}`}`);
  }
  const { Username: username, Secret: secret } = parsed(output);
  if (typeof username !== 'string' || typeof secret !== 'string') throw failed(name, 'it printed no credentials');
  if (secret === '') return null;
  return username === TOKEN_USER ? { identityToken: secret } : { username, password: secret };
}

interface Ended {
  readonly output: string;
  readonly status: number | null;
}

function run(name: string, server: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(`docker-credential-${name}`, ['get'], {
      env,
      shell: false,
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const pieces: Buffer[] = [];
    let length = 0;
    const giveUp = (problem: string) => {
      child.kill('SIGKILL');
      // A process that it started may hold the pipe open.
      child.stdout.destroy();
      reject(failed(name, problem));
    };
    const timer = setTimeout(() => giveUp(`it took more than ${TIMEOUT / 1000} seconds`), TIMEOUT);
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const isAbsent = error.code === 'ENOENT';
      reject(
        failed(
          name,
          isAbsent
            ? 'there is no such program: install it, or take it out of the configuration'
            : `it cannot be started (${error.code})`,
        ),
      );
    });
    child.stdout.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length <= MAX_OUTPUT) return void pieces.push(piece);
      giveUp(`it printed more than ${MAX_OUTPUT} bytes`);
    });
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({ output: Buffer.concat(pieces).toString(), status });
    });
    // A program that does not read what it is asked closes the pipe.
    child.stdin.on('error', () => {});
    // Programs read up to the end of the line.
    child.stdin.end(`${server}\n`);
  });
}

function parsed(output: string): { Username?: unknown; Secret?: unknown } {
  try {
    const value: unknown = JSON.parse(output);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function failed(name: string, problem: string): SourceError {
  const program = quote(`docker-credential-${name}`);
  return new SourceError(
    'source/unauthorized',
    `the credential program ${program}, which docker's configuration names, gave nothing: ${problem}`,
  );
}
