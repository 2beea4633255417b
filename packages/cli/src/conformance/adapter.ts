/** The adapter for the conformance suite: the library, spoken to in the suite's protocol at its levels 0, 1 and 2. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { BadCall, optionalText, parseFlags } from './arguments.ts';
import { capabilities, carryOut } from './calls.ts';
import type { Result } from './result.ts';

const exitCodes = { accept: 0, reject: 1, unsupported: 1, error: 134 } as const;
const USAGE = 2;

/** The adapter, on the arguments and streams of this process. */
export async function main(argv: readonly string[]): Promise<number> {
  const [command, ...words] = argv;
  switch (command) {
    case 'capabilities':
      process.stdout.write(`${JSON.stringify(capabilities(readVersion()), null, 2)}\n`);
      return 0;
    case 'serve':
      return serve();
    case 'sign-model':
      return once('sign', words);
    case 'verify-model':
      return once('verify', words);
    default:
      process.stderr.write('usage: conformance-adapter capabilities|serve|sign-model|verify-model [flags]\n');
      return USAGE;
  }
}

function readVersion(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}

async function once(operation: 'sign' | 'verify', words: readonly string[]): Promise<number> {
  try {
    const args = parseFlags(words);
    const result = await carryOut(operation, args);
    const file = optionalText(args, 'result-json');
    if (file !== undefined) writeFileSync(file, `${JSON.stringify(result)}\n`);
    if (result.outcome !== 'accept') process.stderr.write(`${result.reason.message}\n`);
    return exitCodes[result.outcome];
  } catch (error) {
    if (!(error instanceof BadCall)) throw error;
    process.stderr.write(`${error.message}\n`);
    return USAGE;
  }
}

/** One request on each line, one answer to each, in their order, until the input ends or says to stop. */
async function serve(): Promise<number> {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    const request = JSON.parse(line) as { op?: unknown; seq?: unknown; args?: Record<string, unknown> };
    if (request.op === 'stop') break;
    const answer = request.op === 'start' ? capabilities(readVersion()) : await answerTo(request);
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  return 0;
}

async function answerTo({ op, seq, args = {} }: { op?: unknown; seq?: unknown; args?: Record<string, unknown> }) {
  const result: Result =
    op === 'sign' || op === 'verify'
      ? await carryOut(op, args)
      : { outcome: 'error', reason: { message: `the operation ${JSON.stringify(op)} is unknown` } };
  return { seq, ...result };
}
