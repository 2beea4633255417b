/** The adapter for our library, at level 2 of the protocol. */
import { createInterface } from 'node:readline';
import { carryOut } from './calls.ts';
import { capabilities } from './flags.ts';
import { runAdapter } from './once.ts';
import type { Result } from './result.ts';

interface Request {
  readonly op?: unknown;
  readonly seq?: unknown;
  readonly args?: Record<string, unknown>;
}

/** One answer to each line, in their order, until the input ends or says to stop. */
async function serve(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    const request = JSON.parse(line) as Request;
    if (request.op === 'stop') break;
    const answer = request.op === 'start' ? capabilities(true) : await answerTo(request);
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

async function answerTo({ op, seq, args = {} }: Request): Promise<object> {
  const result: Result =
    op === 'sign' || op === 'verify'
      ? await carryOut(op, args)
      : { outcome: 'error', reason: { message: `the operation ${JSON.stringify(op)} is unknown` } };
  return { seq, ...result };
}

process.exitCode = await runAdapter(process.argv.slice(2), carryOut, { serve });
