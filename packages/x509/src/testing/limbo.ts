import { readFileSync } from 'node:fs';

/** The members of an x509-limbo case that are used here. */
export interface LimboCase {
  readonly id: string;
  readonly expected_result: 'SUCCESS' | 'FAILURE';
  readonly trusted_certs: readonly string[];
  readonly untrusted_intermediates: readonly string[];
  readonly peer_certificate: string;
  readonly validation_time?: string | null;
  readonly max_chain_depth?: number | null;
  readonly features?: readonly string[] | null;
  readonly validation_kind?: string;
  readonly crls?: readonly string[] | null;
}

/** Features of the suite that this package supports; the suite itself calls every other one optional. */
const applicable = ['max-chain-depth', 'name-constraint-dn', 'denial-of-service'];

/** Groups about names that a client expects, and about rules of the web profile only. */
const web = ['aki', 'cn', 'eku', 'ku', 'san', 'ca-as-leaf', 'malformed-aia', 'online'];

/** What the suite tests that this package does not do. */
const otherSubjects: readonly [subject: string, isAbout: (limboCase: LimboCase) => boolean][] = [
  ['revocation', ({ id, crls }) => Boolean(crls?.length) || id.split('::').includes('crl')],
  ['an optional feature', ({ features }) => (features ?? []).some((feature) => !applicable.includes(feature))],
  ['certificates of clients', ({ validation_kind: kind }) => kind === 'CLIENT'],
  ['mail', ({ id }) => id.startsWith('smime::')],
  ['BetterTLS: host names and the usage of servers', ({ id }) => id.startsWith('bettertls::')],
  [
    'host names and the profile of the web',
    ({ id }) => id.startsWith('webpki::') && web.includes(id.split('::')[1] ?? ''),
  ],
];

/** Why a case does not apply, or null if it does. */
export function otherSubject(limboCase: LimboCase): string | null {
  return otherSubjects.find(([, isAbout]) => isAbout(limboCase))?.[0] ?? null;
}

/** The cases in a file such as the public `limbo.json`. */
export function readLimbo(file: string): readonly LimboCase[] {
  const { testcases } = JSON.parse(readFileSync(file, 'utf8')) as { testcases?: readonly LimboCase[] };
  if (!Array.isArray(testcases)) throw new Error('the file named by X509_LIMBO has no list "testcases"');
  return testcases;
}

/** How many cases do not apply, by subject. */
export function otherSubjectCounts(cases: readonly LimboCase[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const limboCase of cases) {
    const subject = otherSubject(limboCase);
    if (subject !== null) counts.set(subject, (counts.get(subject) ?? 0) + 1);
  }
  return counts;
}

/**
 * Compares the cases that were accepted with the list of those that may be.
 * @returns the faults, one line each
 */
export function listFaults(
  cases: readonly LimboCase[],
  wronglyAccepted: readonly string[],
  listed: readonly string[],
): string[] {
  const expected = new Set(cases.map(({ id }) => id).filter((id) => listed.includes(id)));
  for (const id of wronglyAccepted) expected.delete(id);
  return [
    ...wronglyAccepted.filter((id) => !listed.includes(id)).map((id) => `${id} is accepted and not listed`),
    ...[...expected].map((id) => `${id} is listed and not accepted`),
  ];
}

/** Milliseconds after which a case counts as over budget, whatever its result. */
export const LIMBO_BUDGET = 1000;

/** The instant at which a case is to be validated. */
export function timeOfCase({ validation_time: time }: LimboCase): Date {
  return time ? new Date(time) : new Date();
}
