import { once } from 'node:events';
import { createWriteStream, readFileSync, statSync, writeFileSync } from 'node:fs';
import { attest, keySigner, keyVerifier, openSignature } from '@model-signing/core';
import { expect, test } from 'vitest';
import { Sandbox } from '../testing/command.ts';

const COUNT = 10_000;

/** What a process writes into a file when it ends: its most resident memory, in kilobytes. */
const MEASURE = `
import { writeFileSync } from 'node:fs';
process.on('exit', () => writeFileSync(process.env.MOST_MEMORY, String(process.resourceUsage().maxRSS)));
`;

/** A signed model, a file of one attestation, and one of 10,000, with 20 kB each. */
async function boxWithAttestations(): Promise<Sandbox> {
  const box = new Sandbox();
  await box.sign();
  const signer = keySigner({ privateKey: readFileSync(box.path('key.pem')) });
  const verifier = keyVerifier({ publicKey: readFileSync(box.path('key.pub')) });
  const signed = await openSignature(readFileSync(box.path('model.sig')), verifier);
  const filler = 'a'.repeat(15_000);
  const line = async (index: number) => {
    const claim = { predicateType: 'vuln', predicate: { index, filler } };
    const { bundle } = await attest(signed, claim, signer);
    return Buffer.concat([bundle, Buffer.from('\n')]);
  };
  writeFileSync(box.path('one.jsonl'), await line(0));
  const file = createWriteStream(box.path('many.jsonl'));
  for (let index = 0; index < COUNT; index++) {
    if (!file.write(await line(index))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
  box.write('measure.mjs', MEASURE);
  return box;
}

/** Runs the command, and returns its result with its most resident memory, in bytes. */
async function measured(box: Sandbox, args: readonly string[]) {
  const nodeArgs = ['--import', box.path('measure.mjs')];
  const finished = await box.json(args, { nodeArgs, env: { MOST_MEMORY: box.path('most') } });
  return { ...finished, memory: Number(readFileSync(box.path('most'), 'utf8')) * 1024 };
}

test('10,000 attestations of 20 kB are verified in 200 MB more than one of them', { timeout: 900_000 }, async () => {
  const box = await boxWithAttestations();
  expect(statSync(box.path('many.jsonl')).size).toBeGreaterThan(200e6);
  const verifying = ['verify', 'key', 'model', '--public-key', 'key.pub', '--require-attestation', 'vuln'];
  const listing = ['attestations', 'key', '--public-key', 'key.pub'];
  for (const of of [(file: string) => [...verifying, '--attestations', file], (file: string) => [...listing, file]]) {
    const one = await measured(box, of('one.jsonl'));
    const many = await measured(box, of('many.jsonl'));
    expect([one.code, many.code]).toEqual([0, 0]);
    const { attestations, entries = attestations } = many.result as { attestations?: object[]; entries?: object[] };
    expect(entries).toHaveLength(COUNT);
    expect(many.memory - one.memory, `one: ${one.memory}, many: ${many.memory}`).toBeLessThan(200e6);
  }
});
