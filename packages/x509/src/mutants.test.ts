import { makeChain, makeRoot } from '@model-signing/testing/certificates';
import { randomOf } from '@model-signing/testing/random';
import { makeTimestampSigner } from '@model-signing/testing/timestamp-authority';
import { makeToken } from '@model-signing/testing/timestamp-token';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Certificate, parseCertificate } from './certificate.ts';
import { X509Error } from './errors.ts';
import { verifyPath } from './path.ts';
import { verifyTimestamp } from './timestamp.ts';

const MUTANTS = 20_000;
const random = randomOf(20_261_124);

/** Returns a copy with one to four changes: a bit, an octet, a piece removed, doubled or moved. */
function mutate(bytes: Uint8Array): Uint8Array {
  let out = Buffer.from(bytes);
  for (let i = 1 + random(4); i > 0; i--) {
    const at = random(out.length);
    const piece = out.subarray(at, at + 1 + random(20));
    switch (random(6)) {
      case 0:
        out[at] = (out[at] ?? 0) ^ (1 << random(8));
        break;
      case 1:
        out[at] = random(256);
        break;
      case 2:
        out[at] = (out[at] ?? 0) + random(3) - 1;
        break;
      case 3:
        out = Buffer.concat([out.subarray(0, at), out.subarray(at + piece.length)]);
        break;
      case 4:
        out = Buffer.concat([out.subarray(0, at), piece, out.subarray(at)]);
        break;
      default:
        out.set(piece.subarray(0, out.length - at), random(out.length - piece.length));
    }
  }
  return new Uint8Array(out);
}

/** Counts refusals by code. A mutant that is accepted, or that fails with another error, fails the test. */
function refusals(original: Uint8Array, attempt: (mutant: Uint8Array) => unknown): Map<string, number> {
  const codes = new Map<string, number>();
  for (let i = 0; i < MUTANTS; i++) {
    const mutant = mutate(original);
    if (Buffer.from(mutant).equals(original)) continue;
    try {
      attempt(mutant);
    } catch (error) {
      if (!(error instanceof X509Error)) throw error;
      codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
      continue;
    }
    throw new Error(`accepted: ${Buffer.from(mutant).toString('hex')}`);
  }
  return codes;
}

describe(`${MUTANTS} mutants of a certificate`, () => {
  const { root, intermediates, leaf } = makeChain();
  const [parsedRoot, parsedLeaf] = [parseCertificate(root.der), parseCertificate(leaf.der)];
  const between = intermediates.map(({ der }) => parseCertificate(der));
  const time = new Date();
  const verify = (options: { leaf?: Certificate; intermediates?: Certificate[]; anchors?: Certificate[] }) =>
    verifyPath({
      leaf: parsedLeaf,
      intermediates: between,
      anchors: [parsedRoot],
      time,
      usage: 'code-signing',
      ...options,
    });

  beforeAll(() => {
    expect(verify({}).certificates).toHaveLength(3);
  });

  it('no mutant of a leaf is accepted, and each is refused with a code', () => {
    const codes = refusals(leaf.der, (mutant) => verify({ leaf: parseCertificate(mutant) }));
    expect([...codes.keys()]).toEqual(expect.arrayContaining(['malformed', 'untrusted', 'expired', 'usage']));
  });

  it('no mutant of an intermediate is accepted, and each is refused with a code', () => {
    const [intermediate] = intermediates;
    const codes = refusals(intermediate?.der ?? leaf.der, (mutant) =>
      verify({ intermediates: [parseCertificate(mutant)] }),
    );
    expect([...codes.keys()]).toEqual(expect.arrayContaining(['malformed', 'untrusted']));
  });
});

describe(`${MUTANTS} mutants of a timestamp`, () => {
  it('a mutant of a timestamp never gives another time, and fails only with a code', () => {
    const signature = Uint8Array.of(1, 2, 3);
    const root = makeRoot({ subject: 'O=Test, CN=Timestamp Root' });
    const response = makeToken({ signature, signer: makeTimestampSigner(root), nonce: 7n });
    const roots = [parseCertificate(root.der)];
    const { time } = verifyTimestamp({ response, signature, roots });
    let same = 0;
    for (let i = 0; i < MUTANTS; i++) {
      const mutant = mutate(response);
      if (Buffer.from(mutant).equals(response)) continue;
      try {
        // Unsigned parts may change, such as the list of hash algorithms.
        expect(verifyTimestamp({ response: mutant, signature, roots }).time).toEqual(time);
        same++;
      } catch (error) {
        if (!(error instanceof X509Error)) throw error;
      }
    }
    expect(same).toBeLessThan(MUTANTS / 100);
  });
});
