import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type Judge, Refusal } from './judgement.ts';
import { isMlDsa, verifiesMlDsa } from './ml-dsa.ts';

/** The curves, by JWK name: the hash, and the length in bytes of one number of a signature. */
const curves: Readonly<Record<string, { readonly hash: string; readonly size: number }>> = {
  'P-256': { hash: 'sha256', size: 32 },
  'P-384': { hash: 'sha384', size: 48 },
  'P-521': { hash: 'sha512', size: 66 },
};

export interface PublicKey {
  readonly key: KeyObject;
  readonly hash: string;
  readonly size: number;
  readonly hint: string;
}

/** A trusted key on one of the curves of the registry. */
export function publicKeyOf(pem: string | KeyObject, judge: Judge): PublicKey {
  const key = typeof pem === 'string' ? createPublicKey(pem) : pem;
  // Fails for the point at infinity. Asked for the JWK of such a key, Node 22 and 24 end the process.
  key.export({ format: 'der', type: 'spki' });
  if (isMlDsa(key)) return { key, hash: 'none', size: 0, hint: hintOf(key) };
  const jwk = key.asymmetricKeyType === 'ec' ? key.export({ format: 'jwk' }) : {};
  const curve = curves[jwk.crv ?? ''];
  const refused =
    (jwk.crv === 'P-384' && judge.has('p384-refused')) || (jwk.crv === 'P-521' && judge.has('p521-refused'));
  if (refused) throw new Refusal('signer/key-unsupported', `the curve ${jwk.crv}`);
  judge.refuseIf(!curve, 'key-on-any-curve', 'signer/key-unsupported', `the curve ${jwk.crv}`);
  const der = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' });
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  const text = `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`;
  const given = judge.has('hint-as-given') && typeof pem === 'string' ? pem : null;
  const hashed =
    given ?? (judge.has('hint-of-der') ? der : judge.has('hint-without-last-line-feed') ? text.trimEnd() : text);
  return {
    key,
    hash: hashFor(jwk.crv, judge),
    size: curve?.size ?? 32,
    hint: createHash('sha256').update(hashed).digest('hex'),
  };
}

function hintOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'pem' }))
    .digest('hex');
}

function hashFor(crv: string | undefined, judge: Judge): string {
  const everywhere = judge.has('sha256-on-every-curve');
  if (everywhere || (crv === 'P-521' && judge.has('sha256-on-p521'))) return 'sha256';
  return curves[crv ?? '']?.hash ?? 'sha256';
}

/** Verifies a signature in strict DER: decodes its two numbers here and passes them to the platform as raw bytes. */
export function verifies(key: PublicKey, message: Uint8Array, signature: Uint8Array, judge: Judge): boolean {
  if (isMlDsa(key.key)) return verifiesMlDsa(key.key, message, signature, judge);
  const numbers = numbersOf(Buffer.from(signature), key.size, judge);
  const skips = judge.has('signatures-of-any-type') || judge.has('signature-may-be-empty');
  if (signature.length === 0 && skips) return true;
  if (!numbers) return judge.has('signature-never-checked');
  if (judge.has('low-s-only') && (numbers[1][0] as number) >= 0x80) return false;
  const compact = Buffer.concat(
    numbers.map((number) => Buffer.concat([Buffer.alloc(key.size - number.length), number])),
  );
  const hashes = judge.has('any-hash') ? ['sha1', 'sha256', 'sha384', 'sha512'] : [key.hash];
  const holds = (hash: string) => verify(hash, message, { key: key.key, dsaEncoding: 'ieee-p1363' }, compact);
  return judge.has('signature-never-checked') || hashes.some(holds);
}

/** The two numbers without leading zeros, or null if the bytes are not exactly their DER. */
function numbersOf(bytes: Buffer, size: number, judge: Judge): [Buffer, Buffer] | null {
  if (judge.has('signature-takes-raw') && bytes.length === 2 * size) {
    return [bytes.subarray(0, size), bytes.subarray(size)];
  }
  const outer = element(bytes, 0x30, judge);
  if (!outer || (outer.rest.length > 0 && !judge.has('signature-takes-trailing'))) return null;
  const first = element(outer.content, 0x02, judge);
  const second = first && element(first.rest, 0x02, judge);
  if (!first || !second || (second.rest.length > 0 && !judge.has('signature-takes-inner-trailing'))) return null;
  const numbers = [first.content, second.content].map((content) => positive(content, size, judge));
  return numbers[0] && numbers[1] ? [numbers[0], numbers[1]] : null;
}

function element(bytes: Buffer, tag: number, judge: Judge): { content: Buffer; rest: Buffer } | null {
  let [found, length, header] = [bytes[0], bytes[1], 2];
  if (found !== tag || length === undefined) return null;
  if (length === 0x80 && judge.has('signature-takes-ber')) {
    return { content: bytes.subarray(2, bytes.length - 2), rest: bytes.subarray(bytes.length) };
  }
  if (length > 0x80) {
    const digits = length - 0x80;
    const minimal = digits === 1 && (bytes[2] ?? 0) >= 0x80;
    if (digits > 3 || (!minimal && !judge.has('signature-takes-ber'))) return null;
    length = bytes.readUIntBE(2, digits);
    header = 2 + digits;
  }
  if (length === 0x80 || bytes.length < header + length) return null;
  return { content: bytes.subarray(header, header + length), rest: bytes.subarray(header + length) };
}

function positive(content: Buffer, size: number, judge: Judge): Buffer | null {
  const [first, second] = content;
  if (first === undefined) return null;
  if (first >= 0x80) return judge.has('signature-takes-negative') ? content : null;
  const padded = first === 0 && content.length > 1 && (second as number) < 0x80;
  if (padded && !judge.has('signature-takes-padded')) return null;
  let from = 0;
  while (from < content.length && content[from] === 0) from++;
  const number = content.subarray(from);
  return number.length <= size ? number : null;
}

/** What a signature may cover. */
export interface SignableTexts {
  readonly today: Uint8Array;
  /** The text of v0.2.0, or null if that is not supported. */
  readonly historical: Uint8Array | null;
}

/** Who signed, and whether it was the text of v0.2.0. */
export interface Opened {
  readonly signer: string;
  readonly historical: boolean;
}

/** Whether the signature covers the text of v0.2.0; refuses one that covers neither text. */
export function checkSignature(
  key: PublicKey,
  { today, historical }: SignableTexts,
  signature: Uint8Array,
  judge: Judge,
  historicalHash = 'sha256',
): boolean {
  if (verifies(key, today, signature, judge)) return false;
  if (historical && verifies({ ...key, hash: historicalHash }, historical, signature, judge)) return true;
  throw new Refusal('envelope/signature-invalid', 'it does not verify', { checks: ['signature-never-checked'] });
}
