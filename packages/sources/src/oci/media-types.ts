/** Manifests that list layers, and indexes that list manifests. */
export const IMAGE_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
export const IMAGE_INDEX = 'application/vnd.oci.image.index.v1+json';
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';

/** The config of what has none: `{}`. */
export const EMPTY = 'application/vnd.oci.empty.v1+json';

/** What cosign and this package attach. */
export const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

const bundles = new Set([
  BUNDLE,
  'application/vnd.dev.sigstore.bundle+json;version=0.1',
  'application/vnd.dev.sigstore.bundle+json;version=0.2',
  'application/vnd.dev.sigstore.bundle+json;version=0.3',
]);

/** Whether a media type is that of a Sigstore bundle. */
export function isBundleType(mediaType: string): boolean {
  return bundles.has(mediaType.replaceAll(' ', '').toLowerCase());
}

/** Configs of images whose layers are unpacked to a file system. */
const imageConfigs = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);

/** What oras calls a file for which it is told no type, although the layer is the file itself. */
const ORAS_FILE = 'application/vnd.oci.image.layer.v1.tar';

/** The annotation by which oras marks a directory that it packed. */
const ORAS_UNPACK = 'io.deis.oras.content.unpack';

const archives = new Set([
  ...['tar', 'x-tar', 'tgz', 'gzip', 'x-gzip', 'zstd', 'zip', 'x-zip', 'x-zip-compressed', 'bzip2', 'x-bzip2'],
  ...['xz', 'x-xz', 'lz4', 'x-lz4', '7z', 'x-7z-compressed', 'gz', 'tar-gzip', 'targz', 'x-gtar', 'x-compressed-tar'],
  ...['zst', 'x-zstd', 'bz2', 'lzma', 'x-lzma', 'x-tgz', 'x-tar-gz', 'x-rar-compressed'],
]);

interface Layer {
  readonly mediaType: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * Whether the digest of a layer is that of an archive or of compressed bytes, hence of no file of a model.
 * @param configType the media type of the manifest's config
 */
export function isArchive({ mediaType, annotations }: Layer, configType: string): boolean {
  if (annotations[ORAS_UNPACK] === 'true') return true;
  const [type = ''] = mediaType.toLowerCase().split(';');
  if (type.trim() === ORAS_FILE) return imageConfigs.has(configType) || nameless(annotations);
  const [, subtype = ''] = type.trim().split('/');
  return subtype.split(/[.+]/).some((part) => archives.has(part));
}

function nameless(annotations: Layer['annotations']): boolean {
  return !annotations['org.opencontainers.image.title'];
}
