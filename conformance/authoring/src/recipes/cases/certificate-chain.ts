import type { RequirementId } from '@model-signing/spec';
import type { Reason, VectorInputs } from '../../../../suite/src/vectors/vector.ts';
import { type CertificateName, certificateFile, certificates } from '../pki.ts';
import { accept, type Forgery, set, type VerifyRecipe, variant } from '../recipe.ts';

export const CHAIN = 'signer_certificate';

/** Writes a chain of certificates in place of the key. */
export function chain(...names: readonly (CertificateName | Buffer)[]): Forgery {
  return {
    material: (material) => {
      set(material, 'publicKey', undefined);
      const raw = names.map((name) => (typeof name === 'string' ? certificates[name] : name));
      set(material, 'x509CertificateChain', {
        certificates: raw.map((bytes) => ({ rawBytes: bytes.toString('base64') })),
      });
    },
  };
}

export const trusting = (...names: readonly CertificateName[]): Pick<VectorInputs, 'roots'> => ({
  roots: names.map(certificateFile),
});

type Change = Omit<VerifyRecipe, 'kind' | 'from' | 'id' | 'title' | 'requirements' | 'expect'>;

export const accepts = (
  id: string,
  title: string,
  requirements: readonly RequirementId[],
  change: Change,
  expect = accept(),
) => variant(CHAIN, `signer_certificate-${id}`, title, requirements, change, expect);

export const refuses = (
  id: string,
  title: string,
  requirements: readonly RequirementId[],
  change: Change,
  reasons: readonly Reason[],
  from = CHAIN,
) => variant(from, `signer_certificate-${id}`, title, requirements, change, reasons);
