// An image for several platforms as an OCI image layout (image-spec 1.1), which registries and their clients take as it is.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type ImageContent, type LayerContent, USER } from './contents.ts';
import { tarOf } from './tar.ts';

const MEDIA = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:` and hexadecimal digits. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/** What an image says of itself. */
export interface ImageAbout {
  readonly version: string;
  /** When the source was committed, in the form of RFC 3339. */
  readonly created: string;
  /** Of `org.opencontainers.image.…`, without that. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The image of one platform, as it was written. */
export interface WrittenImage {
  readonly architecture: string;
  readonly manifest: Descriptor;
  /** Compressed bytes, as a client downloads them. */
  readonly layers: readonly Descriptor[];
  /** Uncompressed bytes. */
  readonly unpackedSize: number;
}

export interface WrittenLayout {
  /** What a registry serves under the tag. */
  readonly index: Descriptor;
  readonly images: readonly WrittenImage[];
}

const digestOf = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Writes blobs into a layout. */
class Blobs {
  readonly #folder: string;
  readonly #packed: string;

  /** @param packed a cache of compressed layers by the digests of what is in them */
  constructor(layout: string, packed: string) {
    this.#folder = path.join(layout, 'blobs/sha256');
    this.#packed = packed;
    for (const each of [this.#folder, packed]) mkdirSync(each, { recursive: true });
  }

  add(bytes: Uint8Array, mediaType: string): Descriptor {
    const digest = digestOf(bytes);
    writeFileSync(path.join(this.#folder, digest.slice('sha256:'.length)), bytes);
    return { mediaType, digest, size: bytes.length };
  }

  addJson(value: unknown, mediaType: string): Descriptor {
    return this.add(Buffer.from(JSON.stringify(value)), mediaType);
  }

  async addLayer({ entries }: LayerContent) {
    const archive = tarOf(entries);
    const diffId = digestOf(archive);
    // Compression takes most of the time. Another version of Node may compress otherwise.
    const cached = path.join(this.#packed, `${diffId.slice('sha256:'.length)}-${process.version}.gz`);
    if (!existsSync(cached)) {
      writeFileSync(`${cached}.${process.pid}`, await promisify(gzip)(archive));
      renameSync(`${cached}.${process.pid}`, cached);
    }
    return { descriptor: this.add(readFileSync(cached), MEDIA.layer), diffId, size: archive.length };
  }
}

/** Writes a layout with one tag. The same contents always make the same bytes. */
export async function writeLayout(
  folder: string,
  contents: readonly ImageContent[],
  about: ImageAbout,
  packed: string,
): Promise<WrittenLayout> {
  rmSync(folder, { recursive: true, force: true });
  const blobs = new Blobs(folder, packed);
  const images = await Promise.all(contents.map((content) => writeImage(blobs, content, about)));
  const index = blobs.addJson(
    {
      schemaVersion: 2,
      mediaType: MEDIA.index,
      manifests: images.map(({ manifest, architecture }) => ({ ...manifest, platform: { architecture, os: 'linux' } })),
      annotations: labelsOf(about),
    },
    MEDIA.index,
  );
  const named = { ...index, annotations: { 'org.opencontainers.image.ref.name': about.version } };
  const root = { schemaVersion: 2, mediaType: MEDIA.index, manifests: [named] };
  writeFileSync(path.join(folder, 'index.json'), JSON.stringify(root));
  writeFileSync(path.join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return { index, images };
}

async function writeImage(blobs: Blobs, content: ImageContent, about: ImageAbout): Promise<WrittenImage> {
  const layers = [];
  for (const layer of content.layers) layers.push({ title: layer.title, ...(await blobs.addLayer(layer)) });
  const { architecture } = content.platform;
  const { created } = about;
  const config = blobs.addJson(
    {
      created,
      architecture,
      os: 'linux',
      config: {
        User: `${USER}:${USER}`,
        Entrypoint: ['/usr/local/bin/model-signing'],
        Env: ['PATH=/usr/local/bin', 'HOME=/nonroot', 'SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt'],
        WorkingDir: '/',
        Labels: labelsOf(about),
      },
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
      history: layers.map(({ title }) => ({ created, created_by: title })),
    },
    MEDIA.config,
  );
  const descriptors = layers.map(({ descriptor }) => descriptor);
  const manifest = blobs.addJson(
    { schemaVersion: 2, mediaType: MEDIA.manifest, config, layers: descriptors, annotations: labelsOf(about) },
    MEDIA.manifest,
  );
  const unpackedSize = layers.reduce((sum, { size }) => sum + size, 0);
  return { architecture, manifest, layers: descriptors, unpackedSize };
}

function labelsOf({ version, created, labels }: ImageAbout): Record<string, string> {
  const all = { created, version, ...labels };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [`org.opencontainers.image.${name}`, value]));
}
