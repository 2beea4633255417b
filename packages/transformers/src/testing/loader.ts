import type { TransformersEnv } from '../environment.ts';
import type { GuardCache } from '../store.ts';

/** An `env` as transformers.js 4 has it in Node. */
export function newEnv(remoteHost: string, cacheDir: string | null = null): TransformersEnv {
  return {
    version: '4.3.2',
    fetch: (input, init) => globalThis.fetch(input, init),
    remoteHost,
    remotePathTemplate: '{model}/resolve/{revision}/',
    allowLocalModels: true,
    useCustomCache: false,
    customCache: null,
    useBrowserCache: false,
    useFSCache: cacheDir !== null,
    cacheDir,
    cacheKey: 'transformers-cache',
  };
}

export interface LoadOptions {
  readonly model?: string;
  readonly revision?: string;
  /** Whether ONNX Runtime reads the file, for which transformers.js returns a path if it can. */
  readonly forRuntime?: boolean;
}

/** Reads a file through the settings of an `env`, in the order in which transformers.js 4.3.2 does in Node. */
export async function loadFile(env: TransformersEnv, name: string, options: LoadOptions = {}): Promise<string> {
  const { model = 'org/tiny', revision = 'main', forRuntime = false } = options;
  const path = env.remotePathTemplate.replace('{model}', model).replace('{revision}', encodeURIComponent(revision));
  const address = `${env.remoteHost}/${path}${name}`;
  const cache = env.customCache as GuardCache;
  const read = async (found: unknown) =>
    typeof found === 'string' ? found : new TextDecoder().decode(await (found as Response).arrayBuffer());

  const cached = await cache.match(address).catch(() => undefined);
  if (cached !== undefined) return read(forRuntime ? await cache.match(address) : cached);
  const response = await env.fetch(address, { headers: {} });
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  if (forRuntime) {
    await cache.put(address, response);
    return read(await cache.match(address));
  }
  const bytes = await response.arrayBuffer();
  if ((await cache.match(address)) === undefined) await cache.put(address, new Response(bytes));
  return new TextDecoder().decode(bytes);
}
