import { testKey } from '@model-signing/testing/forge';
import { forgingAuthority } from '@model-signing/testing/timestamp-authority';
import { expect, test } from 'vitest';
import { refusal } from '../testing/refusal.ts';
import { keySigner, keyVerifier } from './key.ts';
import { timestampedSigner, timestampedVerifier } from './key-timestamps.ts';

const content = { payloadType: 'application/vnd.in-toto+json', payload: Buffer.from('{"what":"is signed"}') };
const key = testKey();
const byKey = keyVerifier({ publicKey: key.publicKey });
/** A whole second. */
const time = new Date(Math.floor(Date.now() / 1000 - 60) * 1000);
const ignore = () => {};

function sign(authority = forgingAuthority({ time })) {
  return timestampedSigner(keySigner({ privateKey: key.privateKey }), authority.answer).sign(content, ignore);
}

test('the timestamp of a signature with a key is part of the identity for a verifier who trusts its authority', async () => {
  const authority = forgingAuthority({ time });
  const { signature, material } = await sign(authority);
  const verifier = timestampedVerifier(byKey, { timestampRoots: [authority.rootPem] });
  const { identity } = await verifier.verify(content, signature, material, ignore);
  expect(identity).toMatchObject({ method: 'key', timestampedAt: time.toISOString() });
});

test('the timestamp of a signature with a key is ignored by a verifier who names no authority', async () => {
  const { signature, material } = await sign();
  const { identity } = await byKey.verify(content, signature, material, () => expect.unreachable());
  expect(identity).not.toHaveProperty('timestampedAt');
});

test('a signature with a key and without a timestamp is accepted, and has no time', async () => {
  const { signature, material } = await keySigner({ privateKey: key.privateKey }).sign(content, ignore);
  const verifier = timestampedVerifier(byKey, { timestampRoots: [forgingAuthority().rootPem] });
  const { identity } = await verifier.verify(content, signature, material, ignore);
  expect(identity).not.toHaveProperty('timestampedAt');
});

test('a timestamp by another authority, or of another signature, is refused beside a key', async () => {
  const authority = forgingAuthority({ time });
  const [made, other] = [await sign(authority), await sign(authority)];
  const by = (rootPem: string) => timestampedVerifier(byKey, { timestampRoots: [rootPem] });
  await refusal('signer/timestamp-untrusted', () =>
    by(forgingAuthority().rootPem).verify(content, made.signature, made.material, ignore),
  );
  const { timestampVerificationData = {} } = other.material;
  const moved = { ...made.material, timestampVerificationData };
  await refusal('signer/timestamp-imprint', () => by(authority.rootPem).verify(content, made.signature, moved, ignore));
});

test('a timestamp authority that answers another request is refused before anything is returned', async () => {
  await refusal('signer/timestamp-nonce', () => sign(forgingAuthority({ nonce: 5n })));
});

test('a verifier of timestamps needs an authority', () => {
  expect(() => timestampedVerifier(byKey, { timestampRoots: [] })).toThrow(TypeError);
});
