import { describe, expect, it } from 'vitest';
import { TestInstance, testIdentity, testIssuer } from './testing/instance.ts';
import { sigstoreVerifier } from './verifier.ts';

describe('x', () => {
  it('accepts', async () => {
    const instance = new TestInstance();
    const content = { payloadType: 'application/vnd.in-toto+json', payload: Buffer.from('{}') };
    const verifier = await sigstoreVerifier({
      identity: testIdentity,
      issuer: testIssuer,
      trust: { trustedRoot: JSON.stringify(instance.trustedRoot()) },
    });
    for (const kind of [
      'dsse/0.0.1',
      'intoto/0.0.2',
      'hashedrekord/0.0.1',
      'dsse/0.0.2',
      'hashedrekord/0.0.2',
    ] as const) {
      const made = instance.sign(content, { kind });
      expect((await verifier.verify(content, made.signature, made.material)).method).toBe('sigstore');
    }
  });
});
