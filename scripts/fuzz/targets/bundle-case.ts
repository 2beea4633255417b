import { createHash, createPrivateKey, sign } from 'node:crypto';
import { DRAFT_PREDICATE_TYPE, draftRootDigest } from '../../../conformance/suite/src/oracle/draft.ts';
import { Judge } from '../../../conformance/suite/src/oracle/judgement.ts';
import type { VectorInputs } from '../../../conformance/suite/src/vectors/vector.ts';
import { preAuthenticationEncoding } from '../../../packages/core/src/format/pae.ts';

/** What is done to a model. */
export interface ModelChange {
  /** So many small files in place of its own. */
  readonly files?: number;
  readonly add?: string;
  readonly remove?: string;
  readonly change?: string;
}

/** An input of the target `bundle`: a line of JSON that says how to verify, and a body. */
export interface BundleCase {
  /** The vector whose model and inputs are used. */
  readonly vector: string;
  /** What changes its inputs. */
  readonly inputs?: Partial<VectorInputs>;
  readonly model?: ModelChange;
  /** The body is a bundle, or the statement in one that is signed with a key that the verifier trusts. */
  readonly seal?: 'today' | 'historical';
  /** Whether the root digest of the statement is recomputed first. */
  readonly fixRoot?: boolean;
}

export function encodeCase(header: BundleCase, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body]);
}

export function decodeCase(input: Uint8Array): { readonly header: BundleCase; readonly body: Buffer } {
  const bytes = Buffer.from(input);
  const end = bytes.indexOf('\n');
  return { header: JSON.parse(bytes.subarray(0, end).toString()) as BundleCase, body: bytes.subarray(end + 1) };
}

/** As the oracle computes it for descriptors alone. */
function draftRoot({ serialization, resources }: DraftPredicate): string {
  return draftRootDigest(serialization.hash_type, resources, new Judge(new Set()));
}

interface DraftPredicate {
  readonly serialization: { readonly hash_type: string };
  readonly resources: readonly { readonly name: string; readonly digest: string }[];
}

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** A bundle with a statement that a key has signed. */
export function seal(statement: Uint8Array, header: BundleCase, pem: string | Buffer, hint: string): Buffer {
  const payload = header.fixRoot ? withRoot(statement) : statement;
  const today = Buffer.concat([...preAuthenticationEncoding(PAYLOAD_TYPE, payload)]);
  const message = header.seal === 'historical' ? historicalEncoding(payload) : today;
  const signature = sign('sha256', message, createPrivateKey(pem));
  return Buffer.from(
    JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: { hint }, tlogEntries: [] },
      dsseEnvelope: {
        payload: Buffer.from(payload).toString('base64'),
        payloadType: PAYLOAD_TYPE,
        signatures: [{ sig: signature.toString('base64'), keyid: '' }],
      },
    }),
  );
}

/** What version 0.2.0 of the Python implementation signed: the representation of the bytes in Python. */
function historicalEncoding(payload: Uint8Array): Buffer {
  const quote = payload.includes(0x27) && !payload.includes(0x22) ? '"' : "'";
  const escapes: Readonly<Record<string, string>> = {
    '\t': '\\t',
    '\n': '\\n',
    '\r': '\\r',
    '\\': '\\\\',
    [quote]: `\\${quote}`,
  };
  const texts = Array.from(payload, (octet) => {
    const character = String.fromCharCode(octet);
    const isPlain = octet >= 0x20 && octet < 0x7f;
    return escapes[character] ?? (isPlain ? character : `\\x${octet.toString(16).padStart(2, '0')}`);
  });
  const head = `DSSEV1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `;
  return Buffer.from(`${head}b${quote}${texts.join('')}${quote}`, 'latin1');
}

/**
 * The bytes that a text stands for. `Buffer.from` would make a buffer of any length out of an object that states one.
 * @throws {TypeError} if it is no text
 */
export function bytesIn(text: unknown, encoding: 'hex' | 'base64'): Buffer {
  if (typeof text !== 'string') throw new TypeError('not a text');
  return Buffer.from(text, encoding);
}

/** The statement with the root digest that its resources give, if they are well-formed enough to have one. */
function withRoot(statement: Uint8Array): Uint8Array {
  try {
    const value = JSON.parse(Buffer.from(statement).toString());
    const hash = createHash('sha256');
    for (const { digest } of value.predicate.resources) hash.update(bytesIn(digest, 'hex'));
    value.subject[0].digest.sha256 = hash.digest('hex');
    const { subject, predicate, predicateType } = value;
    if (predicateType === DRAFT_PREDICATE_TYPE && subject.length > 1) subject[1].digest.sha256 = draftRoot(predicate);
    return Buffer.from(JSON.stringify(value));
  } catch {
    return statement;
  }
}
