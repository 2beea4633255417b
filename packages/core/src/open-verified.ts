import { defaultEngine } from '#engine';
import { type AcceptOptions, differing } from './check-content.ts';
import { checkOptions } from './check-options.ts';
import type { HashOptions, RangeReader } from './engine.ts';
import { unlessAborted } from './format/abort.ts';
import { checkModel } from './format/collaborators.ts';
import { OmsError, type Warning, Warnings } from './format/errors.ts';
import type { CheckedManifest } from './format/manifest/check.ts';
import type { Manifest } from './format/manifest/manifest.ts';
import { sizeOf } from './format/manifest/plan.ts';
import { quote } from './format/text.ts';
import type { ReadModelOptions } from './hashing/options.ts';
import { DEFAULT_CONCURRENCY } from './hashing/streams.ts';
import { type Unit, VerifiedUnits } from './hashing/verified-units.ts';
import type { Model, ModelFile } from './model.ts';
import { type OpenSignatureOptions, openChecked } from './open.ts';
import { isNamed, select } from './select.ts';
import type { SignerIdentity, Verifier } from './signer.ts';
import { ListedFiles } from './sub-manifests.ts';
import { type Coverage, type Verdict, verdictOf } from './verdict.ts';
import { UnitFile, type VerifiedFile } from './verified-file.ts';
import { listSome, matchSome } from './verify-some.ts';

export type { VerifiedFile } from './verified-file.ts';

/** Options of reading verified bytes. The unit that is read and hashed at once is the shard or, without shards, the whole file. */
export interface OpenVerifiedOptions
  extends OpenSignatureOptions,
    Pick<ReadModelOptions, 'engine' | 'threads'>,
    Pick<AcceptOptions, 'allowSymlinks'> {
  /**
   * How many bytes of units are kept for later reads. A unit that was dropped is read and hashed again. As much memory again may be kept to
   * read into, beside the units that are read or handed out. Default 268,435,456.
   */
  readonly cacheBytes?: number | undefined;
  /**
   * How many units are read ahead of the one that is handed out, if a read or a stream goes that far. Default: one more than the engine
   * reads at the same time, but no more than fit into `cacheBytes`, and at least one.
   */
  readonly readAhead?: number | undefined;
  /** Files with larger units are refused. Default 268,435,456. */
  readonly maxUnitBytes?: number | undefined;
  /** How many units are read at the same time. Default: as many as the engine can, or 8 if the model reads its files through functions. */
  readonly concurrency?: number | undefined;
}

/** What was read through a {@link VerifiedModel} so far. */
export interface ReadReport extends Coverage {
  /** Never `verified`: other files of the model are not looked for. */
  readonly verdict: Verdict;
  /** How many of the resources were hashed and are what was signed: shards or, without shards, files. */
  readonly verifiedResources: number;
  /** How many the manifest lists, and the sub-manifests that were read. */
  readonly resources: number;
  /** Bytes that were read and hashed, again if they had been dropped. */
  readonly hashed: number;
  /** Bytes that were handed out. */
  readonly handed: number;
}

/** A model whose files can be read, and that hands out only what was signed. */
export interface VerifiedModel<Identity extends SignerIdentity = SignerIdentity> {
  readonly signer: Identity;
  /** What the signer called the model, or null in a form that has no name. A claim, never compared with anything. */
  readonly subjectName: string | null;
  /** The manifest that was signed. */
  readonly manifest: Manifest;
  /** What was unusual so far. */
  readonly warnings: readonly Warning[];
  /**
   * Looks for a file of the model by the name that the caller gives. Of its content, only the size is compared: under `shards` with what
   * was signed, and without shards it is what the model says until the file is read.
   * @param name the canonical name of a signed file
   * @throws {OmsError} `model/not-signed`, `model/mismatch` for a missing file and another size, `model/unit-too-large`, other `model/…`;
   * for the sub-manifest that lists it, `manifest/…`
   */
  open(name: string): Promise<VerifiedFile>;
  /** What was read so far. */
  report(): ReadReport;
  /** Ends what it is doing and drops what it keeps. After that, nothing is handed out. */
  [Symbol.asyncDispose](): Promise<void>;
}

const DEFAULT_BYTES = 256 * 1024 * 1024;

/**
 * Opens a model to read verified bytes from it: first the signature and the manifest are verified, then each part of a file is read and
 * hashed when it is needed, and only bytes that are what was signed are handed out (section 13).
 *
 * What is handed out comes from memory of this process that was hashed, so a change of the file after that has no effect, and a change
 * before it is refused. A part that differs is refused by name and range, and leaves the other parts readable. Nothing
 * says that the model has no further files: the verdict stays `partial`. Dispose of it to end its threads and drop what it keeps.
 *
 * Reading is the engine's work if it has an `openReader`, and otherwise that of the default engine, which in browsers hashes on the
 * calling thread.
 * @param bundle the bytes of the signature file
 * @throws {OmsError} `bundle/…`, `envelope/…`, `signer/…`, `statement/…`, `manifest/…`
 *
 * @example
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const model = await openVerified(localModel('my-model'), await readFile('model.sig'), verifier);
 * const file = await model.open('config.json');
 * const config = JSON.parse(new TextDecoder().decode(await file.read()));
 * console.log(config, model.report().hashed);
 * await model[Symbol.asyncDispose]();
 */
export async function openVerified<Identity extends SignerIdentity>(
  model: Model,
  bundle: Uint8Array,
  verifier: Verifier<Identity>,
  options: OpenVerifiedOptions = {},
): Promise<VerifiedModel<Identity>> {
  const accepted = checkOptions(options);
  checkModel(model);
  const warnings = new Warnings(accepted.strict);
  const { signer, subjectName, checked } = await openChecked(bundle, verifier, accepted, warnings);
  const { hashType } = checked.manifest.serialization;
  const readerOptions = { algorithm: hashType, threads: accepted.threads };
  const reader = await unlessAborted(accepted.signal, () => openReader(readerOptions, accepted));
  return new OpenedModel({ model, signer, subjectName, checked, warnings, reader, options: accepted });
}

async function openReader(
  options: Pick<HashOptions, 'algorithm' | 'threads'>,
  { engine = defaultEngine }: OpenVerifiedOptions,
): Promise<RangeReader> {
  return (await engine.openReader?.(options)) ?? defaultEngine.openReader(options);
}

interface Opened<Identity extends SignerIdentity> {
  readonly model: Model;
  readonly signer: Identity;
  readonly subjectName: string | null;
  readonly checked: CheckedManifest;
  readonly warnings: Warnings;
  readonly reader: RangeReader;
  readonly options: OpenVerifiedOptions;
}

class OpenedModel<Identity extends SignerIdentity> implements VerifiedModel<Identity> {
  readonly signer: Identity;
  readonly subjectName: string | null;
  readonly manifest: Manifest;
  readonly #opened: Opened<Identity>;
  readonly #end = new AbortController();
  /** Aborted by the caller's signal, and by the disposal. */
  readonly #signal: AbortSignal;
  readonly #listed: ListedFiles;
  readonly #units: VerifiedUnits;
  /** The starts of the verified units of each file. */
  readonly #verified = new Map<string, Set<number>>();
  #handed = 0;

  constructor(opened: Opened<Identity>) {
    const { model, signer, subjectName, checked, reader, warnings, options } = opened;
    const { cacheBytes = DEFAULT_BYTES, signal } = options;
    this.signer = signer;
    this.subjectName = subjectName;
    this.manifest = checked.manifest;
    this.#opened = opened;
    this.#signal = signal ? AbortSignal.any([signal, this.#end.signal]) : this.#end.signal;
    this.#listed = new ListedFiles(model, checked, { ...options, signal: this.#signal }, warnings);
    this.#units = new VerifiedUnits(reader, {
      cacheBytes,
      concurrency: (file) => this.#concurrency(file),
      signal: this.#signal,
      onVerified: ({ file, start }) => {
        const starts = this.#verified.get(file.name) ?? new Set();
        this.#verified.set(file.name, starts.add(start));
      },
    });
  }

  get warnings(): readonly Warning[] {
    return [...this.#opened.warnings.list];
  }

  async open(name: string): Promise<VerifiedFile> {
    const signal = this.#signal;
    signal.throwIfAborted();
    const { file, units } = await this.#find(name);
    const size = sizeOf(file);
    const { options } = this.#opened;
    const { cacheBytes = DEFAULT_BYTES, maxUnitBytes = DEFAULT_BYTES } = options;
    const unitBytes = units.reduce((most, { start, end }) => Math.max(most, end - start), 1);
    if (unitBytes > maxUnitBytes) throw unitTooLarge(name, unitBytes, maxUnitBytes);
    const fitting = Math.max(1, Math.min(this.#concurrency(file) + 1, Math.floor(cacheBytes / unitBytes)));
    const { readAhead = fitting } = options;
    if (size === 0) for (const unit of units) this.#units.release(await this.#units.load(unit, false));
    return new UnitFile(name, size, units, {
      readAhead,
      signal,
      load: (unit, isKept) => this.#units.load(unit, isKept),
      release: (bytes) => this.#units.release(bytes),
      lend: (bytes) => this.#units.lend(bytes),
      giveBack: (memory) => this.#units.giveBack(memory),
      onHanded: (bytes) => {
        this.#handed += bytes;
      },
    });
  }

  #concurrency({ content }: ModelFile): number {
    const { options, reader } = this.#opened;
    return options.concurrency ?? ('path' in content ? reader.atOnce : DEFAULT_CONCURRENCY);
  }

  /** @throws {OmsError} `model/not-signed`, `model/mismatch`, and what listing the file throws */
  async #find(name: string): Promise<{ file: ModelFile; units: readonly Unit[] }> {
    if (typeof name !== 'string') throw new TypeError('the name of the file to open must be a string');
    const { model, warnings, options } = this.#opened;
    const signal = this.#signal;
    const checked = await this.#listed.at(name);
    const only = [name];
    const wanted = isNamed(checked) ? select(checked, only) : checked;
    const listing = await listSome(model, wanted, only, { ...options, signal, sizes: true }, warnings);
    const { restored, match } = matchSome(wanted, listing, only, { options, warnings });
    if (restored.files[0]?.path !== name || restored.files.length > 1) throw isDirectory(name);
    if (match.differences.length > 0) throw await differing(match.differences, listing, signal);
    const units = match.jobs.map(({ file, start, end }, index): Unit => {
      return { file, start, end: end ?? sizeOf(file), digest: match.expected[index] as string };
    });
    const [first] = units;
    if (!first) throw new TypeError(`the model does not list ${quote(name)}`);
    return { file: first.file, units };
  }

  report(): ReadReport {
    const { files, resources } = this.#listed;
    const verified = [...this.#verified.values()].reduce((sum, { size }) => sum + size, 0);
    const isWhole = (path: string, units: number) => this.#verified.get(path)?.size === units;
    const whole = files.filter((file) => isWhole(file.path, 'shards' in file ? file.shards.length : 1)).length;
    const coverage: Coverage = {
      listing: 'not-compared',
      hashedBy: 'self',
      advertised: [],
      unchecked: files.length - whole,
    };
    return {
      verdict: verdictOf(coverage),
      ...coverage,
      verifiedResources: verified,
      resources,
      hashed: this.#units.hashed,
      handed: this.#handed,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort(new Error('the verified model was closed'));
    this.#units.clear();
    try {
      await this.#opened.reader[Symbol.asyncDispose]();
    } catch {} // it comes after every verdict
  }
}

function isDirectory(name: string): OmsError {
  return new OmsError('model/not-signed', `${quote(name)} cannot be opened: it is a directory, so open its files`);
}

function unitTooLarge(name: string, bytes: number, most: number): OmsError {
  const what = `${quote(name)} is signed in parts of up to ${bytes} bytes, and at most ${most} may be in memory at once`;
  const how = 'sign the model with a smaller --shard-size, or raise maxUnitBytes';
  return new OmsError('model/unit-too-large', `${what}: ${how}`, { required: true });
}
