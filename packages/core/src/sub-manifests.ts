import { type AcceptOptions, acceptUnusable } from './check-content.ts';
import { checkBytes } from './check-stream.ts';
import { listModel } from './format/collaborators.ts';
import { OmsError, type Warnings } from './format/errors.ts';
import type { CheckedManifest, SignedFile } from './format/manifest/check.ts';
import { listsAtOrBelow } from './format/manifest/compare.ts';
import type { SubManifest } from './format/manifest/manifest.ts';
import {
  checkCount,
  type ParsedSubManifest,
  parseSubManifest,
  subManifestName,
  withParsed,
} from './format/manifest/sub-manifests.ts';
import { PathSet } from './format/names.ts';
import { MAX_PAYLOAD_BYTES } from './format/statement.ts';
import { quote } from './format/text.ts';
import { versionToSign } from './format/versions/versions.ts';
import { readWholeFile } from './hashing/whole-file.ts';
import type { Model, ModelFile } from './model.ts';

/** How sub-manifests are found in a model. */
export interface SubManifestOptions extends Pick<AcceptOptions, 'allowSymlinks'> {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the sub-manifests of a model, each once its digest is the signed one, and returns the manifest with what they list.
 * @param only canonical names that the caller wants: other directories stay unread, and only their sub-manifest is listed
 * @throws {OmsError} `model/mismatch` for a sub-manifest that is missing or differs; `manifest/…`
 */
export async function readSubManifests(
  model: Model,
  checked: CheckedManifest,
  options: SubManifestOptions,
  warnings: Warnings,
  only?: readonly string[],
): Promise<CheckedManifest> {
  const { manifest } = checked;
  const wanted = (manifest.subManifests ?? []).filter(({ directory }) => isWanted(directory, only));
  if (wanted.length === 0) return checked;
  return withParsed(checked, await readEach(model, checked, wanted, options, warnings));
}

async function readEach(
  model: Model,
  checked: CheckedManifest,
  wanted: readonly SubManifest[],
  options: SubManifestOptions,
  warnings: Warnings,
): Promise<ParsedSubManifest[]> {
  const { manifest } = checked;
  const version = await versionToSign(manifest.draft);
  const found = await findSubManifests(model, checked, wanted, options, warnings);
  const parsed: ParsedSubManifest[] = [];
  let count = manifest.resources.length;
  for (const { directory } of wanted) {
    options.signal?.throwIfAborted();
    const name = subManifestName(directory);
    const bytes = await readWholeFile(found.get(name) as ModelFile, MAX_PAYLOAD_BYTES, options.signal);
    if (bytes === null) throw unreadable(name);
    await checkBytes(checked, name, bytes);
    const one = parseSubManifest(bytes, directory, manifest, version, warnings);
    count += one.resources.length;
    checkCount(count);
    parsed.push(one);
  }
  return parsed;
}

/** What a model's manifest and its sub-manifests list, of which each is read when a file below its directory is first asked for. */
export class ListedFiles {
  readonly #read: (wanted: SubManifest) => Promise<ParsedSubManifest>;
  readonly #checked: CheckedManifest;
  readonly #pending = new Map<string, Promise<ParsedSubManifest>>();
  readonly #parsed: ParsedSubManifest[] = [];

  constructor(model: Model, checked: CheckedManifest, options: SubManifestOptions, warnings: Warnings) {
    this.#checked = checked;
    this.#read = async (wanted) => {
      const [parsed] = (await readEach(model, checked, [wanted], options, warnings)) as [ParsedSubManifest];
      checkCount(this.resources + parsed.resources.length);
      this.#parsed.push(parsed);
      return parsed;
    };
  }

  /**
   * The manifest or sub-manifest that lists a file if one does.
   * @throws {OmsError} what {@link readSubManifests} throws
   */
  async at(name: string): Promise<CheckedManifest> {
    const { manifest } = this.#checked;
    const below = manifest.subManifests?.find(({ directory }) => name.startsWith(`${directory}/`));
    if (below === undefined || name === subManifestName(below.directory)) return this.#checked;
    const { resources, files } = await this.#once(below);
    return { manifest: { ...manifest, resources }, files };
  }

  /** What a sub-manifest lists. It is read once; a reading that failed is tried again when the next file is asked for. */
  #once(wanted: SubManifest): Promise<ParsedSubManifest> {
    const { directory } = wanted;
    const known = this.#pending.get(directory);
    if (known !== undefined) return known;
    const reading = this.#read(wanted);
    this.#pending.set(directory, reading);
    reading.catch(() => this.#pending.delete(directory));
    return reading;
  }

  /** The files of all that was read. */
  get files(): readonly SignedFile[] {
    return [this.#checked.files, ...this.#parsed.map(({ files }) => files)].flat();
  }

  /** How many resources all that was read lists. */
  get resources(): number {
    return this.#parsed.reduce((sum, { resources }) => sum + resources.length, this.#checked.manifest.resources.length);
  }
}

/** Whether one of the names is the directory, in it, or above it. */
function isWanted(directory: string, only: readonly string[] | undefined): boolean {
  if (only === undefined) return true;
  const inOrAt = new PathSet([directory]);
  const above = new PathSet(only);
  return above.covers(directory) || only.some((name) => inOrAt.covers(name));
}

/** Looks for the files of sub-manifests and for nothing else. */
async function findSubManifests(
  model: Model,
  checked: CheckedManifest,
  wanted: readonly SubManifest[],
  { allowSymlinks = false, signal }: SubManifestOptions,
  { warn }: Warnings,
): Promise<ReadonlyMap<string, ModelFile>> {
  const names = new Set(wanted.map(({ directory }) => subManifestName(directory)));
  const own = checked.files.filter(({ path }) => names.has(path));
  const listing = await listModel(model, {
    followSymlinks: allowSymlinks && checked.manifest.serialization.allowSymlinks,
    excludes: (name) => !listsAtOrBelow(own, name),
    sizes: true,
    only: [...names],
    signal,
    warn,
  });
  acceptUnusable(listing, { ...checked, files: own }, { allowSymlinks, ignoreUnsignedFiles: true });
  const found = new Map(listing.files.filter(({ name }) => names.has(name)).map((file) => [file.name, file]));
  const missing = own.filter(({ path }) => !found.has(path)).map(({ path }) => ({ kind: 'missing' as const, path }));
  if (missing.length === 0) return found;
  const message = `the model differs from what was signed: ${missing.length} of its sub-manifests missing`;
  throw new OmsError('model/mismatch', message, { differences: missing, requirement: 'OMS-SUB-6' });
}

function unreadable(name: string): OmsError {
  const message = `the sub-manifest ${quote(name)} cannot be read, or has more than ${MAX_PAYLOAD_BYTES} bytes`;
  return new OmsError('manifest/sub-manifest-invalid', message, { required: true });
}
