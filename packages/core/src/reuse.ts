import { anObject, checkEach, type Rule, strings, withFunctions } from '@model-signing/x509/options';
import type { HashEngine, HashJob, HashOptions, PreparedEngine } from './engine.ts';
import { OmsError } from './format/errors.ts';
import type { Serialization } from './format/manifest/manifest.ts';
import { resourceName } from './format/manifest/manifest.ts';
import { plannedResource } from './format/manifest/plan.ts';
import { canonicalIgnorePath, PathSet } from './format/names.ts';
import { quote } from './format/text.ts';
import { type Audit, auditBudget, drawAudit } from './hashing/audit.ts';
import { checkHashed } from './hashing/listed.ts';
import { isWaitedFor, stopsByItself } from './hashing/own-engines.ts';
import type { FileLook, ReuseEvidence } from './hashing/reuse-evidence.ts';
import type { ModelFile } from './model.ts';
import { checkedSignature, type SignedManifest } from './open.ts';

export interface ReuseOptions {
  /**
   * The previous signature, as `openSignature` returned it for a verifier of the signer whose digests may be signed again. Default:
   * none, so that everything is hashed, and the evidence sees the files for the next time.
   */
  readonly previous?: SignedManifest | undefined;
  /** What says which files are unchanged since then. */
  readonly evidence: ReuseEvidence;
  /** What hashes the rest. */
  readonly engine: HashEngine;
  /** Canonical names that are hashed in any case, with everything below them. */
  readonly rehash?: readonly string[] | undefined;
  /** How much of what is unchanged is hashed again all the same, drawn at random. Default: a hundredth of its bytes. */
  readonly audit?: Audit | undefined;
}

/** What was hashed, and what was taken over. The bytes of the three are those of the model. */
export interface ReuseReport {
  /** Files of which some digest was taken over, and the bytes that were therefore not read. */
  readonly reused: { readonly files: number; readonly bytes: number };
  /** What was hashed because it is new or changed, or nothing says that it is not. Bytes are known only of the files looked at. */
  readonly hashed: { readonly resources: number };
  /** What is unchanged and was hashed all the same, with the signed digest as the result. */
  readonly audited: { readonly resources: number; readonly bytes: number };
  /** Why nothing could be taken over, although a previous signature was given; null if something could. */
  readonly refused: string | null;
}

/** An engine for one signing, and what it did. */
export interface Reuse {
  readonly engine: HashEngine;
  /** Complete once the model is signed; null before. */
  report(): ReuseReport | null;
}

const anAudit: Rule = {
  expected: '"none", or an object with a share of at most 1 or with a number of bytes',
  accepts(value) {
    if (value === 'none') return true;
    if (!anObject.accepts(value)) return false;
    const { share, bytes, ...others } = value as Record<string, unknown>;
    if (Object.keys(others).length > 0 || (share === undefined) === (bytes === undefined)) return false;
    return share === undefined
      ? Number.isSafeInteger(bytes) && (bytes as number) > 0
      : typeof share === 'number' && share > 0 && share <= 1;
  },
};

const rules = {
  previous: withFunctions(['checker', 'check']),
  evidence: withFunctions(['look', 'isStill']),
  engine: withFunctions(['hash'], ['prepare']),
  rehash: strings,
  audit: anAudit,
};

/** A hundredth of the bytes. */
const DEFAULT_AUDIT: Audit = { share: 0.01 };

/**
 * Makes an engine for one `signModel` that takes over the digests of a previous signature for files that are unchanged, and hashes all
 * others with another engine. Everything is hashed if the previous signature was made with another algorithm, method or shard size,
 * or with other rules for ignored files and links. Every verb other than `signModel` hashes everything, because a digest that was
 * taken over verifies nothing.
 *
 * While hashing, it throws `model/reuse-contradicted` if the audit finds other bytes in a file that is said to be unchanged, and
 * `model/changed` if such a file changes meanwhile.
 * @throws {TypeError} for a wrong option, and for a previous signature that `openSignature` did not return
 *
 * @example
 * const signer = keySigner({ privateKey: await readFile('key.pem') });
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const previous = await openSignature(await readFile('model.sig'), verifier);
 * const evidence = { bundle: null, look: async () => null, isStill: async () => false }; // knows of no file: all are hashed
 * const reuse = reuseDigests({ previous, evidence, engine: defaultEngine });
 * await signModel(localModel('my-model'), signer, { engine: reuse.engine });
 * console.log(reuse.report()?.refused);
 */
export function reuseDigests(options: ReuseOptions): Reuse {
  const checked = checkEach(options, rules, { required: ['evidence', 'engine'] });
  const reusing = new ReusingEngine(checked);
  const engine = isWaitedFor(checked.engine) ? stopsByItself(reusing) : reusing;
  return { engine, report: () => reusing.report };
}

/** The digests that were signed before, by the name of the resource. */
type Signed = ReadonlyMap<string, string>;

/** What is known of the jobs before any is hashed. */
interface Sorted {
  /** Those that are unchanged and whose digest was signed before. */
  readonly unchanged: readonly { readonly index: number; readonly bytes: number; readonly digest: string }[];
  readonly looks: ReadonlyMap<ModelFile, FileLook>;
}

class ReusingEngine implements HashEngine {
  report: ReuseReport | null = null;
  readonly reportsPointers: boolean | undefined;
  readonly #options: ReuseOptions;
  readonly #rehash: PathSet;
  readonly #previous: { readonly bundle: string; readonly manifest: SignedManifest['manifest'] } | null;

  constructor(options: ReuseOptions) {
    this.#options = options;
    this.#rehash = new PathSet((options.rehash ?? []).map(canonicalIgnorePath));
    const { previous } = options;
    const checked = previous && checkedSignature(previous);
    this.#previous = checked ? { bundle: checked.file.sha256, manifest: checked.checked.manifest } : null;
    this.reportsPointers = options.engine.reportsPointers;
  }

  hash(jobs: readonly HashJob[], options: HashOptions): Promise<string[]> {
    return this.#hash(jobs, options, this.#options.engine);
  }

  async prepare(files: number, options: { readonly threads?: number | undefined }): Promise<PreparedEngine> {
    const { engine } = this.#options;
    const prepared = await engine.prepare?.(files, options);
    return {
      hash: (jobs, given) => this.#hash(jobs, given, prepared ?? engine),
      [Symbol.asyncDispose]: async () => prepared?.[Symbol.asyncDispose](),
    };
  }

  async #hash(
    jobs: readonly HashJob[],
    { signing, ...options }: HashOptions,
    engine: Pick<HashEngine, 'hash'>,
  ): Promise<string[]> {
    if (signing === undefined) return engine.hash(jobs, options);
    const refused = this.#refusal(signing);
    this.#checkNames(jobs);
    const { unchanged, looks } = await this.#sort(jobs, refused === null ? this.#signed() : new Map());
    options.signal?.throwIfAborted();
    const audited = this.#draw(unchanged);
    const taken = new Map(unchanged.filter((_, at) => !audited.has(at)).map(({ index, digest }) => [index, digest]));
    const toHash = jobs.filter((_, index) => !taken.has(index));
    const hashed = await engine.hash(toHash, options);
    checkHashed(hashed, toHash, options.algorithm);
    let next = 0;
    const digests = jobs.map((_, index) => taken.get(index) ?? (hashed[next++] as string));
    for (const at of audited) checkAudited(unchanged[at] as Sorted['unchanged'][number], jobs, digests);
    await this.#lookAgain(looks, new Set(Array.from(taken.keys(), (index) => (jobs[index] as HashJob).file)));
    options.signal?.throwIfAborted();
    const bytesOf = (of: Sorted['unchanged']) => of.reduce((sum, { bytes }) => sum + bytes, 0);
    const files = new Set(Array.from(taken.keys(), (index) => (jobs[index] as HashJob).file));
    this.report = {
      reused: { files: files.size, bytes: bytesOf(unchanged.filter((_, at) => !audited.has(at))) },
      hashed: { resources: toHash.length - audited.size },
      audited: { resources: audited.size, bytes: bytesOf(unchanged.filter((_, at) => audited.has(at))) },
      refused,
    };
    return digests;
  }

  /** A mistyped name would have what it means taken over. */
  #checkNames(jobs: readonly HashJob[]): void {
    for (const name of this.#options.rehash ?? []) {
      const at = canonicalIgnorePath(name);
      if (jobs.some(({ file }) => file.name === at || file.name.startsWith(`${at}/`))) continue;
      throw new OmsError(
        'model/not-found',
        `nothing in the model has the name ${quote(name)}, which is to be hashed in any case`,
      );
    }
  }

  /** Why no digest of the previous signature can be taken over; null if some may be. */
  #refusal(signing: Serialization): string | null {
    if (this.#previous === null) return null;
    const { bundle, manifest } = this.#previous;
    const other = differingSetting(manifest.serialization, signing);
    if (other !== null) return `the previous signature has ${other}`;
    if (this.#options.evidence.bundle === bundle) return null;
    return 'there is no record of the files that the previous signature is of';
  }

  #signed(): Signed {
    const { resources = [] } = this.#previous?.manifest ?? {};
    return new Map(resources.map((resource) => [resourceName(resource), resource.digest]));
  }

  /** Looks at each file once, and finds the signed digests of those that are unchanged. */
  async #sort(jobs: readonly HashJob[], signed: Signed): Promise<Sorted> {
    const looks = new Map<ModelFile, FileLook>();
    const seen = new Set<ModelFile>();
    const unchanged: { index: number; bytes: number; digest: string }[] = [];
    for (const [index, job] of jobs.entries()) {
      const { file, start, end } = job;
      if (!seen.has(file)) {
        seen.add(file);
        const look = await this.#options.evidence.look(file);
        if (look !== null) looks.set(file, look);
      }
      const look = looks.get(file);
      if (!look?.isUnchanged || this.#rehash.covers(file.name)) continue;
      const digest = signed.get(resourceName(plannedResource(job)));
      if (digest === undefined || (end ?? look.size) > look.size) continue;
      unchanged.push({ index, bytes: (end ?? look.size) - start, digest });
    }
    return { unchanged, looks };
  }

  /** The places in `unchanged` of what is hashed all the same. */
  #draw(unchanged: Sorted['unchanged']): ReadonlySet<number> {
    const sizes = unchanged.map(({ bytes }) => bytes);
    const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
    return new Set(drawAudit(sizes, auditBudget(this.#options.audit ?? DEFAULT_AUDIT, total)));
  }

  /** @param taken the files of which nothing may have changed, because not all of their bytes were read */
  async #lookAgain(looks: Sorted['looks'], taken: ReadonlySet<ModelFile>): Promise<void> {
    for (const file of looks.keys()) {
      if ((await this.#options.evidence.isStill(file)) || !taken.has(file)) continue;
      throw new OmsError('model/changed', `the file ${quote(file.name)} changed while the model was signed`);
    }
  }
}

/** What was said to be unchanged has other bytes: then nothing else that was said can be believed either. */
function checkAudited(
  { index, digest }: Sorted['unchanged'][number],
  jobs: readonly HashJob[],
  digests: readonly string[],
): void {
  if (digests[index] === digest) return;
  const what = quote(resourceName(plannedResource(jobs[index] as HashJob)));
  const message = `${what} has other bytes than those that were signed before, and the record and the file system say that it is unchanged`;
  throw new OmsError('model/reuse-contradicted', message);
}

/** What the two are not made alike in, so that their digests are of other bytes; null if there is nothing. */
function differingSetting(previous: Serialization, signing: Serialization): string | null {
  if (previous.hashType !== signing.hashType) return `digests by ${previous.hashType}, not ${signing.hashType}`;
  if (previous.method !== signing.method) return `digests of ${previous.method}, not of ${signing.method}`;
  if (previous.shardSize !== signing.shardSize) return `another shard size, ${previous.shardSize} bytes`;
  if (previous.allowSymlinks !== signing.allowSymlinks) return 'another rule for links';
  const isIn = (paths: readonly string[]) => (path: string) => paths.includes(path);
  const [before, now] = [previous.ignorePaths, signing.ignorePaths];
  const isSame = before.every(isIn(now)) && now.every(isIn(before));
  return isSame ? null : 'other ignore paths';
}
