import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError } from './failure.ts';
import { takeStandardInput } from './standard-streams.ts';

/** Prompts for a passphrase on the terminal, without echo. */
export function promptPassphrase(question: string, signal: AbortSignal): Promise<string> {
  return promptSecret(question, 'passphrase', signal);
}

/**
 * Prompts for a secret on the terminal, without echo.
 * @param what the name of the secret in messages
 */
export async function promptSecret(question: string, what: string, signal: AbortSignal): Promise<string> {
  const [answer] = await promptSecrets([question], what, signal);
  return answer as string;
}

/** Prompts for several secrets, one after another. What is typed ahead of a prompt counts for it. */
export async function promptSecrets(
  questions: readonly string[],
  what: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const muted = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: muted, terminal: true, historySize: 0, signal });
  prompt.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const lines = prompt[Symbol.asyncIterator]();
  const answers: string[] = [];
  try {
    for (const question of questions) {
      process.stderr.write(`${question}: `);
      const line = await lines.next();
      process.stderr.write('\n');
      signal.throwIfAborted();
      if (line.done) throw new CommandError('command/unreadable', `no ${what} was typed`); // Ctrl-D
      answers.push(line.value);
    }
    return answers;
  } finally {
    prompt.close();
  }
}

/** Prompts for a line that is not secret, or reads the first line of standard input. */
export async function promptLine(question: string, signal: AbortSignal): Promise<string> {
  const prompt = createInterface({ input: takeStandardInput(), output: process.stderr, historySize: 0 });
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
