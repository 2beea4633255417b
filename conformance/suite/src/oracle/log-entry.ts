import { createHash, createPublicKey } from 'node:crypto';
import { publicKeyOf } from './ecdsa.ts';
import type { Json } from './json.ts';
import { Judge, Refusal } from './judgement.ts';
import { isObject } from './statement.ts';

/** What an entry must be about. */
export interface Logged {
  readonly signature: Buffer;
  readonly payload: Buffer;
  readonly signedBytes: Buffer;
  /** The hint of the key, or the certificate in DER. */
  readonly signer: string | Buffer;
}

/** The parts of an entry of one kind and version. */
interface Parts {
  readonly signature: Json | undefined;
  /** In DER or PEM, in Base64. */
  readonly key: Json | undefined;
  readonly certificate: Json | undefined;
  readonly digest: string;
  readonly of: Buffer;
}

/** Refuses an entry of another signature, payload, key or certificate. */
export function entryAbout(body: Json, logged: Logged, judge: Judge): void {
  const { signature, key, certificate, digest, of } = partsOf(body, logged);
  const isSignature = signature === logged.signature.toString('base64');
  judge.refuseIf(!isSignature, 'log-signature-unchecked', 'signer/log-invalid', 'another signature');
  const isContent = digest === createHash('sha256').update(of).digest('hex');
  judge.refuseIf(!isContent, 'log-payload-unchecked', 'signer/log-invalid', 'another payload');
  const isSigner = typeof logged.signer === 'string' ? hintOf(key) === logged.signer : isIt(certificate, logged.signer);
  judge.refuseIf(!isSigner, 'log-signer-unchecked', 'signer/log-invalid', 'another key or certificate');
}

function partsOf(body: Json, { payload, signedBytes }: Logged): Parts {
  const kind = `${String(at(body, 'kind'))}/${String(at(body, 'apiVersion'))}`;
  const spec = at(body, 'spec');
  if (kind === 'dsse/0.0.1') {
    const [one] = listAt(spec, 'signatures');
    const verifier = at(one, 'verifier');
    const digest = String(at(at(spec, 'payloadHash'), 'value'));
    return { signature: at(one, 'signature'), key: verifier, certificate: verifier, digest, of: payload };
  }
  const dsse = kind === 'dsse/0.0.2';
  if (!dsse && kind !== 'hashedrekord/0.0.2') throw new Refusal('signer/log-invalid', `the kind ${kind}`);
  const content = at(spec, dsse ? 'dsseV002' : 'hashedRekordV002');
  const signed = dsse ? listAt(content, 'signatures')[0] : at(content, 'signature');
  const verifier = at(signed, 'verifier');
  const digest = at(at(content, dsse ? 'payloadHash' : 'data'), 'digest');
  return {
    signature: at(signed, 'content'),
    key: at(at(verifier, 'publicKey'), 'rawBytes'),
    certificate: at(at(verifier, 'x509Certificate'), 'rawBytes'),
    digest: Buffer.from(String(digest), 'base64').toString('hex'),
    of: dsse ? payload : signedBytes,
  };
}

/** The hint of a key in DER or PEM; null for what is none. */
function hintOf(key: Json | undefined): string | null {
  const bytes = Buffer.from(String(key), 'base64');
  const isPem = bytes.subarray(0, 26).toString() === '-----BEGIN PUBLIC KEY-----';
  try {
    const read = isPem ? createPublicKey(bytes) : createPublicKey({ key: bytes, format: 'der', type: 'spki' });
    return publicKeyOf(read, new Judge(new Set())).hint;
  } catch {
    return null;
  }
}

function isIt(found: Json | undefined, certificate: Buffer): boolean {
  const bytes = Buffer.from(String(found), 'base64');
  const lines = bytes
    .toString('latin1')
    .split('\n')
    .filter((line) => !line.startsWith('-----'));
  return bytes.equals(certificate) || Buffer.from(lines.join(''), 'base64').equals(certificate);
}

function at(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) ? value[name] : undefined;
}

function listAt(value: Json | undefined, name: string): readonly Json[] {
  const found = at(value, name);
  return Array.isArray(found) ? found : [];
}
