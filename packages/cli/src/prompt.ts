import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError } from './failure.ts';

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
