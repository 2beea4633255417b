import { bytesOf } from '../vectors/content.ts';
import type { VectorInputs, VectorModel } from '../vectors/vector.ts';
import type { Json } from './json.ts';
import { type Difference, type Judge, Refusal } from './judgement.ts';
import type { SignedFile } from './manifest.ts';
import { nameFault } from './names.ts';
import { isStatedAsSigned, type Stated } from './pointer.ts';
import { isObject, type Serialization } from './statement.ts';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
  readonly annotations: Readonly<Record<string, unknown>>;
}

interface StatedFile {
  readonly name: string;
  readonly descriptor: Descriptor;
}

export interface OciComparison {
  readonly differences: readonly Difference[];
  readonly unsigned: readonly string[];
  /** Names that are not compared, because they are excluded. */
  readonly excluded: readonly string[];
  /** The files whose digest the manifest states as it was signed. */
  readonly advertised: readonly string[];
}

const TITLE = 'org.opencontainers.image.title';
const NAME_KEYS = ['org.cncf.model.filepath', 'org.cnai.model.filepath', TITLE];

/** Compares an OCI image manifest with what was signed, in each of its views (section 13.4.2). */
export function compareOciManifest(
  model: VectorModel,
  signed: ReadonlyMap<string, SignedFile>,
  serialization: Serialization,
  inputs: VectorInputs,
  excludes: (name: string) => boolean,
  judge: Judge,
): OciComparison {
  const manifest = parseManifest(model);
  const refusals: Refusal[] = [];
  for (const files of viewsOf(manifest, judge)) {
    try {
      return compareView(files(), signed, serialization, inputs, excludes, judge);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusals.push(error);
    }
  }
  // The refusal of the view that the signature is about: the one with fewer names that differ.
  const distance = ({ differences }: Refusal) => differences.filter(({ kind }) => kind !== 'modified').length;
  const [best] = refusals.sort((a, b) => distance(a) - distance(b));
  throw best as Refusal;
}

interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

function parseManifest(model: VectorModel): Manifest {
  const invalid = (what: string) => new Refusal('model/listing-invalid', what);
  const descriptor = (value: Json): Descriptor => {
    if (!isObject(value) || typeof value.digest !== 'string') throw invalid('a descriptor is malformed');
    const { mediaType, digest, size, annotations } = value;
    return {
      mediaType: String(mediaType),
      digest,
      size: Number(size),
      annotations: isObject(annotations) ? annotations : {},
    };
  };
  let value: Json;
  try {
    value = JSON.parse('content' in model ? bytesOf(model.content).toString() : '');
  } catch {
    throw invalid('it is not JSON');
  }
  if (!isObject(value) || !Array.isArray(value.layers)) throw invalid('it is no image manifest');
  return { config: descriptor(value.config ?? null), layers: value.layers.map(descriptor) };
}

/** The files of each view that the manifest has, as functions: what makes a view impossible is the reason of its refusal. */
function viewsOf({ config, layers }: Manifest, judge: Judge): (() => StatedFile[])[] {
  const blob = { name: 'config.json', descriptor: config };
  const named = () =>
    layers.flatMap((descriptor) => {
      const name = pathOf(descriptor, judge);
      return name === null ? [] : [{ name, descriptor }];
    });
  const numbered = layers.map((descriptor, index) => {
    const title = descriptor.annotations[TITLE];
    const name = typeof title === 'string' ? title : `layer_${String(index).padStart(3, '0')}.tar.gz`;
    return { name, descriptor };
  });
  const mixed = judge.has('oci-views-mixed') ? [() => [blob, ...named()]] : [];
  return [named, () => [blob, ...numbered], ...mixed];
}

/** The name of a layer in the view `files`; null for one that a defective program leaves out. */
function pathOf({ annotations, mediaType }: Descriptor, judge: Judge): string | null {
  if (isArchive(mediaType, annotations, judge)) {
    if (judge.has('oci-archives-left-out')) return null;
    const checks = ['oci-archives-are-files', 'oci-archives-left-out'] as const;
    if (!judge.has('oci-archives-are-files')) throw new Refusal('model/digest-unavailable', mediaType, { checks });
  }
  const names = NAME_KEYS.map((key) => annotations[key]).filter((each) => typeof each === 'string');
  const [name] = names;
  if (name === undefined) {
    if (judge.has('oci-nameless-left-out')) return null;
    throw new Refusal('model/listing-invalid', 'a layer has no name', { checks: ['oci-nameless-left-out'] });
  }
  judge.refuseIf(
    names.some((each) => each !== name),
    'oci-first-of-two-names',
    'model/listing-invalid',
    name,
  );
  if (names.length > 1 && judge.has('oci-two-names-refused')) throw new Refusal('model/listing-invalid', name);
  return name;
}

/** Whether a layer is an archive or compressed, so that its digest is that of no file. */
function isArchive(mediaType: string, annotations: Descriptor['annotations'], judge: Judge): boolean {
  const isMarked = annotations['io.deis.oras.content.unpack'] === 'true' && !judge.has('oci-unpacked-are-files');
  const kinds = judge.has('oci-archives-by-the-end-of-a-type') ? /[.+]tar$/ : /[.+/](tar|gzip|zstd|zip)($|[.+;])/;
  return isMarked || kinds.test(mediaType);
}

function compareView(
  files: readonly StatedFile[],
  signed: ReadonlyMap<string, SignedFile>,
  serialization: Serialization,
  { ignoreUnsignedFiles = false, only }: VectorInputs,
  excludes: (name: string) => boolean,
  judge: Judge,
): OciComparison {
  const stated = statedDigests(files, judge);
  const { hashType } = serialization;
  if (hashType !== 'sha256' && !judge.has('advertised-of-any-algorithm')) {
    throw new Refusal('model/digest-unavailable', hashType, { checks: ['advertised-of-any-algorithm'] });
  }
  const differences: Difference[] = [];
  for (const [path, value] of signed) {
    const found = stated.get(path);
    if (found === undefined) differences.push({ kind: 'missing', path });
    else if (!isStatedAsSigned(found, value, serialization, judge)) differences.push({ kind: 'modified', path });
  }
  const further = [...stated.keys()].filter((name) => !signed.has(name));
  const deep = (name: string) => judge.has('oci-excluded-at-any-depth') && excludes(name.replace(/^.*\//, ''));
  const leavesOut = (name: string) => (excludes(name) && !judge.has('oci-nothing-excluded')) || deep(name);
  const unsigned = further.filter((name) => !leavesOut(name));
  const passed = ignoreUnsignedFiles || only !== undefined || judge.has('listed-by-the-store-alone');
  if (!passed || judge.has('oci-rest-compared-too'))
    differences.push(...unsigned.map((path) => ({ kind: 'unsigned' as const, path })));
  const [first] = differences;
  if (first) throw new Refusal(`model/${first.kind}`, first.path, { differences, checks: checksOf(differences) });
  const reported = (names: readonly string[]) => (only === undefined ? names : []);
  return {
    differences,
    unsigned: reported(unsigned),
    excluded: reported(further.filter(leavesOut)),
    advertised: [...signed.keys()],
  };
}

function checksOf(differences: readonly Difference[]) {
  const kinds = new Set(differences.map(({ kind }) => kind));
  if (kinds.size > 1 || kinds.has('missing')) return ['oci-views-mixed', 'oci-archives-are-files'] as const;
  return kinds.has('unsigned')
    ? (['listed-by-the-store-alone', 'oci-excluded-at-any-depth'] as const)
    : (['advertised-not-compared', 'advertised-by-prefix'] as const);
}

/** What the manifest states of each file of a view. */
function statedDigests(files: readonly StatedFile[], judge: Judge): Map<string, Stated> {
  const stated = new Map<string, Stated>();
  for (const { name, descriptor } of files) {
    const twice = stated.has(name);
    if (twice && !judge.has('oci-last-of-a-name') && !judge.has('oci-first-of-a-name')) {
      throw new Refusal('model/listing-invalid', name, { checks: ['oci-last-of-a-name', 'oci-first-of-a-name'] });
    }
    judge.refuseIf(nameFault(name) !== null, 'oci-names-of-any-form', 'model/listing-invalid', name);
    if (!(twice && judge.has('oci-first-of-a-name'))) {
      stated.set(name, { digest: digitsOf(descriptor.digest, judge), size: descriptor.size });
    }
  }
  return stated;
}

function digitsOf(digest: string, judge: Judge): string {
  if (/^sha256:[0-9a-f]{64}$/.test(digest)) return digest.slice('sha256:'.length);
  if (judge.has('oci-digest-folds-case') && /^sha256:[0-9A-Fa-f]{64}$/.test(digest))
    return digest.slice(7).toLowerCase();
  if (judge.has('oci-digest-of-any-algorithm')) return digest.slice(digest.indexOf(':') + 1);
  throw new Refusal('model/listing-invalid', digest, {
    checks: ['oci-digest-folds-case', 'oci-digest-of-any-algorithm'],
  });
}
