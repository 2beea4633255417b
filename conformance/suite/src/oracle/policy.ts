import { isAcceptable } from '../vectors/reasons.ts';
import type { Root } from './attestation-subject.ts';
import { EMPTY_REPORT, Judge, type Judgement, Refusal, type Report } from './judgement.ts';
import { covers } from './names.ts';
import { requireAttestations } from './policy-attestations.ts';
import { type Policy, type PolicyRule, type Requirements, readPolicy } from './policy-document.ts';
import { ruleFor } from './policy-rule.ts';
import { checkCounts, openAs } from './policy-signature.ts';
import type { Defect } from './verifier-defects.ts';
import { compareModel } from './verify.ts';
import type { PolicyCase } from './verify-case.ts';

/** A signer that counts for a bundle. */
interface Counted {
  readonly bundle: number;
  readonly name: string;
  /** What no two signers have in common: the key, whether a certificate is for it or not. */
  readonly identity: string;
  /** Whether the root digest is revoked. */
  readonly revoked: boolean;
  readonly root: Root;
  readonly report: Report;
}

/** Decides by a policy as section 13.5 says, or as a program with these defects would. */
export function judgeByPolicy(policyCase: PolicyCase, defects: ReadonlySet<Defect>): Judgement {
  const judge = new Judge(defects);
  let enforced = true;
  try {
    const policy = readPolicy(policyCase.policy, policyCase.read, judge);
    enforced = policy.enforced;
    const rule = ruleFor(policy, nameOf(policyCase, judge), judge);
    enforced = rule.enforced;
    return { outcome: 'accept', warnings: judge.warnings, report: decide(policy, rule, policyCase, judge) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { reason, message, differences, checks } = error;
    if (enforced || judge.has('policy-warning-refuses')) {
      return { outcome: 'reject', reason, message, differences, checks };
    }
    const isSilent = judge.has('policy-accepts-in-silence');
    return { outcome: 'accept', warnings: isSilent ? [] : [reason], report: { ...EMPTY_REPORT, enforced: isSilent } };
  }
}

/** Where the model is, as far as a vector can say. */
const WORKSPACE = '/workspace';

function nameOf({ inputs, model, bundle }: PolicyCase, judge: Judge): string {
  if (judge.has('policy-name-of-the-subject')) return subjectOf(bundle) ?? inputs.as ?? model.name;
  const path = `${WORKSPACE}/${model.path ?? model.name}`;
  return judge.has('policy-name-of-the-path-alone') ? path : (inputs.as ?? path);
}

function subjectOf(bundle: Uint8Array): string | undefined {
  return claimedSubject(bundle)?.name;
}

function claimedRoot(bundle: Uint8Array): string | null {
  return claimedSubject(bundle)?.digest?.sha256 ?? null;
}

function claimedSubject(
  bundle: Uint8Array,
): { readonly name?: string; readonly digest?: { readonly sha256?: string } } | undefined {
  try {
    const { dsseEnvelope } = JSON.parse(Buffer.from(bundle).toString());
    return JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString()).subject[0];
  } catch {
    return undefined;
  }
}

function decide(policy: Policy, rule: PolicyRule, policyCase: PolicyCase, judge: Judge): Report {
  const { requirements } = rule;
  if (requirements === null) {
    const checks = ['policy-rejection-passed-over', 'policy-last-rule-wins', 'policy-longest-pattern-wins'] as const;
    throw new Refusal('policy/rejected', 'the rule rejects', { checks });
  }
  const { counted, refusals } = count(policy, requirements, policyCase, judge);
  const isRevoked = counted.some(({ revoked }) => revoked) && !judge.has('policy-revoked-digests-passed');
  if (isRevoked) {
    const checks = ['policy-revoked-digests-passed', 'policy-revoked-digest-of-one-bundle'] as const;
    throw new Refusal('policy/revoked', 'the root digest', { checks });
  }
  const found = numberOf(counted, judge);
  const [first] = counted;
  const enough = judge.has('policy-threshold-ignored') ? 1 : requirements.threshold;
  const [foreign] = judge.has('policy-every-bundle-must-count') ? refusals.filter((each) => each !== null) : [];
  if (foreign !== undefined) throw foreign;
  if (first === undefined || found < enough)
    throw tooFew(
      counted,
      refusals.flatMap((each) => each ?? []),
    );
  requireAttestations(policy, requirements, policyCase, rootsOf(counted, policyCase, judge), judge);
  const names = placed(counted, judge).sort();
  return { ...first.report, counted: judge.has('policy-signers-not-reported') ? [] : names, enforced: rule.enforced };
}

/** The root digests that attestations may be about. */
function rootsOf(counted: readonly Counted[], { bundle, furtherBundles }: PolicyCase, judge: Judge): Root[] {
  const [first] = counted;
  const roots = counted.map(({ root }) => root);
  if (first === undefined || judge.has('policy-attestation-of-the-first-bundle-alone')) return roots.slice(0, 1);
  if (!judge.has('policy-attestation-of-an-uncounted-bundle')) return roots;
  const claimed = [bundle, ...furtherBundles].map((each) => ({ ...first.root, rootDigest: claimedRoot(each) }));
  return [...roots, ...claimed];
}

/** As many names as possible, each for another identity. */
function placed(counted: readonly Counted[], judge: Judge): string[] {
  const holders = new Map<string, string>();
  const place = (identity: string, tried: Set<string>): boolean =>
    counted.some(({ identity: other, name }) => {
      if (other !== identity || tried.has(name)) return false;
      tried.add(name);
      const holder = holders.get(name);
      const isFree = holder === undefined || (!judge.has('policy-first-name-taken') && place(holder, tried));
      if (isFree) holders.set(name, identity);
      return isFree;
    });
  for (const identity of new Set(counted.map((each) => each.identity))) place(identity, new Set());
  return [...holders.keys()];
}

function numberOf(counted: readonly Counted[], judge: Judge): number {
  if (judge.has('policy-bundles-counted')) return new Set(counted.map(({ bundle }) => bundle)).size;
  if (judge.has('policy-names-counted')) return new Set(counted.map(({ name }) => name)).size;
  if (judge.has('policy-identities-counted')) return new Set(counted.map(({ identity }) => identity)).size;
  return placed(counted, judge).length;
}

/** The refusal for too few signers: for the reason of the bundles that do not count, if there is one. */
function tooFew(counted: readonly Counted[], refusals: readonly Refusal[]): Refusal {
  const checks = [
    ...(counted.length > 0
      ? ([
          'policy-threshold-ignored',
          'policy-bundles-counted',
          'policy-names-counted',
          'policy-identities-counted',
          'policy-certificates-counted-apart',
        ] as const)
      : []),
    ...refusals.flatMap((each) => each.checks),
    'policy-signers-of-other-rules',
    'policy-first-bundle-alone',
    'policy-model-of-one-bundle',
  ] as const;
  if (counted.length > 0) return new Refusal('policy/threshold', 'too few signers', { checks });
  const own = refusals.find(({ reason }) =>
    isAcceptable(reason, ['policy', 'model', 'manifest', 'statement', 'bundle']),
  );
  const { reason, message, differences } = own ?? new Refusal('policy/signer', 'no signer of the rule');
  return new Refusal(reason, message, { checks, differences });
}

interface Count {
  readonly counted: readonly Counted[];
  /** For each bundle, why it does not count; null if it does. */
  readonly refusals: readonly (Refusal | null)[];
}

function count(policy: Policy, required: Requirements, policyCase: PolicyCase, judge: Judge): Count {
  const bundles = [policyCase.bundle, ...policyCase.furtherBundles];
  const read = judge.has('policy-first-bundle-alone') ? bundles.slice(0, 1) : bundles;
  const names = judge.has('policy-signers-of-other-rules') ? [...policy.signers.keys()] : required.signedBy;
  const counted: Counted[] = [];
  const refusals = read.map((bytes, bundle): Refusal | null => {
    let refusal: Refusal | null = null;
    let counts = false;
    for (const name of names) {
      try {
        const skips = judge.has('policy-model-of-one-bundle') && counted.length > 0;
        counted.push({ bundle, name, ...countAs(name, bytes, policy, required, skips ? null : policyCase, judge) });
        counts = true;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refusal = furthest(refusal, error);
      }
    }
    return counts ? null : refusal;
  });
  return { counted, refusals };
}

/** Of two reasons why a bundle does not count, the one of the signer whose signature it is. */
function furthest(one: Refusal | null, other: Refusal): Refusal {
  const isOfAnother = ({ reason }: Refusal) => isAcceptable(reason, ['signer', 'envelope']);
  if (one === null) return other;
  const checks = [...one.checks, ...other.checks];
  const { reason, message, differences } = isOfAnother(one) && !isOfAnother(other) ? other : one;
  return new Refusal(reason, message, { checks, differences });
}

function countAs(
  name: string,
  bytes: Uint8Array,
  policy: Policy,
  required: Requirements,
  policyCase: PolicyCase | null,
  judge: Judge,
): Omit<Counted, 'bundle' | 'name'> {
  const signer = policy.signers.get(name);
  if (signer === undefined) throw new Refusal('policy/signer', `no signer ${name}`);
  const own = judge.apart(required.strict && !judge.has('policy-never-strict'));
  const signed = openAs(signer, bytes, required, own);
  checkCounts(signed, name, policy, required, own);
  const identity = judge.has('policy-certificates-counted-apart') ? signed.identity : signed.key;
  const revoked = policy.revokedDigests.includes(signed.statement.rootDigest ?? '');
  const isOther = revoked && judge.has('policy-revoked-digest-of-another-model');
  const root = signed.statement;
  if (policyCase === null || isOther) return { identity, revoked, root, report: EMPTY_REPORT };
  const report = compared(signed, required, policyCase, own);
  const isAlone = revoked && judge.has('policy-revoked-digest-of-one-bundle');
  if (isAlone) throw new Refusal('policy/revoked', 'the root digest');
  judge.warnings.push(...own.warnings);
  return { identity, revoked, root, report: { ...report, signer: signed.identity, attestations: [] } };
}

function compared(
  { statement, files }: ReturnType<typeof openAs>,
  required: Requirements,
  { model, inputs, bundle }: PolicyCase,
  judge: Judge,
): Omit<Report, 'signer' | 'attestations'> {
  const reports = required.unsignedFiles === 'report' && !judge.has('policy-unsigned-files-never-ignored');
  const follows = required.symlinks && !judge.has('policy-links-never-followed');
  const report = compareModel(
    statement,
    files,
    {
      model,
      bundle,
      read: () => Buffer.of(),
      inputs: {
        method: inputs.method,
        ignoreUnsignedFiles: reports || judge.has('policy-unsigned-files-always-ignored'),
        allowSymlinks: follows || judge.has('policy-links-always-followed'),
      },
    },
    judge,
  );
  checkIgnored(report.ignored, required, judge);
  return report;
}

function checkIgnored(ignored: readonly string[], { ignoredPaths }: Requirements, judge: Judge): void {
  const kept = judge.has('policy-ignored-paths-beside-default')
    ? ['.git', '.gitattributes', '.github', '.gitignore']
    : [];
  const allowed = judge.has('policy-default-paths-refused') ? [] : [...ignoredPaths, ...kept];
  const found = ignored.filter((path) => !allowed.some((each) => covers(each, path.replace(/\/$/, ''), judge)));
  const checks = ['policy-ignored-paths-unchecked', 'policy-ignored-paths-beside-default'] as const;
  if (found.length > 0 && !judge.has('policy-ignored-paths-unchecked')) {
    throw new Refusal('model/ignored-files', found.join(), { checks });
  }
}
