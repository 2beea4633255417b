import { createHash } from 'node:crypto';
import { spkiOf } from '@model-signing/testing/certificates';
import { certificateTimestampList } from '@model-signing/testing/code-signing-authority';
import { octetString, pem, sequence, utf8String } from '@model-signing/testing/der';
import { email } from '@model-signing/testing/general-names';
import { MerkleTree } from '@model-signing/testing/merkle-tree';
import { signatureDer, type TestKey, testKey, testKeys } from './keys.ts';
import type { Signed } from './recipe.ts';
import type { Forged } from './signed-model.ts';
import { type TimestampRecipe, timestamp } from './timestamp.ts';
import { type CertificateRecipe, certificate, certificateBody } from './x509.ts';

const authorityKey = testKey('P-384', 'fulcio-like');
export const otherAuthorityKey = testKey('P-384', 'fulcio-like-other');
const logKey = testKey('P-256', 'rekor-like');
export const otherLogKey = testKey('P-256', 'rekor-like-other');
const transparencyKey = testKey('P-256', 'ct-like');
export const otherTransparencyKey = testKey('P-256', 'ct-like-other');
const timestampRootKey = testKey('P-384', 'tsa-like-root');
const timestampKey = testKey('P-256', 'tsa-like');

const AUTHORITY = 'O=OMS conformance tests, CN=Test identity authority';
const TIMESTAMP_ROOT = 'O=OMS conformance tests, CN=Test identity timestamps root';
const ORIGIN = 'rekor.test.example';
export const ISSUER = 'https://issuer.test.example';
export const IDENTITY = 'signer@test.example';
/** A time within the ten minutes for which the signer's certificate is valid. */
const SIGNED_AT = Date.parse('2020-06-01T12:02:00Z') / 1000;

const authority = (key: TestKey) => certificate({ subject: AUTHORITY, issuer: AUTHORITY, key, by: key, ca: true });
const timestampRoot = certificate({
  subject: TIMESTAMP_ROOT,
  issuer: TIMESTAMP_ROOT,
  key: timestampRootKey,
  by: timestampRootKey,
  ca: true,
});
const timestamper = certificate({
  subject: 'O=OMS conformance tests, CN=Test identity timestamps',
  issuer: TIMESTAMP_ROOT,
  key: timestampKey,
  by: timestampRootKey,
  usages: ['timeStamping'],
  usagesCritical: true,
});

const sha256 = (...parts: readonly Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const spki = ({ publicKey }: TestKey) => spkiOf(publicKey);
export const logIdOf = (key: TestKey): Buffer => sha256(spki(key));

/** How a signature is made and logged; absent members are correct. */
export interface KeylessRecipe {
  readonly key?: TestKey;
  readonly names?: readonly Buffer[];
  /** Null leaves the extension out. */
  readonly issuer?: string | null;
  readonly by?: TestKey;
  readonly certificate?: Partial<CertificateRecipe>;
  /** Who timestamps the certificate; null leaves it out. */
  readonly transparency?: TestKey | null;
  /** Timestamps another certificate than this one. */
  readonly transparencyOff?: boolean;
  readonly log?: TestKey;
  /** The subject of the entry, if it is not this signature. */
  readonly entry?: (spec: Forged) => void;
  readonly integratedTime?: number;
  readonly promise?: 'absent' | 'wrong';
  readonly proof?: 'absent' | 'wrong-hash' | 'wrong-root' | 'wrong-checkpoint' | 'unsigned-checkpoint';
  readonly timestamps?: readonly Partial<TimestampRecipe & { readonly over: (signature: Buffer) => Buffer }>[];
  /** Edits the finished material. */
  readonly after?: (material: Forged) => void;
}

/** The verification material of a keyless signature. */
export function keylessMaterial(recipe: KeylessRecipe, signed: Signed): Forged {
  const leaf = leafOf(recipe);
  const material: Forged = {
    certificate: { rawBytes: leaf.toString('base64') },
    tlogEntries: [entryOf(recipe, leaf, signed)],
  };
  if (recipe.timestamps) {
    material.timestampVerificationData = {
      rfc3161Timestamps: recipe.timestamps.map((each) => ({
        signedTimestamp: timestampOf(each, signed).toString('base64'),
      })),
    };
  }
  recipe.after?.(material);
  return material;
}

/** A timestamp by the authority of the trust root. */
export function timestampOf(
  { over = (bytes: Buffer) => bytes, ...more }: NonNullable<KeylessRecipe['timestamps']>[number],
  { signature }: Signed,
): Buffer {
  return timestamp({
    signature: over(signature),
    time: '2020-06-01T12:03:00Z',
    key: timestampKey,
    certificate: timestamper,
    ...more,
  });
}

/** A certificate for some minutes, that contains the promise of a certificate transparency log. */
function leafOf(recipe: KeylessRecipe): Buffer {
  const {
    key = testKeys['p256-a'],
    names = [email(IDENTITY)],
    issuer = ISSUER,
    by = authorityKey,
    transparency = transparencyKey,
  } = recipe;
  const base: CertificateRecipe = {
    subject: '',
    issuer: AUTHORITY,
    key,
    by,
    usages: ['codeSigning'],
    notBefore: '2020-06-01T12:00:00Z',
    notAfter: '2020-06-01T12:10:00Z',
    ...recipe.certificate,
  };
  const extensions = [
    { id: '2.5.29.17', critical: true, value: sequence(...names) },
    // The public instance writes the issuer twice: as bare text, and in DER.
    ...(issuer === null ? [] : [{ id: '1.3.6.1.4.1.57264.1.1', value: Buffer.from(issuer) }]),
    ...(issuer === null ? [] : [{ id: '1.3.6.1.4.1.57264.1.8', value: utf8String(issuer) }]),
    ...(base.extensions ?? []),
  ];
  if (transparency === null) return certificate({ ...base, extensions });
  const about = recipe.transparencyOff
    ? [...extensions, { id: '1.3.6.1.4.1.57264.1.9', value: utf8String('x') }]
    : extensions;
  const body = certificateBody({ ...base, extensions: about });
  const list = certificateTimestampList(body, sha256(spki(by)), new Date(SIGNED_AT * 1000 - 60_000), {
    logId: logIdOf(transparency),
    sign: (signed) => signatureDer(transparency.sign(signed, 'sha256')),
  });
  const timestamps = { id: '1.3.6.1.4.1.11129.2.4.2', value: octetString(list) };
  return certificate({ ...base, extensions: [...extensions, timestamps] });
}

function entryOf(recipe: KeylessRecipe, leaf: Buffer, { signature, payload }: Signed): Forged {
  const { log = logKey, integratedTime = SIGNED_AT } = recipe;
  const spec = {
    envelopeHash: { algorithm: 'sha256', value: sha256(payload).toString('hex') },
    payloadHash: { algorithm: 'sha256', value: sha256(payload).toString('hex') },
    signatures: [{ signature: signature.toString('base64'), verifier: Buffer.from(pem(leaf)).toString('base64') }],
  };
  recipe.entry?.(spec);
  return loggedBody(recipe, { apiVersion: '0.0.1', kind: 'dsse', spec }, log, integratedTime);
}

/** An entry with what the log says of its body. */
export function loggedBody(
  recipe: Pick<KeylessRecipe, 'promise' | 'proof'>,
  content: { readonly apiVersion: string; readonly kind: string; readonly spec: Forged },
  log: TestKey = logKey,
  integratedTime = SIGNED_AT,
): Forged {
  const body = Buffer.from(JSON.stringify(content));
  const promised = JSON.stringify({
    body: body.toString('base64'),
    integratedTime,
    logID: logIdOf(log).toString('hex'),
    logIndex: 1,
  });
  const { r, s } = log.sign(Buffer.from(promised), 'sha256');
  const promise = signatureDer({ r, s: recipe.promise === 'wrong' ? s - 1n : s });
  return {
    logIndex: '1',
    logId: { keyId: logIdOf(log).toString('base64') },
    kindVersion: { kind: content.kind, version: content.apiVersion },
    integratedTime: String(integratedTime),
    ...(recipe.promise === 'absent' ? {} : { inclusionPromise: { signedEntryTimestamp: promise.toString('base64') } }),
    ...(recipe.proof === 'absent' ? {} : { inclusionProof: proofOf(recipe, body, log) }),
    canonicalizedBody: body.toString('base64'),
  };
}

/** The second of the two entries of a log, and the log's signature over both. */
function proofOf({ proof }: Pick<KeylessRecipe, 'proof'>, body: Buffer, log: TestKey): Forged {
  const tree = new MerkleTree();
  for (const entry of [Buffer.from('an earlier entry'), body]) tree.append(entry);
  const root = tree.root();
  const [first] = tree.inclusionProof(1) as [Buffer];
  const stated = proof === 'wrong-root' ? sha256(root) : root;
  const text = `${ORIGIN}\n2\n${(proof === 'wrong-checkpoint' ? sha256(root) : stated).toString('base64')}\n`;
  const { r, s } = log.sign(Buffer.from(text), 'sha256');
  const signature = signatureDer({ r, s: proof === 'unsigned-checkpoint' ? s - 1n : s });
  const signed = Buffer.concat([logIdOf(log).subarray(0, 4), signature]).toString('base64');
  return {
    logIndex: '1',
    rootHash: stated.toString('base64'),
    treeSize: '2',
    hashes: [(proof === 'wrong-hash' ? sha256(first) : first).toString('base64')],
    checkpoint: { envelope: `${text}\n\u2014 ${ORIGIN} ${signed}\n` },
  };
}

const VALID = { start: '2019-01-01T00:00:00Z' };

/** A log in the form of a trust root. */
function log(key: TestKey, baseUrl: string): Forged {
  return {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: spki(key).toString('base64'), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor: VALID },
    logId: { keyId: logIdOf(key).toString('base64') },
  };
}

/** A trust root with the authorities and logs of the vectors, in the form of Sigstore's. */
export function trustRoot(): Forged {
  const ofAuthority = (uri: string, ...chain: readonly Buffer[]) => ({
    subject: { organization: 'OMS conformance tests', commonName: uri },
    uri,
    certChain: { certificates: chain.map((bytes) => ({ rawBytes: bytes.toString('base64') })) },
    validFor: VALID,
  });
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [log(logKey, `https://${ORIGIN}`)],
    certificateAuthorities: [ofAuthority('https://fulcio.test.example', authority(authorityKey))],
    ctlogs: [log(transparencyKey, 'https://ct.test.example')],
    timestampAuthorities: [ofAuthority('https://tsa.test.example', timestamper, timestampRoot)],
  };
}

/** Replaces the authority of a trust root by another one of the same name. */
export function withOtherAuthority(root: Forged): void {
  root.certificateAuthorities[0].certChain.certificates = [
    { rawBytes: authority(otherAuthorityKey).toString('base64') },
  ];
}

/** Replaces the log of a trust root by another one. */
export function withOtherLog(root: Forged): void {
  root.tlogs = [log(otherLogKey, `https://${ORIGIN}`)];
}
