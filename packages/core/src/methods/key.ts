import { checkEach, strings, textOrBytes } from '@model-signing/x509/options';
import { onlyReads } from '../format/copies.ts';
import { OmsError } from '../format/errors.ts';
import { chosenExtensions, type Extension, ML_DSA_65 } from '../format/extensions.ts';
import type { KeyIdentity, Signer, Verifier } from '../signer.ts';
import { importPublicKey, type Pem } from './ec-key.ts';
import { importMlDsaPublicKey, openMlDsaPrivateKey } from './ml-dsa.ts';
import { type KeySignerOptions, openPrivateKey } from './private-key.ts';
import type { EnvelopeKey, SignatureKey } from './signature-key.ts';
import { verifySignature } from './verify-signature.ts';

/** Which keys are used besides those of the format. */
export interface KeyExtensions {
  /** Extensions of the draft: with `ML_DSA_65`, a key may also be one for ML-DSA-65. Default: none. */
  readonly extensions?: readonly Extension[] | undefined;
}

const rules = { extensions: strings };

/**
 * Signs with a private key on P-256, P-384 or P-521 (section 3.1).
 * @throws {OmsError} `signer/key-unreadable`, `signer/key-unsupported`, `signer/passphrase-missing`,
 * `signer/passphrase-wrong`
 *
 * @example
 * const signer = keySigner({ privateKey: await readFile('key.pem') });
 * const { bundle } = await signModel(localModel('my-model'), signer);
 */
export function keySigner(options: KeySignerOptions & KeyExtensions): Signer {
  const key = openKey(options);
  const { curve, hint, pem } = key.publicKey;
  return {
    sign: onlyReads(async (content) => ({
      signature: await key.sign(content),
      material: { publicKey: { hint }, tlogEntries: [] },
      identity: { method: 'key', curve, hint },
      publicKey: pem,
    })),
  };
}

export interface KeyVerifierOptions extends KeyExtensions {
  /** SubjectPublicKeyInfo in PEM or DER. This key decides, never one from a bundle (OMS-KEY-3). */
  readonly publicKey: Pem;
}

/**
 * Accepts signatures by the private half of one public key (section 3.1).
 * @throws {OmsError} `signer/key-unreadable`, `signer/key-unsupported`
 *
 * @example
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const { signer } = await verifyModel(localModel('my-model'), await readFile('model.sig'), verifier);
 * console.log(`signed by ${signer.hint}`);
 */
export function keyVerifier(options: KeyVerifierOptions): Verifier<KeyIdentity> {
  const checked = checkEach(options, { ...rules, publicKey: textOrBytes }, { required: ['publicKey'] });
  const mlDsa = hasMlDsa(checked) ? importMlDsaPublicKey(checked.publicKey) : null;
  return verifierOf(mlDsa ?? importPublicKey(checked.publicKey));
}

/**
 * Accepts signatures by a private key itself: those that a {@link keySigner} with the same options made.
 * @throws {OmsError} what `keySigner` throws
 *
 * @example
 * const options = { privateKey: await readFile('key.pem') };
 * const previous = await openSignature(await readFile('model.sig'), keyVerifierOf(options));
 */
export function keyVerifierOf(options: KeySignerOptions & KeyExtensions): Verifier<KeyIdentity> {
  return verifierOf(openKey(options).publicKey);
}

/** Opens the private key of the options, for ML-DSA-65 only if its extension is named (OMS-PQ-2, OMS-PQ-3). */
function openKey(options: KeySignerOptions & KeyExtensions): EnvelopeKey {
  const checked = checkEach(options, { ...rules, privateKey: textOrBytes, passphrase: textOrBytes });
  const { privateKey, passphrase } = checked;
  const mayBe = hasMlDsa(checked) && privateKey !== undefined;
  return (mayBe ? openMlDsaPrivateKey(privateKey, passphrase) : null) ?? openPrivateKey(checked);
}

function hasMlDsa({ extensions }: KeyExtensions): boolean {
  return chosenExtensions(extensions).includes(ML_DSA_65);
}

function verifierOf(key: SignatureKey): Verifier<KeyIdentity> {
  return {
    methods: ['key'],
    verify: onlyReads<Verifier<KeyIdentity>['verify']>(async (content, signature, material) => {
      checkHint(key, material.publicKey?.hint);
      const form = await verifySignature(key, content, signature);
      return { identity: { method: 'key', curve: key.curve, hint: key.hint }, form };
    }),
  };
}

/** A hint only claims a key; checking it first gives a wrong key as the cause, not a failed signature (OMS-KEY-4). */
function checkHint(key: SignatureKey, hint: string | undefined): void {
  if (hint === undefined || hint === key.hint) return;
  throw new OmsError(
    'signer/key-mismatch',
    `the bundle was signed with another key: its hint is ${hint}, the key's is ${key.hint}`,
  );
}
