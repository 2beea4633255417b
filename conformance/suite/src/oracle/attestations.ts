import type { ReportedAttestation } from '../vectors/vector.ts';
import { openAttestation, typeNamed } from './attestation.ts';
import { type Entry, entriesIn, noBundle } from './attestation-entries.ts';
import { checkSubjects, type Root } from './attestation-subject.ts';
import { type Judge, Refusal } from './judgement.ts';
import type { Defect } from './verifier-defects.ts';
import type { VerifyCase } from './verify-case.ts';

/** An entry, and why it does not count; null if it may. */
interface Judged {
  readonly entry: Entry;
  readonly type: string | null;
  readonly refusal: Refusal | null;
}

/** The entries of every file that is read. */
export function allEntries(files: readonly Buffer[] | undefined, judge: Judge): Entry[] {
  const named = files ?? [];
  const first = judge.has('attestations-of-the-first-file-alone') ? named.slice(0, 1) : named;
  const read = judge.has('attestations-of-the-last-file-alone') ? first.slice(-1) : first;
  return read.flatMap((file) => entriesIn(file, judge));
}

/** Verifies the attestations of a model by the signer of its signature: section 13.6. */
export function judgeAttestations(verifyCase: VerifyCase, statement: Root, judge: Judge): ReportedAttestation[] {
  const { attestations, inputs, model } = verifyCase;
  const required = (inputs.requireAttestation ?? []).map((name) => typeNamed(name, judge));
  const judged: Judged[] = [];
  for (const entry of allEntries(attestations, judge)) {
    const found = judgeEntry(entry, verifyCase, { ...statement, name: model.name }, judge);
    judged.push(found);
    if (found.refusal !== null && judge.has('attestation-first-problem-refuses')) throw found.refusal;
    if (found.refusal !== null && judge.has('attestation-first-problem-ends')) break;
  }
  const isAny = attestations === undefined || judged.some(({ refusal }) => refusal === null);
  if (!isAny && judge.has('attestations-required-unasked')) throw missing([], 'any');
  if (!judge.has('attestations-not-required')) requireTypes(required, judged, judge);
  return judge.has('attestations-not-reported') ? [] : judged.map(reported);
}

function judgeEntry(entry: Entry, verifyCase: VerifyCase, root: Root, judge: Judge): Judged {
  if (entry.isDuplicate) return { entry, type: null, refusal: null };
  const strict = verifyCase.inputs.strict === true && !judge.has('attestation-never-strict');
  const own = judge.apart(strict);
  try {
    if (entry.text === null) throw noBundle();
    const { type, subjects } = openAttestation(Buffer.from(entry.text, 'latin1'), verifyCase, own);
    checkSubjects(subjects, [root], own);
    if (!judge.has('attestation-without-warning')) judge.warnings.push(...own.warnings);
    return { entry, type, refusal: null };
  } catch (error) {
    if (error instanceof Refusal) return { entry, type: null, refusal: error };
    throw error;
  }
}

function requireTypes(required: readonly string[], judged: readonly Judged[], judge: Judge): void {
  const met = required.map((type) => judged.some((each) => each.type !== null && isType(each.type, type, judge)));
  if (judge.has('attestation-of-the-first-type-alone') && met[0]) return;
  if (judge.has('attestation-of-any-required-type') && met.includes(true)) return;
  const lacking = required.find((_, index) => !met[index]);
  if (lacking !== undefined) throw missing(judged, lacking);
}

/** Whether an attestation of one type counts for another. */
export function isType(found: string, type: string, judge: Judge): boolean {
  if (judge.has('attestation-of-any-type')) return true;
  if (judge.has('attestation-type-folds-case')) return found.toLowerCase() === type.toLowerCase();
  return judge.has('attestation-type-by-prefix') ? found.startsWith(type) : found === type;
}

/** The ways to take an attestation of one type for one of another. */
export const typeChecks = [
  'attestation-of-any-type',
  'attestation-type-by-prefix',
  'attestation-type-folds-case',
] as const satisfies readonly Defect[];

function missing(judged: readonly Judged[], type: string): Refusal {
  const checks = [
    ...judged.flatMap(({ refusal }) => refusal?.checks ?? []),
    ...(judged.some((each) => each.type !== null) ? typeChecks : []),
    'attestation-short-name-of-another-version',
    'attestation-of-the-first-type-alone',
    'attestation-of-any-required-type',
    'attestations-not-required',
  ] as const;
  return new Refusal('statement/attestation-missing', `no attestation ${type}`, { checks });
}

function reported({ entry, type, refusal }: Judged): ReportedAttestation {
  const { line, text, isDuplicate } = entry;
  if (isDuplicate) return { line, verdict: 'duplicate' };
  if (text === null) return { line, verdict: 'unknown' };
  if (refusal !== null) return { line, verdict: refusal.reason === 'bundle/not-json' ? 'unknown' : 'refused' };
  return { line, verdict: 'accepted', ...(type !== null && { type }) };
}
