import { createHash } from 'node:crypto';

/** Content whose bytes are made when they are read, so that it may be larger than memory. */
export interface VirtualContent {
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  read(start: number, end: number): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

export type BlobContent = string | Uint8Array | VirtualContent;

export const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  empty: 'application/vnd.oci.empty.v1+json',
  raw: 'application/vnd.cncf.model.weight.v1.raw',
  model: 'application/vnd.cncf.model.manifest.v1+json',
  config: 'application/vnd.cncf.model.config.v1+json',
} as const;

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A manifest as the registry keeps it. */
export interface StoredManifest {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly digest: string;
}

/** One repository of a registry: blobs and manifests by digest, and tags. */
export class Repository {
  readonly blobs = new Map<string, VirtualContent>();
  readonly manifests = new Map<string, StoredManifest>();
  readonly tags = new Map<string, string>();

  addBlob(content: BlobContent): Descriptor {
    const blob = virtual(content);
    const digest = `sha256:${blob.sha256}`;
    this.blobs.set(digest, blob);
    return { mediaType: 'application/octet-stream', digest, size: blob.size };
  }

  addManifest(bytes: Uint8Array, mediaType: string, tag: string | null): StoredManifest {
    const stored = { bytes, mediaType, digest: digestOf(bytes) };
    this.manifests.set(stored.digest, stored);
    if (tag !== null) this.tags.set(tag, stored.digest);
    return stored;
  }

  find(reference: string): StoredManifest | undefined {
    return this.manifests.get(reference.includes(':') ? reference : (this.tags.get(reference) ?? ''));
  }

  /** What the referrers API lists for a manifest. */
  referrersOf(subject: string): Descriptor[] {
    return [...this.manifests.values()].flatMap(({ bytes, mediaType, digest }) => {
      const { subject: referred, artifactType, config, annotations } = parsedManifest(bytes);
      if (referred?.digest !== subject) return [];
      const type = artifactType ?? config?.mediaType;
      const described = { mediaType, digest, size: bytes.length };
      return [{ ...described, ...(type && { artifactType: type }), ...(annotations && { annotations }) }];
    });
  }

  /** The descriptors of a manifest whose blobs are not there. */
  missingBlobs(manifest: Uint8Array): string[] {
    const { config, layers = [] } = parsedManifest(manifest);
    return [...(config ? [config] : []), ...layers].map(({ digest }) => digest).filter((each) => !this.blobs.has(each));
  }
}

interface ParsedManifest {
  readonly artifactType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

function parsedManifest(bytes: Uint8Array): ParsedManifest {
  try {
    return JSON.parse(Buffer.from(bytes).toString()) as ParsedManifest;
  } catch {
    return {};
  }
}

export function digestOf(bytes: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function virtual(content: BlobContent): VirtualContent {
  if (typeof content !== 'string' && !(content instanceof Uint8Array)) return content;
  const bytes = Buffer.from(content);
  return {
    size: bytes.length,
    sha256: digestOf(bytes).slice('sha256:'.length),
    *read(start, end) {
      for (let at = start; at < end; at += 65_536) yield bytes.subarray(at, Math.min(at + 65_536, end));
    },
  };
}
