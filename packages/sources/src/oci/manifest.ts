import { quote } from '@model-signing/core';
import { parseJsonOf } from '@model-signing/core/json';
import { SourceError } from '../source-error.ts';
import { DOCKER_LIST, DOCKER_MANIFEST, IMAGE_INDEX, IMAGE_MANIFEST } from './media-types.ts';

/** The most bytes of a manifest or index, as common registries limit them. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/** A reference to content by its digest. */
export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:…` or `sha512:…` */
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A manifest that lists layers: of a model, of an image, or of something attached to one. */
export interface OciManifest {
  readonly mediaType: string;
  readonly artifactType: string | null;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  /** What it is attached to. */
  readonly subject: Descriptor | null;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Where a document came from, for messages: `manifest of oci://…`. */
export type DocumentTitle = string;

type Members = Readonly<Record<string, unknown>>;

/**
 * Reads an untrusted manifest: JSON within bounds, no member twice, every digest whole.
 * @param contentType what the registry calls it; null for a file
 * @throws {SourceError} `source/manifest-invalid`, `source/too-large`
 */
export function parseManifest(bytes: Uint8Array, title: DocumentTitle, contentType: string | null = null): OciManifest {
  const document = members(parseDocument(bytes, title), title, 'it');
  const mediaType = typeOf(document, title, contentType);
  if ('manifests' in document || mediaType === IMAGE_INDEX || mediaType === DOCKER_LIST) throw anIndex(document, title);
  if (mediaType !== IMAGE_MANIFEST && mediaType !== DOCKER_MANIFEST) {
    throw invalid(title, `its media type ${quote(mediaType)} is not that of an image manifest`);
  }
  const { schemaVersion, artifactType = null, config, layers, subject = null, annotations } = document;
  if (schemaVersion !== 2) throw invalid(title, 'its schemaVersion is not 2');
  if (artifactType !== null && typeof artifactType !== 'string') throw invalid(title, 'artifactType is no string');
  if (!Array.isArray(layers)) throw invalid(title, 'it has no list of layers');
  return {
    mediaType,
    artifactType,
    config: parseDescriptor(config, title, 'config'),
    layers: layers.map((layer, index) => parseDescriptor(layer, title, `layers[${index}]`)),
    subject: subject === null ? null : parseDescriptor(subject, title, 'subject'),
    annotations: parseAnnotations(annotations, title, 'the manifest'),
  };
}

/**
 * The descriptors in an untrusted index, whose other members are not looked at.
 * @throws {SourceError} `source/manifest-invalid`, `source/too-large`
 */
export function parseIndex(bytes: Uint8Array, title: DocumentTitle): Descriptor[] {
  const { manifests } = members(parseDocument(bytes, title), title, 'it');
  if (!Array.isArray(manifests)) throw invalid(title, 'it has no list of manifests');
  return manifests.map((each, index) => parseDescriptor(each, title, `manifests[${index}]`));
}

/** @throws {SourceError} `source/manifest-invalid`, `source/too-large` */
export function parseDocument(bytes: Uint8Array, title: DocumentTitle): unknown {
  const document = {
    title,
    refuse: (problem: string, message: string) =>
      new SourceError(problem === 'too-large' ? 'source/too-large' : 'source/manifest-invalid', message),
  };
  return parseJsonOf(bytes, document, { maxBytes: MAX_MANIFEST_BYTES, maxDepth: 16, maxValues: 500_000 });
}

/** A manifest that is called one thing by the registry and another by itself would be read in two ways by two programs. */
function typeOf({ mediaType }: Members, title: DocumentTitle, contentType: string | null): string {
  const [stated = ''] = (contentType ?? '').split(';');
  const known = stated.trim().toLowerCase();
  if (mediaType === undefined) return isGeneric(known) ? IMAGE_MANIFEST : known;
  if (typeof mediaType !== 'string') throw invalid(title, 'mediaType is no string');
  if (isGeneric(known) || known === mediaType.toLowerCase()) return mediaType;
  throw invalid(title, `its mediaType is ${quote(mediaType)}, and the registry sent it as ${quote(known)}`);
}

function isGeneric(type: string): boolean {
  return type === '' || type === 'application/json' || type === 'application/octet-stream' || type === 'text/plain';
}

function anIndex({ manifests }: Members, title: DocumentTitle): SourceError {
  const digests = (Array.isArray(manifests) ? manifests : []).slice(0, 8).flatMap((each: unknown) => {
    const digest = typeof each === 'object' && each !== null && 'digest' in each ? each.digest : null;
    return typeof digest === 'string' && isDigest(digest) ? [digest] : [];
  });
  const named = digests.length === 0 ? '' : `: ${digests.join(', ')}`;
  const message = `it is an index of other manifests, of which one has to be named by its digest${named}`;
  return new SourceError('source/manifest-invalid', `the ${title} cannot be used: ${message}`, { choices: digests });
}

function parseDescriptor(value: unknown, title: DocumentTitle, place: string): Descriptor {
  const { mediaType, digest, size, annotations } = members(value, title, place);
  if (typeof mediaType !== 'string' || mediaType.length > 255) throw invalid(title, `${place} has no media type`);
  if (typeof digest !== 'string') throw invalid(title, `${place} has no digest`);
  if (!isDigest(digest)) {
    throw invalid(title, `the digest of ${place} is ${quote(digest)}, and not sha256: and 64 hexadecimal digits`);
  }
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw invalid(title, `the size of ${place} is no number of bytes`);
  }
  return { mediaType, digest, size, annotations: parseAnnotations(annotations, title, place) };
}

function parseAnnotations(value: unknown, title: DocumentTitle, place: string): Record<string, string> {
  const annotations: Record<string, string> = Object.create(null);
  for (const [key, text] of Object.entries(members(value ?? {}, title, `annotations of ${place}`))) {
    if (typeof text !== 'string') throw invalid(title, `the annotation ${quote(key)} of ${place} is no string`);
    annotations[key] = text;
  }
  return annotations;
}

function members(value: unknown, title: DocumentTitle, place: string): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw invalid(title, value === undefined ? `${place} is absent` : `${place} is no object`);
}

/** Whether a text is a digest of a length that its algorithm has. */
export function isDigest(text: string): boolean {
  return /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(text);
}

function invalid(title: DocumentTitle, problem: string): SourceError {
  return new SourceError('source/manifest-invalid', `the ${title} is refused: ${problem}`);
}
