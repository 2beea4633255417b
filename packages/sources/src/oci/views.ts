import { quote } from '@model-signing/core';
import { nameProblem } from '@model-signing/core/names';
import { SourceError } from '../source-error.ts';
import type { Descriptor, DocumentTitle, OciManifest } from './manifest.ts';
import { isArchive } from './media-types.ts';

/**
 * Which files a manifest stands for: `files` are those that a client writes to a directory, and `layers` are its blobs, with the
 * config, as other implementations of the format sign a manifest.
 */
export type OciView = 'files' | 'layers';

export const ociViews: readonly OciView[] = ['files', 'layers'];

/** A file of a view. */
export interface ViewFile {
  readonly name: string;
  readonly blob: Descriptor;
}

/** Where a layer's name is, the most specific first: ModelPack, its older key, and what OCI artifacts in general use. */
const nameKeys = ['org.cncf.model.filepath', 'org.cnai.model.filepath', 'org.opencontainers.image.title'];

const TITLE = 'org.opencontainers.image.title';

/** What other implementations call the config. */
const CONFIG = 'config.json';

/**
 * The files of a manifest in one view.
 * @throws {SourceError} `source/digest-unavailable` if a layer is no file, or its digest no SHA-256; `source/manifest-invalid` for a name that is
 * not canonical, for two names of one layer and for two layers of one name
 */
export function viewOf(manifest: OciManifest, view: OciView, title: DocumentTitle): ViewFile[] {
  // In the view of layers too, since clients write files by these names.
  const names = manifest.layers.map((blob, index) => nameOf(blob, index, title));
  checkNames(names, title);
  const files = view === 'files' ? filesOf(manifest, names, title) : layersOf(manifest);
  checkNames(
    files.map(({ name }) => name),
    title,
  );
  const other = files.find(({ blob }) => !blob.digest.startsWith('sha256:'));
  if (other === undefined) return files;
  throw unavailable(title, `${quote(other.name)} has no SHA-256 digest, and is ${quote(other.blob.digest)}`);
}

/** Every name has to be that of a file inside a directory, and of one file only. */
function checkNames(names: readonly (string | null)[], title: DocumentTitle): void {
  const places = new Set<string>();
  for (const name of names) {
    if (name === null) continue;
    const problem = name.isWellFormed() ? nameProblem(name) : 'it is not valid Unicode';
    if (problem) throw refused(title, `the name ${quote(name)} of a layer is refused: ${problem}`);
    if (places.has(name)) throw refused(title, `two of its resources are called ${quote(name)}`);
    places.add(name);
  }
}

function filesOf({ config, layers }: OciManifest, names: readonly (string | null)[], title: DocumentTitle): ViewFile[] {
  return layers.map((blob, index) => {
    const name = names[index] ?? null;
    if (isArchive(blob, config.mediaType)) {
      const which = name === null ? `layers[${index}]` : `the layer ${quote(name)}`;
      throw unavailable(
        title,
        `${which} is an archive or compressed (${quote(blob.mediaType)}), and its digest is not that of a file`,
      );
    }
    if (name === null) throw unavailable(title, `layers[${index}] has no name of a file`);
    return { name, blob };
  });
}

/** The name of a file, for which all annotations have to agree: another client may read another one. */
function nameOf({ annotations }: Descriptor, index: number, title: DocumentTitle): string | null {
  const [name = null, ...others] = nameKeys.flatMap((key) => annotations[key] || []);
  const other = others.find((each) => each !== name);
  if (name === null || other === undefined) return name;
  throw refused(title, `layers[${index}] is called both ${quote(name)} and ${quote(other)}`);
}

function layersOf({ config, layers }: OciManifest): ViewFile[] {
  const named = layers.map((blob, index) => ({
    name: blob.annotations[TITLE] || `layer_${String(index).padStart(3, '0')}.tar.gz`,
    blob,
  }));
  return [{ name: CONFIG, blob: config }, ...named];
}

/**
 * The view that a signature is of: the one that has exactly the signed names, or else the one that differs least, so that the
 * differences can be named.
 * @throws {SourceError} why the files are unknown, if the layers are not what was signed
 */
export function viewFor(manifest: OciManifest, signed: readonly string[], title: DocumentTitle): OciView {
  const wanted = new Set(signed);
  const [files, layers] = ociViews.map((view) => differences(manifest, view, title, wanted)) as [Count, Count];
  if (files === 0 || layers === 0) return files === 0 ? 'files' : 'layers';
  if (files instanceof SourceError && !isOfLayers(manifest, wanted, layers)) throw files;
  return layers instanceof SourceError || (typeof files === 'number' && files <= layers) ? 'files' : 'layers';
}

/**
 * Whether a signature of other names is still one of the layers: it has the config, as all of those do, and most names. Of any other
 * one, why the files are unknown says more than a mismatch.
 */
function isOfLayers({ layers }: OciManifest, wanted: ReadonlySet<string>, differences: Count): boolean {
  const most = wanted.size + layers.length + 1;
  return wanted.has(CONFIG) && typeof differences === 'number' && 2 * differences < most;
}

/** The number of names that only one side has, or why that cannot be known. */
type Count = number | SourceError;

function differences(manifest: OciManifest, view: OciView, title: DocumentTitle, wanted: ReadonlySet<string>): Count {
  try {
    const files = viewOf(manifest, view, title);
    return files.length + wanted.size - 2 * files.filter(({ name }) => wanted.has(name)).length;
  } catch (error) {
    if (error instanceof SourceError) return error;
    throw error;
  }
}

function refused(title: DocumentTitle, problem: string): SourceError {
  return new SourceError('source/manifest-invalid', `the ${title} is refused: ${problem}`);
}

function unavailable(title: DocumentTitle, problem: string): SourceError {
  return new SourceError(
    'source/digest-unavailable',
    `the ${title} does not say what the files of the model are: ${problem}`,
  );
}
