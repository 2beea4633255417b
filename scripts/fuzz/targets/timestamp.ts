import { createHash } from 'node:crypto';
import { children } from '@model-signing/testing/der';
import { digestOids, makeToken } from '@model-signing/testing/timestamp-token';
import { parseCertificate, verifyTimestamp } from '../../../packages/x509/src/index.ts';
import { certificateOf, keyOf } from '../authorities.ts';
import { mutateBytes } from '../mutate/bytes.ts';
import { mutateDer } from '../mutate/der.ts';
import type { Random } from '../random.ts';
import { accepted, refusalBy, type Target, type Verdict, WrongVerdict } from '../target.ts';
import { seedVectors } from '../vectors.ts';

/** The input in JSON, in Base64. */
interface Stamped {
  /** A response, or the contents of a token that an authority of `seeds/authorities.json` signs. */
  readonly response: { readonly der: string } | { readonly info: string };
  readonly signature: string;
  readonly roots: readonly string[];
}

/** Responses of timestamp authorities: no accepted one states another time or another signature than was signed. */
export function timestampTarget(): Target {
  const seeds = [...stampedVectors(), ...hashes.flatMap((hash) => [ownToken(hash), toBeSigned(hash)])];
  const signed = new Set(seeds.flatMap(({ response }) => ('der' in response ? [infoIn(response.der)] : [])));
  return {
    name: 'timestamp',
    description: 'timestamp responses: accepted ones state the time and the signature that were signed',
    seeds: () => seeds.map(encode),
    generate: (random) => mutate(encode(random.pick(seeds) ?? ownToken('sha256')), random, seeds),
    mutate: (input, random) => mutate(input, random, seeds),
    check: (input) => check(JSON.parse(Buffer.from(input).toString()), signed),
  };
}

const encode = (stamped: Stamped) => Buffer.from(JSON.stringify(stamped));
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

const SIGNATURE = Buffer.from('a signature');
const DATE = new Date('2024-06-01T12:00:00Z');

function signerOf() {
  const der = certificateOf('timestampSigner');
  const privateKey = keyOf('timestampSigner');
  return { der, keys: { privateKey, publicKey: privateKey } };
}

const hashes = Object.keys(digestOids) as (keyof typeof digestOids)[];
type Hash = (typeof hashes)[number];

/** A token whose imprint is by this hash. */
function ownToken(hash: Hash): Stamped {
  const imprint = createHash(hash).update(SIGNATURE).digest();
  const der = makeToken({ imprint, imprintHash: digestOids[hash], signer: signerOf(), time: DATE });
  return {
    response: { der: base64(der) },
    signature: base64(SIGNATURE),
    roots: [base64(certificateOf('timestampRoot'))],
  };
}

function toBeSigned(hash: Hash): Stamped {
  const own = ownToken(hash);
  const info = 'der' in own.response ? infoIn(own.response.der) : '';
  return { ...own, response: { info: base64(Buffer.from(info, 'latin1')) } };
}

function stampedVectors(): Stamped[] {
  return seedVectors(60_000).flatMap(({ vector: { inputs }, bundle, read }): Stamped[] => {
    const { timestampRoots = [] } = inputs;
    const roots = timestampRoots.flatMap((file) => pemBlocks(read(file).toString()));
    return tokensIn(bundle).map(({ der, signature }) => ({ response: { der }, signature, roots }));
  });
}

function tokensIn(bundle: Buffer): { der: string; signature: string }[] {
  try {
    const { verificationMaterial, dsseEnvelope } = JSON.parse(bundle.toString());
    const { rfc3161Timestamps } = verificationMaterial.timestampVerificationData;
    const signature = String(dsseEnvelope.signatures[0].sig);
    return rfc3161Timestamps.map(({ signedTimestamp: der }: { readonly signedTimestamp: string }) => ({
      der,
      signature,
    }));
  } catch {
    return [];
  }
}

function pemBlocks(text: string): string[] {
  return [...text.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END/g)].map(([, block]) =>
    String(block).replace(/\s/g, ''),
  );
}

/** The signed contents of a response, as Latin-1 text; empty if it has none. */
function infoIn(response: string): string {
  try {
    const [, token] = children(Buffer.from(response, 'base64'));
    const [, explicit] = children(token as Buffer);
    const [signedData] = children(explicit as Buffer);
    const [, , encapsulated] = children(signedData as Buffer);
    const [, content] = children(encapsulated as Buffer);
    const [octets] = children(content as Buffer);
    return bodyOf(octets as Buffer).toString('latin1');
  } catch {
    return '';
  }
}

function bodyOf(der: Buffer): Buffer {
  const first = der[1] ?? 0;
  return der.subarray(first > 0x80 ? 2 + first - 0x80 : 2);
}

function mutate(input: Uint8Array, random: Random, seeds: readonly Stamped[]): Uint8Array {
  const stamped = JSON.parse(Buffer.from(input).toString()) as Stamped;
  const { response, signature, roots } = stamped;
  const change = (text: string) => base64(mutateDer(Buffer.from(text, 'base64'), random));
  switch (random.below(10)) {
    case 0:
      return encode({ ...stamped, signature: base64(mutateBytes(Buffer.from(signature, 'base64'), random)) });
    case 1:
      return encode({
        ...stamped,
        roots: random.chance(0.5) ? roots.map(change) : [...roots, base64(certificateOf('timestampRoot'))],
      });
    case 2:
      return encode(toBeSigned(random.pick(hashes) ?? 'sha256'));
    case 3:
      // A valid token beside the signature that another one is about.
      return encode({ ...stamped, signature: random.pick(seeds)?.signature ?? base64(Buffer.from('another')) });
    default: {
      const changed = 'der' in response ? { der: change(response.der) } : { info: change(response.info) };
      return encode({ ...stamped, response: changed });
    }
  }
}

function check(stamped: Stamped, signed: ReadonlySet<string>): Verdict {
  const signature = Buffer.from(stamped.signature, 'base64');
  const isOurs = 'info' in stamped.response;
  const response = responseOf(stamped.response);
  let time: Date;
  try {
    const roots = stamped.roots.map((text) => parseCertificate(Buffer.from(text, 'base64')));
    ({ time } = verifyTimestamp({ response, signature, roots }));
  } catch (error) {
    return refusalBy(error);
  }
  const info = infoIn(base64(response));
  if (!isOurs && !signed.has(info)) throw new WrongVerdict('the contents were never signed');
  const digests = hashes.map((hash) => createHash(hash).update(signature).digest().toString('latin1'));
  if (!digests.some((digest) => info.includes(digest))) throw new WrongVerdict('it is about another signature');
  if (!statedTimes(info).includes(time.getTime()))
    throw new WrongVerdict(`it does not state the time ${time.toISOString()}`);
  return accepted(`${isOurs} ${info.length}`);
}

function responseOf(response: Stamped['response']): Buffer {
  if ('der' in response) return Buffer.from(response.der, 'base64');
  const info = Buffer.from(response.info, 'base64');
  return makeToken({ signer: signerOf(), tamper: () => info, signedContent: info });
}

/** Every time that is written in the contents. */
function statedTimes(info: string): number[] {
  return [...info.matchAll(/(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z/g)].map((found) => {
    const [, year, month, day, hour, minute, second, fraction = ''] = found;
    return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}Z`);
  });
}
