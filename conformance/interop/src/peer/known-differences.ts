import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The steps of a case, in order: the signer signs, the other one accepts, and so does the signer, the other one refuses the
 * tampered model, and so does the signer; or both print the same root digest; or the package installs its dependencies.
 */
export const STEPS = [
  'sign',
  'accept',
  'signer-accepts',
  'refuse',
  'signer-refuses',
  'digest',
  'installation',
] as const;
export type Step = (typeof STEPS)[number];

export type SignerRole = 'ours' | 'peer' | 'python' | 'go';

const SIGNERS: readonly unknown[] = [null, 'ours', 'peer', 'python', 'go'] satisfies (SignerRole | null)[];

/** A step that a peer is known to fail. The suite fails as soon as the step works or fails in another way. */
export interface KnownDifference {
  /** The ids of the cases that show it. */
  readonly cases: readonly string[];
  /** Who signs, if that matters: `ours` or `peer`, or the name of a peer in a list for two peers. */
  readonly signer: SignerRole | null;
  readonly step: Step;
  /** The defect, in one sentence. */
  readonly reason: string;
  /** Where it is reported in public, or null if no report was found. */
  readonly reference: string | null;
  /** A regular expression that matches what is printed instead. */
  readonly instead: string;
}

const MEMBERS: Readonly<Record<keyof KnownDifference, (value: unknown) => boolean>> = {
  cases: (value) => Array.isArray(value) && value.length > 0 && value.every(isText),
  signer: (value) => SIGNERS.includes(value),
  step: (value) => STEPS.includes(value as Step),
  reason: (value) => isText(value) && /^[A-Z][^\n]*\.$/.test(value as string),
  reference: (value) => value === null || (isText(value) && (value as string).startsWith('https://')),
  instead: (value) => isText(value) && isPattern(value as string),
};

/** The list of the Python peer, of the Go peer, and of both with each other. The last two exist once the Go peer was run. */
export const lists = {
  python: listFile('python/known-differences.json'),
  go: listFile('go/known-differences.json'),
  'python-go': listFile('go/known-differences-with-python.json'),
} as const;

function listFile(name: string): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url));
}

/** Reads a list and checks its form. */
export function readKnownDifferences(file: string): KnownDifference[] {
  return parseKnownDifferences(readFileSync(file, 'utf8'));
}

/** @throws {Error} that names the entry and the member that is wrong */
export function parseKnownDifferences(text: string): KnownDifference[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new Error('the known differences are not an array');
  for (const [index, entry] of list.entries()) checkEntry(index, entry);
  return list;
}

function checkEntry(index: number, entry: unknown): void {
  if (typeof entry !== 'object' || entry === null) throw new Error(`entry ${index} is not an object`);
  const found = new Map(Object.entries(entry));
  for (const [member, isRight] of Object.entries(MEMBERS)) {
    if (!isRight(found.get(member))) throw new Error(`entry ${index}: "${member}" is missing or malformed`);
    found.delete(member);
  }
  const [unknown] = found.keys();
  if (unknown !== undefined) throw new Error(`entry ${index}: "${unknown}" is unknown`);
}

/**
 * The entry for a case and a signer.
 * @throws {Error} if there is more than one
 */
export function findKnownDifference(
  list: readonly KnownDifference[],
  id: string,
  signer: KnownDifference['signer'],
  steps: readonly Step[],
): KnownDifference | undefined {
  const found = list.filter(
    ({ cases, signer: who, step }) => cases.includes(id) && who === signer && steps.includes(step),
  );
  if (found.length > 1) throw new Error(`${id} is listed ${found.length} times for one direction`);
  return found[0];
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isPattern(value: string): boolean {
  try {
    return new RegExp(value).source !== '';
  } catch {
    return false;
  }
}
