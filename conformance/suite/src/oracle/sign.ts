import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { Vector } from '../vectors/vector.ts';
import { DRAFT_PREDICATE_TYPE, draftRootDigest, readAnnotations } from './draft.ts';
import { publicKeyOf } from './ecdsa.ts';
import { compareCodePoints } from './encoding.ts';
import { historicalText } from './historical.ts';
import { Judge, Refusal } from './judgement.ts';
import { canonicalPath, findToSign, listModel, refuseUnsignable } from './list.ts';
import { GIT_PATHS } from './names.ts';
import { preAuthenticationEncoding } from './pae.ts';
import type { ProducerDefect } from './signer-defects.ts';
import type { Defect } from './verifier-defects.ts';

type Read = (file: string) => Buffer;
type Has = (defect: ProducerDefect) => boolean;

/** What signing gives: a bundle, or a reason not to make one. */
export type Signing =
  | { readonly bundle: Buffer }
  | { readonly refusal: Refusal /** A file that a defective program leaves. */; readonly leftBehind?: Buffer };

/**
 * Signs a vector's model with a key, as sections 2 to 11 say; with defects, as a program would that has them. It is there
 * to show that the vectors and the judge of what is signed tell right from wrong.
 */
export function signVector(vector: Vector, read: Read, defects: ReadonlySet<Defect | ProducerDefect>): Signing {
  const has: Has = (defect) => defects.has(defect);
  const judge = new Judge(defects);
  try {
    const key = createPrivateKey(read(vector.inputs.privateKey ?? ''));
    const { hint, hash } = publicKeyOf(createPublicKey(key), judge);
    const payload = Buffer.from(JSON.stringify(statementOf(vector, judge, has)));
    return { bundle: bundleOf(key, hint, hash, payload, has) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { refusal: error, ...(has('leaves-a-partial-file') ? { leftBehind: Buffer.of() } : {}) };
  }
}

interface Listed {
  name: string;
  digest: string;
  algorithm?: string;
}

function statementOf(vector: Vector, judge: Judge, has: Has): object {
  const { inputs } = vector;
  const draft = inputs.draft !== undefined;
  if (!has('signs-any-annotations')) readAnnotations(inputs.annotations, judge);
  const shards =
    inputs.serialization === 'shards' || (inputs.serialization === undefined && inputs.shardSize !== undefined);
  const shardSize = inputs.shardSize ?? (has('writes-another-default-shard-size') ? 1_048_576 : 1_000_000_000);
  const hashType = inputs.hashAlgorithm ?? 'sha256';
  const found = findToSign(vector, judge);
  const { subject, resources } = listModel(
    vector,
    shards ? shardSize : null,
    has('hashes-by-another-algorithm') ? 'blake3' : hashType,
    judge,
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
    ...(has('writes-no-statement-type')
      ? {}
      : {
          _type: has('writes-old-statement-type')
            ? 'https://in-toto.io/Statement/v0.1'
            : 'https://in-toto.io/Statement/v1',
        }),
    subject: subjectsOf(subject, vector, digestsOf(root, sorted, hashType, draft, has), has),
    predicateType: predicateTypeOf(draft, has),
    predicate: {
      ...(has('writes-no-serialization')
        ? {}
        : { serialization: serializationOf(vector, { shards, shardSize, hashType, signatureName }, has) }),
      resources: sorted,
      ...(has('writes-unknown-members') ? { created: '2020-01-01' } : {}),
      ...annotationsOf(inputs, has),
    },
  };
}

function changedResources(
  resources: Listed[],
  found: ReturnType<typeof findToSign>,
  shardSize: number,
  shards: boolean,
  has: Has,
): Listed[] {
  let listed = resources;
  const rename = (edit: (name: string) => string) => listed.map((each) => ({ ...each, name: edit(each.name) }));
  const digests = (edit: (digest: string) => string) => listed.map((each) => ({ ...each, digest: edit(each.digest) }));
  if (has('lists-absolute-names')) listed = rename((name) => `/${name}`);
  if (has('lists-dotted-names')) listed = rename((name) => `./${name}`);
  if (has('lists-backslashes')) listed = rename((name) => name.replaceAll('/', '\\'));
  if (has('lists-slashes-for-backslashes')) listed = rename((name) => name.replaceAll('\\', '/'));
  if (has('lists-normalised-names')) listed = rename((name) => name.normalize('NFC'));
  if (has('lists-lower-case-names')) listed = rename((name) => name.toLowerCase());
  if (has('lists-basenames')) listed = rename((name) => name.slice(name.lastIndexOf('/') + 1));
  if (has('lists-with-the-model-name')) listed = rename((name) => `${found.basename}/${name}`);
  if (has('lists-dot-for-single-file') && found.singleFile) listed = rename(() => '.');
  if (has('lists-a-name-twice')) listed = listed.flatMap((each) => [each, { ...each }]);
  if (has('lists-directories')) listed = [...listed, ...directoriesOf(listed)];
  if (has('lists-no-empty-files')) listed = listed.filter(({ digest }) => !digest.startsWith('e3b0c442'));
  if (has('lists-equal-contents-once'))
    listed = listed.filter(({ digest }, i) => listed.findIndex((e) => e.digest === digest) === i);
  if (has('writes-upper-case-digests')) listed = digests((digest) => digest.toUpperCase());
  if (has('writes-short-digests')) listed = digests((digest) => digest.slice(0, 40));
  if (has('writes-prefixed-digests')) listed = digests((digest) => `sha256:${digest}`);
  if (has('writes-algorithm-suffix') && shards)
    listed = listed.map((e) => ({ ...e, algorithm: `${e.algorithm}-sharded-${shardSize}` }));
  if (has('writes-upper-case-algorithm'))
    listed = listed.map((e) => ({ ...e, algorithm: `${e.algorithm}`.toUpperCase() }));
  if (has('writes-sha256-for-any-algorithm')) listed = listed.map((e) => ({ ...e, algorithm: 'sha256' }));
  if (has('forgets-the-last-file')) listed = listed.slice(0, -1);
  if (has('writes-sizes')) listed = listed.map((each) => ({ ...each, size: 1 }));
  if (has('writes-no-algorithm')) listed = listed.map(({ name, digest }) => ({ name, digest }));
  if (shards) listed = changedShards(listed, found, has);
  return listed;
}

function directoriesOf(listed: readonly Listed[]): Listed[] {
  const names = new Set(
    listed.flatMap(({ name }) => (name.includes('/') ? [name.slice(0, name.lastIndexOf('/'))] : [])),
  );
  const digest = createHash('sha256').digest('hex');
  return [...names].map((name) => ({ name, digest, algorithm: 'sha256' }));
}

function changedShards(listed: Listed[], found: ReturnType<typeof findToSign>, has: Has): Listed[] {
  if (has('shard-ends-included')) {
    return listed.map((each) => ({
      ...each,
      name: each.name.replace(/:(\d+)$/, (_all, end: string) => `:${Number(end) - 1}`),
    }));
  }
  if (has('shard-numbers-padded'))
    return listed.map((each) => ({ ...each, name: each.name.replace(/:(\d+):/, ':0$1:') }));
  if (has('shards-in-hexadecimal')) {
    const hex = (_all: string, ...numbers: string[]) =>
      `:${numbers
        .slice(0, 2)
        .map((n) => Number(n).toString(16))
        .join(':')}`;
    return listed.map((each) => ({ ...each, name: each.name.replace(/:(\d+):(\d+)$/, hex) }));
  }
  if (has('shards-by-index')) {
    return listed.map((each) => ({ ...each, name: each.name.replace(/:(\d+):(\d+)$/, ':$2:$1') }));
  }
  if (has('last-shard-missing')) {
    return listed.filter(({ name }) => !name.startsWith('a.bin:8:'));
  }
  if (has('empty-files-as-shards')) {
    const digest = createHash('sha256').digest('hex');
    const shown = new Set(listed.map(({ name }) => name.replace(/:\d+:\d+$/, '')));
    const empty = [...found.files.keys()].filter((name) => !shown.has(name));
    return [...listed, ...empty.map((name) => ({ name: `${name}:0:0`, digest, algorithm: 'sha256' }))];
  }
  return listed;
}

function inOrder(listed: Listed[], has: Has): Listed[] {
  const by = (compare: (a: string, b: string) => number) => [...listed].sort((a, b) => compare(a.name, b.name));
  if (has('orders-by-utf16')) return by((a, b) => (a < b ? -1 : 1));
  if (has('orders-by-components'))
    return by((a, b) => compareCodePoints(a.replaceAll('/', '\0'), b.replaceAll('/', '\0')));
  if (has('orders-without-case')) return by((a, b) => compareCodePoints(a.toLowerCase(), b.toLowerCase()));
  if (has('orders-by-locale')) return by((a, b) => a.localeCompare(b, 'en'));
  if (has('orders-by-number')) return by((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  if (has('orders-by-digest')) return [...listed].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  if (has('orders-backwards')) return by((a, b) => compareCodePoints(b, a));
  if (has('orders-shards-by-number')) return by(byShard);
  return by(compareCodePoints);
}

function byShard(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => /^(.*):(\d+):(\d+)$/.exec(name) ?? [name, name, '0']);
  return compareCodePoints(left?.[1] ?? '', right?.[1] ?? '') || Number(left?.[2]) - Number(right?.[2]);
}

function rootOf(listed: readonly Listed[], hashType: string, has: Has): string {
  const hash = createHash(has('root-by-the-hash-type') && hashType === 'blake2b' ? 'blake2b512' : 'sha256');
  const sorted = has('root-of-sorted-digests') ? [...listed].sort((a, b) => (a.digest < b.digest ? -1 : 1)) : listed;
  for (const { name, digest } of sorted) {
    if (has('root-binds-names')) hash.update(name);
    hash.update(has('root-over-hexadecimal') ? digest : Buffer.from(digest.toLowerCase(), 'hex'));
  }
  const root = hash.digest('hex');
  return has('root-in-capitals') ? root.toUpperCase() : root;
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

function digestsOf(root: string, listed: readonly Listed[], hashType: string, draft: boolean, has: Has): object {
  if (has('root-under-another-name')) return { 'sha-256': root };
  const beside = draft && has('writes-published-root-beside');
  return { sha256: root, ...(beside ? { 'oms-1.0': rootOf(listed, hashType, has) } : {}) };
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
}

function serializationOf({ inputs }: Vector, options: Options, has: Has): object {
  const { shards, shardSize, hashType, signatureName } = options;
  const size = has('writes-shard-size-as-text') ? String(shardSize) : shardSize;
  const writesSize = shards ? !has('writes-no-shard-size') : has('writes-shard-size-with-files');
  const links = inputs.allowSymlinks ?? false;
  const said = has('says-links-were-followed') ? true : has('says-no-links-were-followed') ? false : links;
  return {
    ...(has('writes-no-method') ? {} : { method: shards ? 'shards' : 'files' }),
    ...(has('writes-no-hash-type')
      ? {}
      : { hash_type: has('writes-upper-case-hash-type') ? hashType.toUpperCase() : hashType }),
    ...(writesSize ? { shard_size: size } : {}),
    ...(has('writes-no-links-flag') ? {} : { allow_symlinks: has('writes-links-flag-as-text') ? String(said) : said }),
    ...(has('writes-no-exclusions') ? {} : { ignore_paths: exclusionsOf(inputs, signatureName, has) }),
  };
}

function exclusionsOf(inputs: Vector['inputs'], signatureName: string | null, has: Has): string[] {
  const callers = inputs.ignorePaths ?? [];
  const spelled = has('records-as-spelled') ? callers : callers.map(canonicalPath);
  const recorded = has('records-absolute-paths') ? spelled.map((path) => `/srv/model/${path}`) : spelled;
  const recordable = recorded.filter((path) => has('records-wildcards') || !/[*?[\]]/.test(path));
  const inside = recordable.filter((path) => has('records-paths-outside') || !path.startsWith('..'));
  const signature =
    signatureName === null || /[*?[\]]/.test(signatureName) || has('records-no-signature-file') ? [] : [signatureName];
  const git = (inputs.ignoreGitPaths ?? true) && !has('records-no-defaults') ? GIT_PATHS : [];
  const all = [...signature, ...inside, ...git];
  return has('records-unsorted') ? all : [...new Set(all)].sort(compareCodePoints);
}

function bundleOf(key: KeyObject, hint: string, hash: string, payload: Buffer, has: Has): Buffer {
  const payloadType = has('writes-another-payload-type') ? 'application/json' : 'application/vnd.in-toto+json';
  const message = has('signs-payload-alone') ? payload : signedText(payloadType, payload, has);
  const encoding = has('writes-raw-signature') ? 'ieee-p1363' : 'der';
  const digest = has('signs-with-sha256') ? 'sha256' : has('signs-with-sha512') ? 'sha512' : hash;
  const signature = sign(digest, message, { key, dsaEncoding: encoding });
  const encode = (bytes: Buffer) => encoded(bytes, has);
  const one = { sig: encode(signature), ...keyIdOf(hint, has) };
  const envelope = {
    payload: encode(payload),
    payloadType,
    signatures: has('writes-two-signatures') ? [one, one] : [one],
  };
  const bundle = {
    mediaType: mediaTypeOf(has),
    verificationMaterial: materialOf(key, hint, has),
    dsseEnvelope: envelope,
    ...(has('writes-unknown-bundle-members') ? { created: '2020-01-01' } : {}),
  };
  const text = JSON.stringify(has('writes-bundle-in-array') ? [bundle] : bundle);
  return Buffer.from(has('writes-bom') ? `\ufeff${text}` : has('writes-two-lines') ? `${text}\n${text}` : text);
}

function signedText(payloadType: string, payload: Buffer, has: Has): Buffer {
  if (has('signs-old-text')) return historicalText(payloadType, payload);
  if (has('signs-base64')) return preAuthenticationEncoding(payloadType, Buffer.from(payload.toString('base64')));
  return preAuthenticationEncoding(payloadType, payload, has('signs-lengths-in-characters') ? 'characters' : 'bytes');
}

function encoded(bytes: Buffer, has: Has): string {
  const text = bytes.toString('base64');
  if (has('writes-base64-url')) return bytes.toString('base64url');
  if (has('writes-base64-unpadded')) return text.replaceAll('=', '');
  return has('writes-base64-lines') ? text.replace(/.{76}/g, '$&\n') : text;
}

function keyIdOf(hint: string, has: Has): { keyid?: string | null } {
  if (has('writes-no-keyid')) return {};
  if (has('writes-keyid-null')) return { keyid: null };
  return { keyid: has('writes-hint-as-keyid') ? hint : '' };
}

function mediaTypeOf(has: Has): string {
  if (has('writes-older-media-type')) return 'application/vnd.dev.sigstore.bundle.v0.2+json';
  const type = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  return has('writes-media-type-with-parameter') ? `${type};charset=utf-8` : type;
}

function materialOf(key: KeyObject, hint: string, has: Has): object {
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const raw = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  const publicKey = has('writes-raw-bytes')
    ? { rawBytes: Buffer.from(raw).toString('base64') }
    : {
        hint: has('writes-hint-in-capitals') ? hint.toUpperCase() : hint,
        ...(has('writes-raw-bytes-too') ? { rawBytes: der.toString('base64') } : {}),
      };
  return {
    publicKey,
    ...(has('writes-no-log-entries') ? {} : { tlogEntries: has('writes-a-log-entry') ? [{}] : [] }),
    ...(has('writes-timestamps') ? { timestampVerificationData: {} } : {}),
    ...(has('writes-a-chain-too') ? { x509CertificateChain: { certificates: [] } } : {}),
  };
}
