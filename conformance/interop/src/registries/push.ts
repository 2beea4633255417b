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

/** Pushes a model of raw layers, one for each file. */
export async function pushModel(
  host: string,
  name: string,
  tag: string,
  files: Files,
  key: string = nameKeys.modelPack,
): Promise<Pushed> {
  const config = '{"descriptor":{"name":"a model of a test"},"modelfs":{"type":"layers","diffIds":[]},"config":{}}';
  const blobs = [config, ...Object.values(files)];
  for (const blob of blobs) await pushBlob(host, name, blob);
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
  const headers = { 'content-type': mediaTypes.manifest };
  await request(`http://${host}/v2/${name}/manifests/${tag}`, { method: 'PUT', headers, body: text }, 201);
  return { digest: digestOf(text), text };
}

async function pushBlob(host: string, name: string, content: string | Uint8Array): Promise<void> {
  const base = `http://${host}/v2/${name}/blobs/uploads/`;
  const begun = await request(base, { method: 'POST' }, 202);
  const location = new URL(begun.headers.get('location') ?? '', base);
  location.searchParams.set('digest', digestOf(content));
  const headers = { 'content-type': 'application/octet-stream' };
  await request(location.href, { method: 'PUT', headers, body: Buffer.from(content) }, 201);
}

async function request(url: string, init: RequestInit, expected: number): Promise<Response> {
  const response = await fetch(url, init);
  const body = await response.text();
  if (response.status !== expected) throw new Error(`${init.method} ${url}: ${response.status} ${body}`);
  return response;
}
