import type { Annotations, VectorInputs } from '../vectors/vector.ts';
import { leaveOutAttestations } from './attestation-files.ts';
import { isAttestationName } from './attestation-names.ts';
import { judgeAttestations } from './attestations.ts';
import { type ParsedBundle, readBundle } from './bundle.ts';
import { readAll, signerCertificate, type Trust } from './certificate.ts';
import { compareFiles } from './compare-files.ts';
import { enumerate, type Found } from './enumerate.ts';
import { type Difference, EMPTY_REPORT, Judge, type Judgement, Refusal } from './judgement.ts';
import { canonicalPath, unusableChecks } from './list.ts';
import { checkLogged } from './log.ts';
import { checkManifest, type SignedFile } from './manifest.ts';
import { keepNamed, namedFiles, withNamedAlone } from './named-files.ts';
import { covers, GIT_PATHS, isGitPath } from './names.ts';
import { compareOciManifest } from './oci-manifest.ts';
import { openSigner } from './open-signer.ts';
import { openedByName } from './opened.ts';
import { coveredInGitignore } from './patterns.ts';
import { checkRange } from './side-file.ts';
import { looksHistorical, readStatement, type Serialization, type Statement } from './statement.ts';
import { withSubManifests } from './sub-manifests.ts';
import { verifiedTimes } from './timestamp.ts';
import type { Defect } from './verifier-defects.ts';
import type { VerifyCase } from './verify-case.ts';
import { putFile, workspaceOf } from './workspace.ts';

const NO_DEFECTS: ReadonlySet<Defect> = new Set();

/** Verifies as section 13 says, or as a program with these defects would. */
export function judgeVerification(verifyCase: VerifyCase, defects: ReadonlySet<Defect> = NO_DEFECTS): Judgement {
  const judge = new Judge(defects, verifyCase.inputs.strict);
  try {
    const bundle = readBundle(verifyCase.bundle, judge);
    const { statement, signer } = openBundle(bundle, verifyCase, judge);
    const part = verifyCase.inputs.only !== undefined && judge.has('manifest-of-named-files-alone');
    const files = checkManifest(part ? withNamedAlone(statement, verifyCase.inputs) : statement, judge);
    const { range } = verifyCase.inputs;
    if (range !== undefined) {
      checkRange(statement.serialization, files, verifyCase, judge);
      const { rootDigest } = statement;
      const verdict = judge.has('range-called-verified') ? 'verified' : 'partial';
      return { outcome: 'accept', warnings: judge.warnings, report: { ...EMPTY_REPORT, rootDigest, verdict, signer } };
    }
    const whole = withSubManifests(statement, files, verifyCase, judge);
    const report = compareModel(whole.statement, whole.files, verifyCase, judge);
    const attestations = judgeAttestations(verifyCase, statement, judge);
    return { outcome: 'accept', warnings: judge.warnings, report: { ...report, signer, attestations } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { reason, message, differences, checks } = error;
    return { outcome: 'reject', reason, message, differences, checks };
  }
}

/** Opens a bundle with what the caller trusts: the steps before the manifest. */
export function openBundle(
  bundle: ParsedBundle,
  verifyCase: VerifyCase,
  judge: Judge,
): { statement: Statement; signer: string } {
  const { inputs } = verifyCase;
  const draft = inputs.draft !== undefined;
  const readable = { draft, ...(inputs.extensions && { extensions: inputs.extensions }) };
  if (judge.has('statement-before-signature')) readStatement(bundle.payload, { historical: false, ...readable }, judge);
  const opened = openSigner(bundle, verifyCase, judge);
  if (inputs.method === 'key') checkKeyTimestamps(bundle, verifyCase, judge);
  const signer = inputs.method === 'key' ? opened.signer : () => signerCertificate(bundle, judge).whole;
  checkLogged(bundle, signer, verifyCase, judge);
  const unread = judge.has('signature-never-checked') && looksHistorical(bundle.payload);
  return {
    statement: readStatement(bundle.payload, { historical: opened.historical || unread, ...readable }, judge),
    signer: opened.signer,
  };
}

/** The timestamps of a key count for a caller who names authorities for them: OMS-KEYLOG-12. */
function checkKeyTimestamps(bundle: ParsedBundle, trust: Trust, judge: Judge): void {
  const roots = readAll(trust.inputs.timestampRoots ?? [], trust);
  if (roots.length === 0 || judge.has('key-timestamps-unchecked')) return;
  const times = verifiedTimes(bundle, roots, [], judge);
  if (times.length > 0 || !judge.has('key-timestamps-required')) return;
  throw new Refusal('signer/timestamp-invalid', 'no timestamp');
}

type Comparison = Omit<Extract<Judgement, { outcome: 'accept' }>['report'], 'signer' | 'attestations'>;

/** Compares a model with what was signed: the last step. */
export function compareModel(
  { serialization, resources, rootDigest, annotations }: Statement,
  files: ReadonlyMap<string, SignedFile>,
  { model, inputs, carriedOver = [] }: VerifyCase,
  judge: Judge,
): Comparison {
  const workspace = workspaceOf(model);
  const signature = inputs.signature ?? `${model.name}.sig`;
  putFile(workspace, signature);
  if (judge.has('annotation-refuses') && annotations['org.example.revoked'] === 'true') {
    throw new Refusal('manifest/annotations-invalid', 'it says so itself');
  }
  const excluded = withDefects(exclusionsOf(serialization, inputs, judge), annotations, carriedOver, judge);
  const meant = namedFiles([...files.keys()], inputs, judge);
  const named = judge.has('rest-compared-too') ? null : meant;
  const dropped = (name: string) =>
    (judge.has('excluded-resources-dropped') && excluded(name)) ||
    (named !== null && !named.has(name)) ||
    (judge.has('attestation-files-hide-listed') && serialization.excludeAttestations && isAttestationName(name));
  const listed = [...files.keys()].filter((name) => !dropped(name));
  const needed = (name: string) =>
    !judge.has('exclusion-hides-listed') && listed.some((path) => path === name || path.startsWith(`${name}/`));
  const options = {
    follow: followsLinks(serialization, inputs, judge),
    external: inputs.allowExternalSymlinks ?? false,
    excludes: (name: string) => excluded(name) && !needed(name),
    signature,
  };
  const found = enumerate(workspace, model.path ?? model.name, options, judge);
  if (named !== null) keepNamed(found, named);
  else leaveOutAttestations(found, serialization, (name) => files.has(name), judge);
  const accepted = acceptUnusable(found, listed, inputs, judge);
  const through = judge.has('opens-through-links') ? listed.filter((name) => !found.files.has(name)) : [];
  const opened = openedByName(workspace, model.path ?? model.name, listed, through);
  for (const [name, content] of opened) if (content !== null) found.files.set(name, content);
  const listedFiles = new Map([...files].filter(([name]) => opened.get(name) !== null && !dropped(name)));
  const signedFiles = withSingleFileName(listedFiles, found, judge);
  const compared = inputs.ociManifest
    ? compareOciManifest(model, signedFiles, serialization, inputs, excluded, judge)
    : { ...compareFiles(signedFiles, found, serialization, inputs, judge), excluded: found.excluded };
  const { differences, unsigned, advertised } = compared;
  if (differences.length > 0) throw refusalOf(differences, found.files.size === 0 && named === null, judge);
  return {
    ignored: judge.has('ignored-not-reported') ? [] : compared.excluded.toSorted(),
    unsigned: judge.has('unsigned-not-reported') ? [] : [...unsigned, ...accepted].sort(),
    externalLinks: found.externalLinks.sort(),
    rootDigest: judge.has('root-digest-not-reported') ? null : rootDigest,
    resources: resources.length,
    annotations: judge.has('annotations-not-reported') ? {} : annotations,
    ...verdictOf(advertised, files.size - listed.length, inputs, judge),
    counted: [],
    enforced: true,
  };
}

/** What an acceptance says: the weakest fact decides (section 13.2). */
function verdictOf(
  advertised: readonly string[],
  leftOut: number,
  inputs: VectorInputs,
  judge: Judge,
): Pick<Comparison, 'verdict' | 'advertised' | 'unchecked'> {
  const isPart = inputs.only !== undefined && !(judge.has('verified-once-all-are-named') && leftOut === 0);
  const asked = judge.has('advertised-whenever-asked') && inputs.lfsPointers === true;
  const isStated = (advertised.length > 0 || asked) && !judge.has('advertised-called-verified');
  const partFirst = isPart && judge.has('partial-whenever-named');
  const partial = isPart && !judge.has('partial-called-verified') ? 'partial' : 'verified';
  return {
    verdict: isStated && !partFirst ? 'advertised' : partial,
    advertised: judge.has('advertised-not-reported') ? [] : [...advertised].sort(),
    unchecked: judge.has('left-out-not-counted') ? 0 : leftOut,
  };
}

/** The exclusions of a defective program that also takes some from an annotation or from an earlier verification. */
function withDefects(
  excluded: (name: string) => boolean,
  annotations: Annotations,
  carriedOver: readonly string[],
  judge: Judge,
): (name: string) => boolean {
  const named = judge.has('annotation-excludes') ? annotations['org.example.ignore'] : undefined;
  const kept = judge.has('exclusions-carried-over') ? carriedOver.map(canonicalPath) : [];
  return (name) => name === named || excluded(name) || kept.some((path) => covers(path, name, judge));
}

const checksOf = {
  modified: ['content-not-compared', 'appended-accepted', 'shards-beyond-the-end-passed'],
  missing: ['missing-accepted'],
  unsigned: ['unsigned-accepted', 'unsigned-empty-accepted', 'unsigned-copies-accepted'],
} as const;

function refusalOf(all: readonly Difference[], empty: boolean, judge: Judge): Refusal {
  const { kind, path } = all[0] as Difference;
  const differences = judge.has('first-difference-only') ? all.slice(0, 1) : [...all];
  const checks = checksOf[kind];
  return new Refusal(empty ? 'model/empty' : `model/${kind}`, path, { differences, checks });
}

function exclusionsOf(serialization: Serialization, inputs: VectorInputs, judge: Judge): (name: string) => boolean {
  const forgotten = serialization.recorded && judge.has('git-paths-forgotten-when-recorded');
  const asked = (inputs.ignoreGitPaths ?? true) || judge.has('git-paths-always-excluded');
  const git = asked && !forgotten && !judge.has('git-paths-not-excluded');
  const recorded = judge.has('recorded-paths-not-excluded') ? [] : serialization.ignorePaths;
  const paths = [...recorded, ...(judge.has('caller-paths-not-excluded') ? [] : (inputs.ignorePaths ?? []))];
  const onlyCallers = judge.has('caller-paths-replace-recorded') && inputs.ignorePaths ? inputs.ignorePaths : paths;
  if (judge.has('exclusions-as-in-gitignore'))
    return (name) => coveredInGitignore([...GIT_PATHS, ...onlyCallers], name);
  return (name) =>
    (git && isGitPath(name, judge)) || onlyCallers.some((path) => covers(canonicalPath(path), name, judge));
}

function followsLinks(serialization: Serialization, inputs: VectorInputs, judge: Judge): boolean {
  const signer = judge.has('links-by-the-caller-alone') || serialization.allowSymlinks;
  const caller = judge.has('links-by-the-manifest-alone') || (inputs.allowSymlinks ?? false);
  return signer && caller;
}

/** Entries that cannot be compared: refused, unless unsigned files are ignored and nothing listed is at or below them. */
function acceptUnusable(found: Found, listed: readonly string[], inputs: VectorInputs, judge: Judge): string[] {
  for (const { name, reason } of found.unusable) {
    const holds = listed.some((path) => path === name || path.startsWith(`${name}/`));
    const ignorable = inputs.ignoreUnsignedFiles === true && !judge.has('unusable-entries-never-ignored');
    const opensAnyway = holds && reason === 'model/symlink' && judge.has('opens-through-links');
    if (opensAnyway) continue;
    if (!ignorable || holds) throw new Refusal(reason, name, { checks: unusableChecks(reason) });
  }
  return found.unusable.map(({ name }) => name);
}

/** Replaces the "." of older signers by the name of the file. */
function withSingleFileName(
  files: ReadonlyMap<string, SignedFile>,
  found: Found,
  judge: Judge,
): Map<string, SignedFile> {
  const signed = files.get('.');
  if (signed === undefined || (files.size > 1 && judge.has('dot-among-others'))) {
    return new Map([...files].filter(([name]) => name !== '.'));
  }
  judge.refuseIf(!found.singleFile, 'dot-means-any-file', 'manifest/name-invalid', '"." of a directory');
  if (judge.has('dot-refused')) throw new Refusal('manifest/name-invalid', '.');
  judge.warn('manifest/single-file-name', 'dot-without-warning');
  const [name = ''] = [...found.files.keys()];
  return new Map([[name, signed]]);
}
