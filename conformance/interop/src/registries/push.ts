/** Puts artifacts into a registry with nothing except `fetch`, so that the tests do not rest on the client that they test. */
import { createHash } from 'node:crypto';

const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  model: 'application/vnd.cncf.model.manifest.v1+json',
  config: 'application/vnd.cncf.model.config.v1+json',
  weights: 'application/vnd.cncf.model.weight.v1.raw',
};

/** The annotation with a file's name, as ModelPack has it and as other artifacts have it. */
export const nameKeys = {
  modelPack: 'org.cncf.model.filepath',
  title: 'org.opencontainers.image.title',
} as const;

export type Files = Readonly<Record<string, string | Uint8Array>>;

export interface Pushed {
  readonly digest: string;
  /** The manifest exactly as it was stored. */
  readonly text: string;
}

/** The digest of bytes as registries write it. */
export function digestOf(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

export interface PushOptions {
  /** The annotation with the names. Default that of ModelPack. */
  readonly key?: string;
  readonly authorization?: string;
}

const described = (mediaType: string, content: string | Uint8Array) => {
  return { mediaType, digest: digestOf(content), size: Buffer.byteLength(content) };
};

/** Pushes a model of raw layers, one for each file. */
export async function pushModel(
  host: string,
  name: string,
  tag: string,
  files: Files,
  { key = nameKeys.modelPack, authorization }: PushOptions = {},
): Promise<Pushed> {
  const config = '{"descriptor":{"name":"a model of a test"},"modelfs":{"type":"layers","diffIds":[]},"config":{}}';
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: mediaTypes.model,
    config: described(mediaTypes.config, config),
    layers: Object.entries(files).map(([file, content]) => {
      return { ...described(mediaTypes.weights, content), annotations: { [key]: file } };
    }),
  };
  return push(`http://${host}/v2/${name}`, tag, manifest, [config, ...Object.values(files)], authorization);
}

/**
 * Attaches a bundle as the Python peer proposes to: with an artifact type of its own, and without annotations; or, where a registry has
 * no referrers API, under a tag that ends in `.sig`, without a subject.
 */
export async function attachAsPeer(
  host: string,
  name: string,
  model: Pushed,
  bundle: Uint8Array,
  how: 'subject' | 'tag',
): Promise<Pushed> {
  const type = 'application/vnd.model-signing.signature.v0.1';
  const layers = [described('application/vnd.dev.sigstore.bundle.v0.3+json', bundle)];
  const common = { schemaVersion: 2, mediaType: mediaTypes.manifest, layers };
  const withSubject = {
    ...common,
    artifactType: type,
    config: described(`${type}.config+json`, '{}'),
    subject: { ...described(mediaTypes.manifest, model.text), digest: model.digest },
  };
  const tagged = {
    ...common,
    config: described('application/vnd.oci.image.config.v1+json', '{}'),
    annotations: { 'dev.sigstore.model-signing.artifact-type': type },
  };
  const manifest = how === 'subject' ? withSubject : tagged;
  const reference = how === 'subject' ? digestOf(JSON.stringify(manifest)) : `${model.digest.replace(':', '-')}.sig`;
  return push(`http://${host}/v2/${name}`, reference, manifest, ['{}', bundle]);
}

async function push(
  repository: string,
  reference: string,
  manifest: object,
  blobs: readonly (string | Uint8Array)[],
  authorization?: string,
): Promise<Pushed> {
  const login: Record<string, string> = authorization === undefined ? {} : { authorization };
  for (const blob of blobs) await pushBlob(`${repository}/blobs/uploads/`, blob, login);
  const text = JSON.stringify(manifest);
  const headers = { ...login, 'content-type': mediaTypes.manifest };
  await request(`${repository}/manifests/${reference}`, { method: 'PUT', headers, body: text }, 201);
  return { digest: digestOf(text), text };
}

async function pushBlob(uploads: string, content: string | Uint8Array, login: Record<string, string>): Promise<void> {
  const begun = await request(uploads, { method: 'POST', headers: login }, 202);
  const location = new URL(begun.headers.get('location') ?? '', uploads);
  location.searchParams.set('digest', digestOf(content));
  const headers = { ...login, 'content-type': 'application/octet-stream' };
  await request(location.href, { method: 'PUT', headers, body: Buffer.from(content) }, 201);
}

async function request(url: string, init: RequestInit, expected: number): Promise<Response> {
  const response = await fetch(url, init);
  const body = await response.text();
  if (response.status !== expected) throw new Error(`${init.method} ${url}: ${response.status} ${body}`);
  return response;
}
