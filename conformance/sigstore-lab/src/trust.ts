/** The configuration of clients: whom to trust, and which services to use. */
import { hash } from 'node:crypto';

/** The addresses of an instance. */
export interface Services {
  readonly issuer: string;
  readonly fulcio: string;
  readonly ctLog: string;
  readonly rekor: string;
  readonly rekorV1: string;
  readonly timestampAuthority: string;
}

/** The trust anchors in DER; chains begin with the certificate that signs. */
export interface Anchors {
  readonly fulcioChain: readonly Buffer[];
  readonly timestampChain: readonly Buffer[];
  readonly ctLogKey: Buffer;
  readonly rekorV1Key: Buffer;
  /** On Ed25519. */
  readonly rekorKey: Buffer;
  /** The name of Rekor v2 in checkpoints. */
  readonly rekorOrigin: string;
}

/** The versions of Rekor's interface. */
export type RekorVersion = 1 | 2;

const sha256 = (...parts: readonly (string | Buffer)[]) =>
  hash('sha256', Buffer.concat(parts.map((part) => Buffer.from(part))), 'buffer');

/** The trust root, valid from this second on, in the form of the trusted_root.json of TUF repositories. */
export function trustedRoot(services: Services, anchors: Anchors, now: Date) {
  const validFor = { start: wholeSeconds(now) };
  const log = (baseUrl: string, key: Buffer, keyDetails: string, id: Buffer) => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: key.toString('base64'), keyDetails, validFor },
    logId: { keyId: id.toString('base64') },
  });
  const authority = (uri: string, commonName: string, chain: readonly Buffer[]) => ({
    subject: { organization: 'model-signing test', commonName },
    uri,
    certChain: { certificates: chain.map((each) => ({ rawBytes: each.toString('base64') })) },
    validFor,
  });
  const { ctLogKey, rekorV1Key, rekorKey, rekorOrigin } = anchors;
  const ecdsa = 'PKIX_ECDSA_P256_SHA_256';
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [
      log(services.rekorV1, rekorV1Key, ecdsa, sha256(rekorV1Key)),
      log(services.rekor, rekorKey, 'PKIX_ED25519', noteKeyId(rekorOrigin, rekorKey)),
    ],
    certificateAuthorities: [authority(services.fulcio, 'Test Fulcio', anchors.fulcioChain)],
    ctlogs: [log(services.ctLog, ctLogKey, ecdsa, sha256(ctLogKey))],
    timestampAuthorities: [authority(services.timestampAuthority, 'Test timestamps', anchors.timestampChain)],
  };
}

/** The identifier of an Ed25519 key in signed notes: over its name, the algorithm's number and its 32 bytes. */
function noteKeyId(name: string, spki: Buffer): Buffer {
  return sha256(name, '\n', Buffer.of(1), spki.subarray(-32));
}

/** The services to sign with, with one version of the log. */
export function signingConfig(services: Services, rekor: RekorVersion, now: Date) {
  const service = (url: string, majorApiVersion = 1) => ({
    url,
    majorApiVersion,
    validFor: { start: wholeSeconds(now) },
    operator: 'model-signing.test',
  });
  return {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [service(services.fulcio)],
    oidcUrls: [service(services.issuer)],
    rekorTlogUrls: [service(rekor === 1 ? services.rekorV1 : services.rekor, rekor)],
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: [service(`${services.timestampAuthority}/api/v1/timestamp`)],
    tsaConfig: { selector: 'ANY' },
  };
}

/** Both in one file, as Sigstore's clients take it. */
export function clientTrustConfig(root: object, config: object) {
  return {
    mediaType: 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json',
    trustedRoot: root,
    signingConfig: config,
  };
}

/** Certificates have times in whole seconds. */
function wholeSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
