import {
  certificateVerifier,
  keyVerifier,
  type SigstoreIdentity,
  timestampedVerifier,
  type Verifier,
} from '@model-signing/core';
import type { PolicySigner, PolicySigstoreSigner } from './policy.ts';

export type OpenSigstore = (signer: PolicySigstoreSigner) => Promise<Verifier<SigstoreIdentity>>;

/** The verifiers of the signers of a policy, each made when it is first needed. */
export class SignerVerifiers {
  readonly #openSigstore: OpenSigstore | undefined;
  readonly #verifiers = new Map<PolicySigner, Promise<Verifier>>();

  constructor(openSigstore: OpenSigstore | undefined) {
    this.#openSigstore = openSigstore;
  }

  /** @throws {Error} what making it throws, which is tried again the next time */
  async of(signer: PolicySigner): Promise<Verifier> {
    const known = this.#verifiers.get(signer);
    if (known) return known;
    const made = this.#make(signer);
    this.#verifiers.set(signer, made);
    made.catch(() => this.#verifiers.delete(signer));
    return made;
  }

  async #make(signer: PolicySigner): Promise<Verifier> {
    if (signer.method === 'key') {
      const { publicKey, timestampRoots } = signer;
      const verifier = keyVerifier({ publicKey });
      return timestampRoots.length === 0 ? verifier : timestampedVerifier(verifier, { timestampRoots });
    }
    if (signer.method === 'certificate') {
      return certificateVerifier({ trusted: signer.trusted, timestampRoots: signer.timestampRoots });
    }
    if (this.#openSigstore === undefined) throw missingSigstore(signer);
    return this.#openSigstore(signer);
  }
}

export function missingSigstore({ name }: PolicySigner): TypeError {
  return new TypeError(`the option openSigstore is missing, and the signer ${name} needs it`);
}
