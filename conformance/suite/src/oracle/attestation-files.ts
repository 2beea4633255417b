import { bytesOf, lengthOf } from '../vectors/content.ts';
import type { Content } from '../vectors/vector.ts';
import { isAttestationName } from './attestation-names.ts';
import { readBundle } from './bundle.ts';
import { compareCodePoints } from './encoding.ts';
import type { Found } from './enumerate.ts';
import { parseJson } from './json.ts';
import { Judge, Refusal } from './judgement.ts';
import type { ProducerDefect } from './signer-defects.ts';
import type { Serialization } from './statement.ts';

/** The most of all attestation files of a model together: section 7.3 of the draft. */
const MOST_BYTES = 256 * 1024 * 1024;
const MOST_BUNDLES = 10_000;

function isCandidate(name: string, judge: Judge): boolean {
  if (judge.has('attestation-files-of-one-name')) return name === 'model.sig' || name === 'claims.jsonl';
  if (judge.has('attestation-files-of-any-name') && !name.includes('/')) return true;
  const folded = judge.has('attestation-names-fold-case') ? name.toLowerCase() : name;
  const here = judge.has('attestation-files-at-any-depth') ? folded.slice(folded.lastIndexOf('/') + 1) : folded;
  const byEnding = judge.has('attestation-names-by-ending') && !here.includes('/') && here.endsWith('claims.jsonl');
  return isAttestationName(here) || byEnding;
}

/** Leaves out the attestation files of a model that is verified. */
export function leaveOutAttestations(
  found: Found,
  { excludeAttestations }: Serialization,
  isListed: (name: string) => boolean,
  judge: Judge,
): void {
  const asked = excludeAttestations === true || judge.has('attestation-files-unasked');
  if (!asked || found.singleFile || judge.has('attestation-files-refused')) return;
  const free = (name: string) => !isListed(name) || judge.has('attestation-files-hide-listed');
  const names = leaveOut(found, (name) => isCandidate(name, judge) && free(name), judge);
  if (judge.has('attestation-links-passed')) {
    const others = found.unusable.filter(({ name, reason }) => reason !== 'model/symlink' || !isAttestationName(name));
    found.unusable.splice(0, found.unusable.length, ...others);
  }
  if (!judge.has('attestation-files-not-reported')) found.excluded.push(...names);
}

/** Leaves out the attestation files of a model that is signed. */
export function leaveOutToSign(found: Found, judge: Judge, has: (defect: ProducerDefect) => boolean): void {
  if (found.singleFile || has('lists-attestation-files')) return;
  const byName = has('leaves-out-by-name-alone');
  const names = byName ? [...found.files.keys()].filter(isAttestationName) : leaveOut(found, isAttestationName, judge);
  for (const name of names) found.files.delete(name);
  found.excluded.push(...names);
}

function leaveOut(found: Found, isWanted: (name: string) => boolean, judge: Judge): string[] {
  let bytes = 0;
  let bundles = 0;
  const names: string[] = [];
  for (const name of [...found.files.keys()].filter(isWanted).sort(compareCodePoints)) {
    const content = found.files.get(name) as Content;
    if (bytes + lengthOf(content) > MOST_BYTES) continue;
    const count = countBundles(bytesOf(content), judge);
    const many = bundles + (count ?? 0) > MOST_BUNDLES && !judge.has('attestation-bundles-of-any-count');
    if (count === null || many) continue;
    bytes += lengthOf(content);
    bundles += count;
    names.push(name);
    found.files.delete(name);
  }
  return names;
}

/** How many bundles a file consists of; null if it holds anything else. */
function countBundles(file: Buffer, judge: Judge): number | null {
  if (judge.has('attestation-files-by-name-alone')) return 1;
  if (isBundle(file, judge)) return 1;
  if (judge.has('attestation-files-in-lines-refused')) return null;
  const lines = file
    .toString('latin1')
    .split('\n')
    .filter((line) => /[^ \t\r]/.test(line))
    .map((line) => Buffer.from(line, 'latin1'));
  if (lines.length === 0) return judge.has('attestation-files-may-be-empty') ? 0 : null;
  if (lines.length > MOST_BUNDLES && !judge.has('attestation-bundles-of-any-count')) return null;
  const looked = judge.has('attestation-files-by-first-line') ? lines.slice(0, 1) : lines;
  const known = new Map<string, boolean>();
  return looked.every((line) => isKnownBundle(line, known, judge)) ? lines.length : null;
}

/** Lines repeat in long files. */
function isKnownBundle(line: Buffer, known: Map<string, boolean>, judge: Judge): boolean {
  const text = line.toString('latin1');
  const answer = known.get(text) ?? isBundle(line, judge);
  known.set(text, answer);
  return answer;
}

function isBundle(bytes: Buffer, judge: Judge): boolean {
  const reader = new Judge(new Set());
  try {
    if (judge.has('attestation-files-of-any-json')) {
      parseJson(bytes, 'bundle', reader);
      return true;
    }
    const { material } = readBundle(bytes, reader);
    return 'tlogEntries' in material || !judge.has('attestation-files-without-log-entries-refused');
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
