import { PAYLOAD_TYPE } from '@model-signing/spec';
import { MAX_BUNDLE_BYTES, parseForeignBundle } from './bundle.ts';
import { OmsError, Warnings } from './errors.ts';
import { SIGNATURE_ENDINGS } from './names.ts';

const ENDINGS = [...SIGNATURE_ENDINGS, '.intoto.jsonl'];

/** The most bytes that the attestation files of one model have together (section 7.3 of the draft). */
export const MAX_ATTESTATION_BYTES = MAX_BUNDLE_BYTES;

/** The most bundles in them. */
export const MAX_ATTESTATION_BUNDLES = 10_000;

/**
 * Whether a file of this canonical name may be an attestation file that a draft leaves out: one directly in the model root, with such an
 * ending. What it holds decides.
 *
 * @example
 * console.log(isAttestationName('claims.jsonl')); // true
 */
export function isAttestationName(name: string): boolean {
  return !name.includes('/') && (name === 'claims.jsonl' || ENDINGS.some((ending) => name.endsWith(ending)));
}

const LINE_FEED = 0x0a;

/**
 * How many bundles a file holds that consists of bundles: it is one, or each of its lines is one, blank lines aside. Null for any other
 * file, and for one of more than `most`.
 */
export function countBundles(file: Uint8Array, most: number): number | null {
  if (most < 1) return null;
  return countLines(file, most) ?? (isBundle(file) ? 1 : null);
}

function countLines(file: Uint8Array, most: number): number | null {
  let count = 0;
  for (let from = 0; from < file.length; ) {
    const feed = file.indexOf(LINE_FEED, from);
    const end = feed === -1 ? file.length : feed;
    const line = file.subarray(from, end);
    from = end + 1;
    if (isBlank(line)) continue;
    if (++count > most || !isBundle(line)) return null;
  }
  return count === 0 ? null : count;
}

/** Whether a line holds nothing but the white space of JSON. A call for each byte would take several times as long. */
function isBlank(line: Uint8Array): boolean {
  for (let index = 0; index < line.length; index++) {
    const byte = line[index];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
}

/** Whether the bytes are a bundle of a statement, whatever it says, and whether or not its signature is valid. */
function isBundle(bytes: Uint8Array): boolean {
  try {
    return parseForeignBundle(bytes, new Warnings()).payloadType === PAYLOAD_TYPE;
  } catch (error) {
    if (error instanceof OmsError && error.code !== 'bundle/out-of-memory') return false;
    throw error;
  }
}
