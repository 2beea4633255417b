import { writeFileSync } from 'node:fs';
import { type Arguments, BadCall, optionalText } from './arguments.ts';
import { capabilities, type OptionalFlag, parseFlags } from './flags.ts';
import type { Result } from './result.ts';

export type Operation = 'sign' | 'verify';

/** Carries out a call. */
export type CarryOut = (operation: Operation, args: Arguments) => Promise<Result>;

const exitCodes = { accept: 0, reject: 1, unsupported: 1, error: 134 } as const;
const USAGE = 2;

interface AdapterOptions {
  /** Answers calls until it is told to stop: at level 2. */
  readonly serve?: () => Promise<void>;
  /** Optional flags that the program does not have, and so does not declare. */
  readonly lacking?: readonly OptionalFlag[];
}

/** Runs an adapter for one call of the protocol, and returns its exit code. Only an adapter with `serve` is at level 2. */
export async function runAdapter(
  [command, ...words]: readonly string[],
  carryOut: CarryOut,
  { serve, lacking }: AdapterOptions = {},
): Promise<number> {
  try {
    if (command === 'sign-model' || command === 'verify-model') {
      return await once(command === 'sign-model' ? 'sign' : 'verify', words, carryOut);
    }
    if (command === 'capabilities')
      process.stdout.write(`${JSON.stringify(capabilities(serve !== undefined, lacking), null, 2)}\n`);
    else if (command === 'serve' && serve) await serve();
    else throw new BadCall(`usage: capabilities|${serve ? 'serve|' : ''}sign-model|verify-model [flags]`);
    return 0;
  } catch (error) {
    if (!(error instanceof BadCall)) throw error;
    process.stderr.write(`${error.message}\n`);
    return USAGE;
  }
}

async function once(operation: Operation, words: readonly string[], carryOut: CarryOut): Promise<number> {
  const args = parseFlags(words);
  const result = await carryOut(operation, args);
  const file = optionalText(args, 'result-json');
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(result)}\n`);
  if (result.outcome !== 'accept') process.stderr.write(`${result.reason.message}\n`);
  return exitCodes[result.outcome];
}
