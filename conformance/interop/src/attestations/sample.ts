/** What tools write, and whom a reader has to trust for it. */
import type { Workshop } from './workshop.ts';

export const CURVES = ['P-256', 'P-384', 'P-521'] as const;
export type Curve = (typeof CURVES)[number];

/** Whom to trust. Files are in the workshop. */
export type Trust =
  | { readonly method: 'key'; readonly publicKey: string }
  | { readonly method: 'certificate'; readonly root: string; readonly identity: string }
  | {
      readonly method: 'sigstore';
      readonly trustedRoot: string;
      readonly identity: string;
      readonly issuer: string;
    };

/** Someone who signs: our signatures of two models, and whom to trust for them. */
export interface Signatory {
  readonly trust: Trust;
  /** Such as `key on P-256`. */
  readonly title: string;
  /** A file name without its ending. */
  readonly name: string;
  /** The arguments of our command to sign or attest by this method. */
  readonly signing: readonly string[];
  /** The arguments of our command to verify, and of `attest` to name the signer of the model. */
  readonly verifying: readonly string[];
  readonly signer: readonly string[];
}

/** Something that a tool wrote. */
export interface Sample {
  /** The tool. */
  readonly by: string;
  readonly what: 'attestation' | 'signature';
  readonly signatory: Signatory;
  /** The file, in the workshop. */
  readonly file: string;
  /** The root digest that it is about, and its predicate type. */
  readonly digest: string;
  readonly type: string;
}

export const SIGNATURE_TYPE = 'https://model_signing/signature/v1.0';
export const CLAIM_TYPE = 'https://slsa.dev/provenance/v1';
/** The name of {@link CLAIM_TYPE} here and in cosign. */
export const CLAIM_NAME = 'slsaprovenance1';

/** The file of our signature of the model, and of another one. */
export const signatureOf = ({ name }: Signatory) => `${name}.sig`;
export const otherSignatureOf = ({ name }: Signatory) => `${name}.other.sig`;

/** The claim, in the folder as `claim.json`, and the models. */
export function prepareModels(workshop: Workshop): void {
  workshop.write('model/config.json', '{"hidden_size": 8}\n');
  workshop.write('model/weights.bin', 'w'.repeat(1000));
  workshop.write('other/config.json', '{"hidden_size": 9}\n');
  const buildDefinition = { buildType: 'https://example.com/train/v1', externalParameters: {}, internalParameters: {} };
  const claim = { buildDefinition, runDetails: { builder: { id: 'https://example.com/trainer' } } };
  workshop.write('claim.json', JSON.stringify(claim));
}
