import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError } from './failure.ts';
import { asText, readSmallFile } from './input-file.ts';

const MAX_PASSPHRASE_BYTES = 64 * 1024;

/** Reads a passphrase from a file, or from standard input for `-`, without one line break at its end. */
export function readPassphrase(file: string): Promise<Uint8Array> {
  return readSecret(file, 'passphrase');
}

/** Reads another secret likewise. Messages call it `what`. */
export async function readSecret(file: string, what: string): Promise<Uint8Array> {
  const bytes = file === '-' ? await readStandardInput(what) : await readSmallFile(file, `${what} file`);
  return withoutLineBreak(asText(bytes, what, file));
}

async function readStandardInput(what: string): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > MAX_PASSPHRASE_BYTES) {
      throw new CommandError(
        'command/unreadable',
        `the ${what} on standard input has more than ${MAX_PASSPHRASE_BYTES} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Removes one `\n` or `\r\n` from the end. */
export function withoutLineBreak(bytes: Uint8Array): Uint8Array {
  if (bytes.at(-1) !== 0x0a) return bytes;
  return bytes.subarray(0, bytes.at(-2) === 0x0d ? -2 : -1);
}

/** Whether a person can be prompted. */
export function canPrompt(): boolean {
  return Boolean(process.stdin.isTTY && process.stderr.isTTY);
}

/** Prompts for a passphrase on the terminal, without echo. */
export async function promptPassphrase(question: string, signal: AbortSignal): Promise<string> {
  const muted = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: muted, terminal: true, historySize: 0 });
  prompt.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  process.stderr.write(`${question}: `);
  try {
    return await prompt.question('', { signal });
  } finally {
    prompt.close();
    process.stderr.write('\n');
  }
}

/** Prompts for a line that is not secret, or reads the first line of standard input. */
export async function promptLine(question: string, signal: AbortSignal): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr, historySize: 0 });
  prompt.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const ended = new AbortController();
  prompt.on('close', () =>
    ended.abort(new CommandError('command/unreadable', `standard input ended without ${question}`)),
  );
  try {
    return await prompt.question(`${question}: `, { signal: AbortSignal.any([signal, ended.signal]) });
  } catch (error) {
    signal.throwIfAborted();
    throw ended.signal.aborted ? ended.signal.reason : error;
  } finally {
    prompt.close();
  }
}
