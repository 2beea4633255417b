/** The protocol for adapters that must fail: they give the same answer to every call. */
import { createInterface } from 'node:readline';

/** The capabilities of an adapter that supports everything. */
export const capabilities = {
  protocol_version: 1,
  flags: [
    '--hash-algorithm',
    '--serialization',
    '--shard-size',
    '--allow-symlinks',
    '--allow-external-symlinks',
    '--no-ignore-git-paths',
    '--strict',
    '--trusted-root',
    '--timestamp-authority',
    '--verification-time',
    '--draft',
    '--annotation',
    '--only',
    '--lfs-pointers',
    '--oci-manifest',
    '--policy',
    '--as',
    '--signature',
    '--attestations',
    '--require-attestation',
  ],
  oms: {
    protocol: 2,
    profiles: [
      'core',
      'certificate',
      'sigstore',
      'shards',
      'blake2b',
      'blake3',
      'symlinks',
      'historical',
      'partial',
      'advertised',
      'policy',
      'attestations',
      'draft',
    ],
    serve: true,
  },
};

/** Serves until the input ends. */
export async function answerEverything(answer: () => object | Promise<object>): Promise<void> {
  if (process.argv[2] === 'capabilities') {
    process.stdout.write(`${JSON.stringify(capabilities)}\n`);
    return;
  }
  for await (const line of createInterface({ input: process.stdin })) {
    const { op, seq } = JSON.parse(line);
    if (op === 'stop') return;
    const reply = op === 'start' ? capabilities : { seq, ...(await answer()) };
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
}
