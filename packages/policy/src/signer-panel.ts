import {
  isOmsError,
  type Method,
  methodOf,
  type OmsError,
  quote,
  type SignedContent,
  type SignerIdentity,
  type VerificationMaterial,
  type VerifiedSignature,
  type Verifier,
  type Warn,
} from '@model-signing/core';
import { type Acceptance, verifiedTime } from './acceptance.ts';
import { expectsCertificate, possibleSigners } from './accepts.ts';
import { isVerdict } from './no-verdict.ts';
import type { Policy, PolicyRequirements, PolicySigner } from './policy.ts';
import { PolicyError } from './policy-error.ts';
import { unmet } from './requirements.ts';
import type { SignerVerifiers } from './signer-verifiers.ts';
import { leafOf, namesOf } from './signing-certificate.ts';

/** How many refusals a message repeats. */
const MAX_REASONS = 3;

/** Who may have signed. */
export interface Panel {
  readonly policy: Policy;
  readonly require: PolicyRequirements;
  /** Those that the rule names. */
  readonly signers: readonly PolicySigner[];
  readonly verifiers: SignerVerifiers;
}

/** Judges one signature for all signers of a rule, and keeps who accepts it. */
export class SignerPanel implements Verifier {
  readonly methods: readonly Method[];
  /** In the order of the rule. */
  readonly acceptances: Acceptance[] = [];
  readonly #signers: readonly PolicySigner[];
  readonly #verifiers: SignerVerifiers;
  readonly #acceptsHistorical: boolean;
  readonly #policy: Policy;

  constructor({ policy, require, signers, verifiers }: Panel) {
    this.methods = [...new Set(signers.map(({ method }) => method))];
    this.#signers = signers;
    this.#verifiers = verifiers;
    this.#acceptsHistorical = require.historicalFormats;
    this.#policy = policy;
  }

  /** Warnings are kept with each acceptance, and given on only if they come too late for that. */
  async verify(
    content: SignedContent,
    signature: Uint8Array,
    material: VerificationMaterial,
    warn: Warn,
  ): Promise<VerifiedSignature> {
    const method = methodOf(material);
    // Such a bundle does not say which key to try, and trying all of them would be for nothing.
    if (method === 'key' && material.publicKey?.hint === undefined && !this.#acceptsHistorical) throw namelessKey();
    const responsible = this.#signers.filter((signer) => signer.method === method);
    const possible = possibleSigners(responsible, material);
    if (possible.length === 0) throw otherSigner(material, this.#policy);
    const refusals: { readonly signer: PolicySigner; readonly error: OmsError }[] = [];
    let first: VerifiedSignature | undefined;
    for (const signer of possible) {
      try {
        const verifier = await this.#verifiers.of(signer);
        const { verified, warnings } = await collecting(warn, (note) =>
          verifier.verify(content, signature, material, note),
        );
        const { identity } = verified;
        checkExpected(signer, identity);
        first ??= verified;
        this.acceptances.push({ signer, identity, ...verifiedTime(identity), warnings, material });
      } catch (error) {
        if (!isOmsError(error) || !isVerdict(error.code)) throw error;
        refusals.push({ signer, error });
      }
    }
    return first ?? allRefused(refusals, material);
  }
}

/** Collects the warnings of a verifier. */
async function collecting<T>(
  warn: Warn,
  verify: (note: Warn) => Promise<T>,
): Promise<{ readonly verified: T; readonly warnings: readonly Parameters<Warn>[] }> {
  const warnings: Parameters<Warn>[] = [];
  let settled = false;
  try {
    const note: Warn = (...warning) => (settled ? warn(...warning) : void warnings.push(warning));
    return { verified: await verify(note), warnings };
  } finally {
    settled = true;
  }
}

/** Possible signers were chosen by what the bundle claims; this is about what was verified. */
function checkExpected(signer: PolicySigner, identity: SignerIdentity): void {
  if (identity?.method !== signer.method) throw new TypeError(`the verifier of ${signer.name} returned no identity`);
  if (signer.method !== 'certificate' || identity.method !== 'certificate') return;
  if (!expectsCertificate(signer, identity)) {
    throw new TypeError(`the certificate that was verified for ${signer.name} is not the one of the bundle`);
  }
}

function namelessKey(): PolicyError {
  const { code, message } = unmet('historicalFormats', 'its bundle names the key in a form that is no longer written');
  return new PolicyError(code, message);
}

function otherSigner(material: VerificationMaterial, { signers }: Policy): PolicyError {
  const hint = material.publicKey?.hint;
  if (hint !== undefined) {
    const known = [...signers.values()].find((signer) => signer.method === 'key' && signer.fingerprint === hint);
    return by(`${known ? `${known.name} with ` : ''}the key with the hint ${quote(hint)}`);
  }
  const leaf = leafOf(material);
  if (!leaf) return by('another key');
  const { subject, subjectAltNames, fingerprint } = namesOf(leaf);
  const names = subjectAltNames.slice(0, MAX_REASONS).map((name) => quote(name));
  const who = [subject, ...names].filter((text) => text !== '').join(', ');
  return by(`the certificate of ${who} with the fingerprint ${fingerprint}`);
}

function by(who: string): PolicyError {
  return new PolicyError('policy/signer', `it claims to be by ${who}, which is of no signer that the rule names`);
}

/**
 * A signature that does not verify with the very key that the bundle names is broken; any other one is by another signer.
 * @throws {OmsError} `envelope/signature-invalid`
 * @throws {PolicyError} `policy/signer`
 */
function allRefused(
  refusals: readonly { readonly signer: PolicySigner; readonly error: OmsError }[],
  { publicKey }: VerificationMaterial,
): never {
  const namesKey = publicKey === undefined || publicKey.hint !== undefined;
  const broken = refusals.find(({ error }) => error.stage !== 'signer');
  if (broken && namesKey) throw broken.error;
  const reasons = refusals.slice(0, MAX_REASONS).map(({ signer, error }) => `${signer.name}: ${error.message}`);
  if (refusals.length > MAX_REASONS) reasons.push('…');
  throw new PolicyError('policy/signer', `no signer that the rule names accepts it: ${reasons.join('; ')}`, {
    cause: refusals[0]?.error,
  });
}
