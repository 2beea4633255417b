import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { Vector } from '../vectors/vector.ts';
import { isAttestationName } from './attestation-names.ts';
import { DRAFT_PREDICATE_TYPE, draftRootDigest, readAnnotations } from './draft.ts';
import { publicKeyOf } from './ecdsa.ts';
import { compareCodePoints } from './encoding.ts';
import { Judge, Refusal } from './judgement.ts';
import { canonicalPath, findToSign, listModel, refuseUnsignable } from './list.ts';
import { refuseUnasked } from './ml-dsa.ts';
import { GIT_PATHS } from './names.ts';
import { bundleOf, keyMaterial } from './sign-bundle.ts';
import { chainMaterial, chainToSign } from './sign-certificate.ts';
import { changedResources, type Has, inOrder, rootOf } from './sign-resources.ts';
import type { ProducerDefect } from './signer-defects.ts';
import type { Defect } from './verifier-defects.ts';

type Read = (file: string) => Buffer;

/** The result of signing: a bundle, or the reason for refusing. */
export type Signing =
  | { readonly bundle: Buffer }
  | { readonly refusal: Refusal /** A file that a defective program leaves behind. */; readonly leftBehind?: Buffer };

/**
 * Signs a vector's model with a key, or with a certificate and its key, as sections 2 to 11 say, or as a program with these defects would. It tests that the
 * vectors and the judge of signatures find every defect.
 */
export function signVector(vector: Vector, read: Read, defects: ReadonlySet<Defect | ProducerDefect>): Signing {
  const has: Has = (defect) => defects.has(defect);
  const judge = new Judge(defects);
  try {
    const key = createPrivateKey(read(vector.inputs.privateKey ?? ''));
    const { hint, hash } = publicKeyOf(createPublicKey(key), judge);
    if (!has('signs-by-ml-dsa-unasked')) refuseUnasked(key, vector.inputs, judge);
    const payload = Buffer.from(JSON.stringify(statementOf(vector, judge, has)));
    return { bundle: bundleOf(key, hash, materialOf(vector, key, hint, { read, judge, has }), payload, has) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { refusal: error, ...(has('leaves-a-partial-file') ? { leftBehind: Buffer.of() } : {}) };
  }
}

function materialOf(
  { inputs }: Vector,
  key: KeyObject,
  hint: string,
  { read, judge, has }: { readonly read: Read; readonly judge: Judge; readonly has: Has },
): object {
  if (inputs.method !== 'certificate') return keyMaterial(key, hint, has);
  return chainMaterial(chainToSign(key, { inputs, read }, judge, has), has);
}

function statementOf(asked: Vector, judge: Judge, has: Has): object {
  const draft = asked.inputs.draft !== undefined;
  const vector = draft ? withLinksRefused(asked, has) : asked;
  const { inputs } = vector;
  if (!has('signs-any-annotations')) readAnnotations(inputs.annotations, judge);
  const { shards, shardSize, hashType } = methodOf(inputs, has);
  const found = findToSign(vector, judge, has);
  const { subject, resources } = listModel(
    vector,
    shards ? shardSize : null,
    has('hashes-by-another-algorithm') ? 'blake3' : hashType,
    judge,
    has,
  );
  const listed = changedResources(
    resources.map((each) => ({ ...each, algorithm: hashType })),
    found,
    shardSize,
    shards,
    has,
  );
  if (!has('signs-nothing')) refuseUnsignable(found, listed.length);
  const sorted = inOrder(listed, has);
  const root = draft ? draftRootDigest(hashType, sorted, judge) : rootOf(sorted, hashType, has);
  const signatureName = found.singleFile ? null : found.signatureName;
  return {
    ...statementTypeOf(has),
    subject: draft
      ? draftSubjectsOf(subject, vector, { root, published: rootOf(sorted, hashType, has) }, has)
      : subjectsOf(subject, vector, digestsOf(root, has), has),
    predicateType: predicateTypeOf(draft, has),
    predicate: {
      ...(has('writes-no-serialization')
        ? {}
        : {
            serialization: serializationOf(
              vector,
              { shards, shardSize, hashType, signatureName, singleFile: found.singleFile },
              has,
            ),
          }),
      resources: sorted,
      ...(has('writes-unknown-members') ? { created: '2020-01-01' } : {}),
      ...annotationsOf(inputs, has),
      ...(draft && has('writes-extensions-unasked') ? { extensions: ['urn:example:other'] } : {}),
    },
  };
}

/** In the draft no links are followed, or a defective program follows them in one of these ways. */
function withLinksRefused(vector: Vector, has: Has): Vector {
  const { inputs } = vector;
  if (!inputs.allowSymlinks || has('draft-links-followed') || has('draft-links-recorded')) return vector;
  if (!has('draft-links-request-ignored')) throw new Refusal('model/symlink', 'links are to be followed');
  return { ...vector, inputs: { ...inputs, allowSymlinks: false } };
}

function methodOf(inputs: Vector['inputs'], has: Has): Pick<Options, 'shards' | 'shardSize' | 'hashType'> {
  const { serialization, shardSize, hashAlgorithm = 'sha256' } = inputs;
  return {
    shards: serialization === 'shards' || (serialization === undefined && shardSize !== undefined),
    shardSize: shardSize ?? (has('writes-another-default-shard-size') ? 1_048_576 : 1_000_000_000),
    hashType: hashAlgorithm,
  };
}

function statementTypeOf(has: Has): { _type?: string } {
  if (has('writes-no-statement-type')) return {};
  return { _type: `https://in-toto.io/Statement/${has('writes-old-statement-type') ? 'v0.1' : 'v1'}` };
}

function predicateTypeOf(draft: boolean, has: Has): string {
  if (has('writes-old-predicate-type')) return 'https://model_signing/Digests/v0.1';
  const published = !draft || has('writes-published-type-in-draft');
  return published ? 'https://model_signing/signature/v1.0' : DRAFT_PREDICATE_TYPE;
}

function annotationsOf({ annotations }: Vector['inputs'], has: Has): object {
  if (annotations === undefined || has('writes-no-annotations')) return {};
  if (!has('trims-annotations')) return { annotations };
  return { annotations: Object.fromEntries(Object.entries(annotations).map(([key, value]) => [key, value.trim()])) };
}

function digestsOf(root: string, has: Has): object {
  return { [has('root-under-another-name') ? 'sha-256' : 'sha256']: root };
}

/** The two subjects of the draft, that of version 1.0 first. */
function draftSubjectsOf(
  name: string,
  vector: Vector,
  { root, published }: { readonly root: string; readonly published: string },
  has: Has,
): object[] {
  const subject = (digest: object, predicateType: string) => {
    const annotations = { modelSigning: { digest: 'root', predicateType } };
    const [named] = subjectsOf(name, vector, digest, has);
    return { ...named, ...(has('draft-subject-domains-missing') ? {} : { annotations }) };
  };
  const first = digestsOf(has('draft-writes-its-root-twice') ? root : published, has);
  const second = { ...digestsOf(root, has), ...(has('writes-published-root-beside') ? { 'oms-1.0': published } : {}) };
  const both = [subject(first, 'https://model_signing/signature/v1.0'), subject(second, DRAFT_PREDICATE_TYPE)];
  if (has('draft-writes-one-subject')) return both.slice(1);
  return has('draft-subjects-swapped') ? both.toReversed() : both;
}

function subjectsOf(name: string, vector: Vector, digest: object, has: Has): object[] {
  const path = vector.model.path ?? vector.model.name;
  const named = has('subject-always-model')
    ? 'model'
    : has('subject-is-the-path')
      ? `/srv/${path}`
      : has('subject-from-path-text')
        ? (path.split('/').at(-1) as string)
        : has('subject-without-extension')
          ? name.replace(/\.[^.]*$/, '')
          : has('subject-is-the-target')
            ? vector.model.name
            : name;
  const subject = { name: named, digest };
  return has('writes-two-subjects') ? [subject, subject] : [subject];
}

interface Options {
  readonly shards: boolean;
  readonly shardSize: number;
  readonly hashType: string;
  readonly signatureName: string | null;
  readonly singleFile: boolean;
}

function serializationOf({ inputs }: Vector, options: Options, has: Has): object {
  const { shards, shardSize, hashType, signatureName } = options;
  const size = has('writes-shard-size-as-text') ? String(shardSize) : shardSize;
  const writesSize = shards ? !has('writes-no-shard-size') : has('writes-shard-size-with-files');
  const links = (inputs.allowSymlinks ?? false) && !has('draft-links-followed');
  const said = has('says-links-were-followed') ? true : has('says-no-links-were-followed') ? false : links;
  return {
    ...(has('writes-no-method') ? {} : { method: shards ? 'shards' : 'files' }),
    ...(has('writes-no-hash-type')
      ? {}
      : { hash_type: has('writes-upper-case-hash-type') ? hashType.toUpperCase() : hashType }),
    ...(writesSize ? { shard_size: size } : {}),
    ...(has('writes-no-links-flag') ? {} : { allow_symlinks: has('writes-links-flag-as-text') ? String(said) : said }),
    ...(has('writes-no-exclusions') ? {} : { ignore_paths: exclusionsOf(inputs, signatureName, has) }),
    ...exclusionRule(inputs, options.singleFile, has),
  };
}

/** What a signer writes who is asked to leave out attestation files. */
function exclusionRule({ draft, excludeAttestations }: Vector['inputs'], singleFile: boolean, has: Has): object {
  if (draft === undefined || has('writes-no-exclude-attestations')) return {};
  const asked = excludeAttestations === true || has('writes-exclude-attestations-unasked');
  return asked && !singleFile ? { exclude_attestations: true } : {};
}

/** Whether the signature file is recognised by what it holds, so that its name is not recorded. */
function isRecognised({ excludeAttestations }: Vector['inputs'], name: string, has: Has): boolean {
  return excludeAttestations === true && isAttestationName(name) && !has('records-the-excluded-signature');
}

function exclusionsOf(inputs: Vector['inputs'], signatureName: string | null, has: Has): string[] {
  const callers = inputs.ignorePaths ?? [];
  const spelled = has('records-as-spelled') ? callers : callers.map(canonicalPath);
  const recorded = has('records-absolute-paths') ? spelled.map((path) => `/srv/model/${path}`) : spelled;
  const recordable = recorded.filter((path) => has('records-wildcards') || !/[*?[]/.test(path));
  const inside = recordable.filter((path) => has('records-paths-outside') || !path.startsWith('..'));
  const signature =
    signatureName === null ||
    (/[*?[]/.test(signatureName) && !has('records-wildcards')) ||
    has('records-no-signature-file') ||
    isRecognised(inputs, signatureName, has)
      ? []
      : [signatureName];
  const git = (inputs.ignoreGitPaths ?? true) && !has('records-no-defaults') ? GIT_PATHS : [];
  const outside = signatureName === null && has('records-a-signature-outside') ? ['../model.sig'] : [];
  const all = [...signature, ...outside, ...inside, ...git];
  return has('records-unsorted') ? all : [...new Set(all)].sort(compareCodePoints);
}
