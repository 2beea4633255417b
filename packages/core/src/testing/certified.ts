import { type Authority, type Chain, type ChainOptions, makeChain } from '@model-signing/testing/certificates';
import { forge } from '@model-signing/testing/forge';
import { modelDirectory } from '@model-signing/testing/tree';
import { certificateSigner } from '../methods/certificate.ts';
import { localModel } from '../node/local-model.ts';
import { signModel } from '../sign.ts';

/** A model that was signed with a test certificate. */
export interface Certified extends Chain {
  readonly root: Authority;
  readonly model: string;
  readonly bundle: Uint8Array;
}

/** Signs a model with the leaf of a chain; the certificates may be ones that a signer would refuse. */
export async function certified(options: ChainOptions = {}, written?: readonly Authority[]): Promise<Certified> {
  const good = makeChain({ intermediates: 0 });
  const model = modelDirectory({ a: 'a' });
  const signer = certificateSigner({ privateKey: good.leaf.privateKeyPem, certificate: good.leaf.pem });
  const { bundle } = await signModel(localModel(model), signer);
  const chain = makeChain(options);
  return { ...chain, model, bundle: withChain(bundle, chain.leaf, written ?? [chain.leaf, ...chain.intermediates]) };
}

/** The same bundle, signed by another key and with other certificates in it. */
export function withChain(
  bundle: Uint8Array,
  signer: Authority,
  chain: readonly { readonly der: Uint8Array }[],
): Uint8Array {
  const { asymmetricKeyDetails } = signer.keys.privateKey;
  const curves: Record<string, 'P-256' | 'P-384' | 'P-521'> = { secp384r1: 'P-384', secp521r1: 'P-521' };
  const curve = curves[asymmetricKeyDetails?.namedCurve ?? ''] ?? 'P-256';
  return forge(
    bundle,
    { curve, privateKey: signer.privateKeyPem, publicKey: '' },
    {
      bundle: ({ verificationMaterial }) => {
        const certificates = chain.map(({ der }) => ({ rawBytes: Buffer.from(der).toString('base64') }));
        verificationMaterial.x509CertificateChain = { certificates };
      },
    },
  );
}
