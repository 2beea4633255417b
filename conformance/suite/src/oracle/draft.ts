import { createHash } from 'node:crypto';
import type { Annotations } from '../vectors/vector.ts';
import { compareCodePoints } from './encoding.ts';
import type { Json } from './json.ts';
import { type Judge, Refusal } from './judgement.ts';
import type { Defect } from './verifier-defects.ts';

/** The additions of the draft of version 1.1: sections 4.4 and 9.1. */
export const DRAFT_PREDICATE_TYPE = 'https://model-signing.example/draft/signature/v1.1';

const MOST_ANNOTATIONS = 64;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 4096;

/** Reads annotations within their bounds; none if the member is absent. */
export function readAnnotations(value: Json | undefined, judge: Judge): Annotations {
  if (value === undefined) return {};
  if (judge.has('annotations-refused')) throw new Refusal('manifest/annotations-invalid', 'there are some');
  if (Array.isArray(value) && judge.has('annotations-may-be-an-array')) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    refuse(true, 'annotations-of-any-type', 'they are no object', judge);
    return {};
  }
  const entries = Object.entries(value);
  const most = MOST_ANNOTATIONS - (judge.has('annotations-one-less') ? 1 : 0);
  if (entries.length > most && most < MOST_ANNOTATIONS) throw new Refusal('manifest/annotations-invalid', 'too many');
  refuse(entries.length > MOST_ANNOTATIONS, 'annotations-without-bound', `${entries.length} of them`, judge);
  for (const [key, said] of entries) {
    checkKey(key, judge);
    if (typeof said === 'string') checkValue(key, said, judge);
    else refuse(true, 'annotation-value-of-any-type', key, judge);
  }
  return Object.fromEntries(entries) as Annotations;
}

function checkKey(key: string, judge: Judge): void {
  const folded = judge.has('annotation-key-in-capitals') ? key.toLowerCase() : key;
  const cut = judge.has('annotation-key-before-a-line-feed') && folded.endsWith('\n') ? folded.slice(0, -1) : folded;
  refuse(!/^[a-z][a-z0-9._/-]*$/.test(cut), 'annotation-key-of-any-form', key, judge);
  refuse([...cut].length > LONGEST_KEY, 'annotation-key-of-any-length', key, judge);
  if (judge.has('annotation-key-one-shorter') && [...cut].length === LONGEST_KEY)
    throw new Refusal('manifest/annotations-invalid', key);
  const dotless = judge.has('annotation-key-needs-a-domain') && !key.includes('.');
  if (dotless) throw new Refusal('manifest/annotations-invalid', key);
}

function checkValue(key: string, value: string, judge: Judge): void {
  const length = judge.has('annotation-value-in-bytes')
    ? Buffer.byteLength(value)
    : judge.has('annotation-value-in-utf16')
      ? value.length
      : [...value].length;
  refuse(length > LONGEST_VALUE, 'annotation-value-of-any-length', key, judge);
  const control = [...value].some((character) => character < ' ');
  const refused =
    (length === LONGEST_VALUE && judge.has('annotation-value-one-shorter')) ||
    (control && judge.has('annotation-value-without-controls')) ||
    (value === '' && judge.has('annotation-value-not-empty'));
  if (refused) throw new Refusal('manifest/annotations-invalid', key);
}

function refuse(broken: boolean, lacking: Defect, message: string, judge: Judge): void {
  judge.refuseIf(broken, lacking, 'manifest/annotations-invalid', message);
}

interface NamedDigest {
  readonly name: string;
  readonly digest: string;
}

/** The root digest of version 1.0, which the draft replaces. */
export function publishedRootDigest(resources: readonly NamedDigest[]): string {
  const hash = createHash('sha256');
  for (const { digest } of resources) hash.update(Buffer.from(digest, 'hex'));
  return hash.digest('hex');
}

/** The SHA-256 of the root text, or what a defective program computes instead. */
export function draftRootDigest(hashType: string, resources: readonly NamedDigest[], judge: Judge): string {
  const byType = judge.has('draft-root-by-hash-type') && hashType === 'blake2b';
  const hash = createHash(byType ? 'blake2b512' : 'sha256');
  if (judge.has('draft-root-as-published')) return publishedRootDigest(resources);
  if (!judge.has('draft-root-without-heading')) hash.update('OMS root v1.1\n');
  const named = judge.has('draft-root-of-one-algorithm') ? 'sha256' : hashType;
  if (!judge.has('draft-root-without-algorithm')) hash.update(`${named}\n`);
  const listed = judge.has('draft-root-of-sorted')
    ? [...resources].sort((a, b) => compareCodePoints(a.name, b.name))
    : resources;
  for (const [index, resource] of listed.entries()) hash.update(rootLine(resource, index === listed.length - 1, judge));
  return hash.digest('hex');
}

function rootLine({ name, digest }: NamedDigest, isLast: boolean, judge: Judge): Buffer {
  const whole = judge.has('draft-root-of-normalised-names') ? name.normalize('NFC') : name;
  const named = judge.has('draft-root-without-ranges') ? whole.replace(/:\d+:\d+$/, '') : whole;
  const length = judge.has('draft-root-in-characters')
    ? [...named].length
    : judge.has('draft-root-in-utf16')
      ? named.length
      : Buffer.byteLength(named);
  const head = judge.has('draft-root-without-lengths') ? '' : `${length} `;
  const hex = judge.has('draft-root-in-capitals') ? digest.toUpperCase() : digest;
  const end = isLast && judge.has('draft-root-without-last-line-feed') ? '' : '\n';
  const shown = judge.has('draft-root-without-names') ? '' : `${head}${named} `;
  const bytes = judge.has('draft-root-over-raw-digests') ? Buffer.from(digest, 'hex') : Buffer.from(hex);
  return Buffer.concat([Buffer.from(shown), bytes, Buffer.from(end)]);
}
