import { makeChain } from '@model-signing/testing/certificates';
import { opensslAuthority } from '@model-signing/testing/timestamp-authority';
import { modelDirectory } from '@model-signing/testing/tree';
import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { OmsError } from '../format/errors.ts';
import { localModel } from '../node/local-model.ts';
import { signModel } from '../sign.ts';
import { verifyModel } from '../verify.ts';
import { certificateSigner, certificateVerifier } from './certificate.ts';

/** The meaning of a bundle: a mutant may change only parts that are not read. */
const meaning = (bytes: Uint8Array) => {
  const { dsseEnvelope } = JSON.parse(Buffer.from(bytes).toString());
  return [dsseEnvelope.payload, dsseEnvelope.payloadType];
};

afterEach(() => vi.useRealTimers());

const DAY = 86_400_000;

it('a bundle with an expired certificate and a timestamp is refused after a change of one byte, or means the same', async () => {
  const { root, intermediates, leaf } = makeChain({ leaf: { notAfter: new Date(Date.now() + DAY) } });
  const authority = await opensslAuthority();
  const model = localModel(modelDirectory({ a: 'a' }));
  const signer = certificateSigner({
    privateKey: leaf.privateKeyPem,
    certificate: leaf.pem,
    chain: intermediates.map(({ pem }) => pem),
    timestampAuthority: authority.answer,
  });
  const { bundle } = await signModel(model, signer);
  const verifier = certificateVerifier({ trusted: [root.pem], timestampRoots: [authority.rootPem] });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * DAY });
  const genuine = await verifyModel(model, bundle, verifier, { strict: true });

  await fc.assert(
    fc.asyncProperty(fc.nat(bundle.length - 1), fc.nat(255), async (at, byte) => {
      const mutant = Buffer.from(bundle);
      mutant[at] = byte;
      try {
        const { signer: found } = await verifyModel(model, mutant, verifier, { strict: true });
        expect(meaning(mutant)).toEqual(meaning(bundle));
        expect(found).toEqual(genuine.signer);
      } catch (error) {
        if (!(error instanceof OmsError)) throw error;
      }
    }),
    { numRuns: 5000 },
  );
});
