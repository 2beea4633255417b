/**
 * The oracle as an adapter that makes every choice which the public text permits: it writes neither tlogEntries nor keyid, takes
 * what it may take and refuses what it may refuse. It has to pass the public verdict.
 */
import { createInterface } from 'node:readline';
import type { Arguments } from '../../../suite/src/adapter/flags.ts';
import { sign, verify } from './operations.ts';

const capabilities = {
  protocol_version: 1,
  client_version: 'every permitted choice',
  flags: [
    '--hash-algorithm',
    '--serialization',
    '--shard-size',
    '--allow-symlinks',
    '--allow-external-symlinks',
    '--no-ignore-git-paths',
    '--strict',
    '--timestamp-authority',
    '--verification-time',
  ],
  oms: {
    protocol: 2,
    roles: ['sign', 'verify'],
    profiles: ['core', 'certificate', 'shards', 'blake2b', 'blake3', 'symlinks', 'historical'],
    serve: true,
  },
};

function answer(op: string, args: Arguments): object {
  if (args.method === 'sigstore') {
    return { outcome: 'unsupported', reason: { class: null, message: 'the oracle has no Sigstore' } };
  }
  return op === 'sign' ? sign(args) : verify(args);
}

async function serve(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const { op, seq, args = {} } = JSON.parse(line);
    if (op === 'stop') return;
    const reply = op === 'start' ? capabilities : { seq, ...answer(op, args) };
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
}

if (process.argv[2] === 'capabilities') process.stdout.write(`${JSON.stringify(capabilities)}\n`);
else await serve();
