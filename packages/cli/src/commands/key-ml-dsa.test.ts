import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Sandbox } from '../testing/command.ts';

const keys = path.resolve(import.meta.dirname, '../../../../conformance/suite/vectors/v1.1/keys');
const DRAFT = ['--draft', '1.1', '--extension', 'ml-dsa-65'];

/** A folder with a key for ML-DSA-65 in `pq.pem` and `pq.pub.pem`. */
class PostQuantum extends Sandbox {
  constructor() {
    super();
    this.write('pq.pem', readFileSync(path.join(keys, 'test-ml-dsa-65-a.pem')));
    this.write('pq.pub.pem', readFileSync(path.join(keys, 'test-ml-dsa-65-a.pub.pem')));
  }

  signPq(...flags: string[]) {
    return this.json(['sign', 'key', 'model', '--private-key', 'pq.pem', ...flags]);
  }

  verifyPq(...flags: string[]) {
    return this.json(['verify', 'key', 'model', '--signature', 'model.sig', '--public-key', 'pq.pub.pem', ...flags]);
  }
}

/** Some versions of Node read such keys, and have no name for them. */
function hasMlDsa(): boolean {
  try {
    const key = createPublicKey(readFileSync(path.join(keys, 'test-ml-dsa-65-a.pub.pem')));
    return String(key.asymmetricKeyType) === 'ml-dsa-65';
  } catch {
    return false;
  }
}

const reason = hasMlDsa() ? '' : ` (skipped: Node ${process.version} has no ML-DSA)`;

describe.skipIf(reason)(`sign key and verify key with ML-DSA-65${reason}`, () => {
  test('a model is signed and verified with a key for ML-DSA-65 if its extension is named', async () => {
    const box = new PostQuantum();
    expect(await box.signPq(...DRAFT)).toMatchObject({ code: 0, result: { signer: { curve: 'ml-dsa-65' } } });
    expect(await box.verifyPq(...DRAFT, '--strict')).toMatchObject({ code: 0 });
    box.write('model/config.json', '{}');
    expect(await box.verifyPq(...DRAFT)).toMatchObject({ code: 1, result: { error: { code: 'model/mismatch' } } });
  });

  test('a key for ML-DSA-65 is refused unless its extension is named', async () => {
    const box = new PostQuantum();
    const unsupported = { code: 1, result: { error: { code: 'signer/key-unsupported' } } };
    const refused = await box.signPq('--draft', '1.1');
    expect(refused.result.error.code).toBe('signer/key-unsupported');
    expect(box.list()).not.toContain('model.sig');
    await box.signPq(...DRAFT);
    expect((await box.verifyPq('--draft', '1.1')).result).toMatchObject(unsupported.result);
  });
});

test('an extension without a draft is a usage error, and no help mentions extensions', async () => {
  const box = new PostQuantum();
  expect(await box.signPq('--extension', 'ml-dsa-65')).toMatchObject({ code: 2 });
  for (const verb of ['sign', 'verify'])
    expect((await box.run([verb, 'key', '--help'])).stdout).not.toMatch(/ml-dsa|--extension/i);
});
