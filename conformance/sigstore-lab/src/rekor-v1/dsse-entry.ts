import { createPublicKey, hash, type KeyObject, verify, X509Certificate } from 'node:crypto';
import { preAuthEncoding } from '@model-signing/testing/pae';

/** The refusal of an entry; its message is the response of the log. */
export class Refusal extends Error {}

interface Envelope {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly { readonly sig: string }[];
}

/** The hash that goes with a curve. */
const HASHES: Readonly<Record<string, string>> = { prime256v1: 'sha256', secp384r1: 'sha384', secp521r1: 'sha512' };

const MAX_SIGNATURES = 8;

/**
 * Takes a proposed entry of kind `dsse` 0.0.1, checks each signature of its envelope with the verifiers in the proposal, and
 * returns the entry that the log keeps: canonical JSON with hashes and signatures, but without the payload.
 */
export function canonicalDsseEntry(proposal: unknown): Buffer {
  const { apiVersion, kind, spec } = record(proposal, 'the entry');
  if (kind !== 'dsse' || apiVersion !== '0.0.1') throw new Refusal('only entries of kind dsse 0.0.1 are accepted');
  const { envelope, verifiers } = record(record(spec, 'spec').proposedContent, 'proposedContent');
  if (typeof envelope !== 'string') throw new Refusal('envelope is not a string');
  const parsed = parseEnvelope(envelope);
  const keys = parseVerifiers(verifiers);
  const payload = Buffer.from(parsed.payload, 'base64');
  const signed = preAuthEncoding({ payloadType: parsed.payloadType, payload });

  const signatures = parsed.signatures.map(({ sig }) => {
    const found = keys.find(({ key }) => accepts(key, signed, sig));
    if (!found) throw new Refusal('a signature of the envelope matches no verifier');
    return { signature: sig, verifier: found.pem };
  });
  // Members in the order of canonical JSON (RFC 8785): that of their names.
  const entry = {
    apiVersion,
    kind,
    spec: { envelopeHash: sha256(envelope), payloadHash: sha256(payload), signatures },
  };
  return Buffer.from(JSON.stringify(entry));
}

function sha256(data: string | Buffer) {
  return { algorithm: 'sha256', value: hash('sha256', data, 'hex') };
}

function parseEnvelope(text: string): Envelope {
  const envelope = record(parseJson(text), 'envelope');
  const { payload, payloadType, signatures } = envelope;
  if (typeof payload !== 'string' || typeof payloadType !== 'string') throw new Refusal('the envelope has no payload');
  const list = Array.isArray(signatures) ? signatures : [];
  if (list.length === 0 || list.length > MAX_SIGNATURES)
    throw new Refusal(`the envelope has ${list.length} signatures`);
  if (!list.every((each) => typeof each?.sig === 'string')) throw new Refusal('a signature is not a string');
  return envelope as unknown as Envelope;
}

function parseVerifiers(verifiers: unknown): { pem: string; key: KeyObject }[] {
  if (!Array.isArray(verifiers) || verifiers.length === 0 || verifiers.length > MAX_SIGNATURES) {
    throw new Refusal('verifiers is not a short list');
  }
  return verifiers.map((pem) => {
    const text = Buffer.from(String(pem), 'base64').toString();
    try {
      const { canonical, key } = text.includes('CERTIFICATE') ? ofCertificate(text) : ofPublicKey(text);
      // As Rekor does: clients end the text differently, and verifiers compare it with a text of their own.
      return { pem: Buffer.from(canonical).toString('base64'), key };
    } catch {
      throw new Refusal('a verifier is neither a certificate nor a public key');
    }
  });
}

function ofCertificate(text: string) {
  const certificate = new X509Certificate(text);
  return { canonical: certificate.toString(), key: certificate.publicKey };
}

function ofPublicKey(text: string) {
  const key = createPublicKey(text);
  return { canonical: key.export({ type: 'spki', format: 'pem' }), key };
}

function accepts(key: KeyObject, signed: Buffer, signature: string): boolean {
  const curve = key.asymmetricKeyDetails?.namedCurve ?? '';
  const algorithm = HASHES[curve];
  return algorithm !== undefined && verify(algorithm, signed, key, Buffer.from(signature, 'base64'));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('the envelope is not JSON');
  }
}

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal(`${what} is not an object`);
  return value as Record<string, unknown>;
}
