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

/** Pushes a model of raw layers, one for each file. */
export async function pushModel(
  host: string,
  name: string,
  tag: string,
  files: Files,
  { key = nameKeys.modelPack, authorization }: PushOptions = {},
): Promise<Pushed> {
  const login: Record<string, string> = authorization === undefined ? {} : { authorization };
  const config = '{"descriptor":{"name":"a model of a test"},"modelfs":{"type":"layers","diffIds":[]},"config":{}}';
  const blobs = [config, ...Object.values(files)];
  for (const blob of blobs) await pushBlob(`http://${host}/v2/${name}/blobs/uploads/`, blob, login);
  const described = (mediaType: string, content: string | Uint8Array) => {
    return { mediaType, digest: digestOf(content), size: Buffer.byteLength(content) };
  };
  const text = JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: mediaTypes.model,
    config: described(mediaTypes.config, config),
    layers: Object.entries(files).map(([file, content]) => {
      return { ...described(mediaTypes.weights, content), annotations: { [key]: file } };
    }),
  });
  const headers = { ...login, 'content-type': mediaTypes.manifest };
  await request(`http://${host}/v2/${name}/manifests/${tag}`, { method: 'PUT', headers, body: text }, 201);
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
