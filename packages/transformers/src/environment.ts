import { quote } from '@model-signing/core';

/** What sends the requests of transformers.js. */
export type Fetch = (input: string | URL, init?: RequestInit) => Promise<Response>;

/** What is used of the `env` of transformers.js. */
export interface TransformersEnv {
  readonly version: string;
  fetch: (input: string | URL, init?: RequestInit) => Promise<Response>;
  remoteHost: string;
  remotePathTemplate: string;
  allowLocalModels: boolean;
  useCustomCache: boolean;
  customCache: unknown;
  readonly useBrowserCache: boolean;
  readonly useFSCache: boolean;
  readonly cacheDir: string | null;
  readonly cacheKey: string;
}

/** The settings that would lead around a guard if they were changed while it is in place. */
type Setting = 'fetch' | 'customCache' | 'useCustomCache' | 'allowLocalModels' | 'remoteHost' | 'remotePathTemplate';

/** The release line whose ways of reading a file are known. */
const MAJOR = '4.';

const types: Readonly<Record<Exclude<Setting, 'customCache'>, string>> = {
  fetch: 'function',
  useCustomCache: 'boolean',
  allowLocalModels: 'boolean',
  remoteHost: 'string',
  remotePathTemplate: 'string',
};

/**
 * Checks that this is the `env` of a release in which every file of a model is read through `env.fetch` or the custom cache. An
 * older one would read past a guard.
 * @throws {TypeError}
 */
export function checkEnvironment(env: TransformersEnv): void {
  const members = (Object(env) === env ? env : {}) as unknown as Record<string, unknown>;
  const { version } = members;
  const lacks = Object.entries(types).find(([name, type]) => typeof members[name] !== type);
  if (typeof version === 'string' && version.startsWith(MAJOR) && !lacks) return;
  const found = typeof version === 'string' ? ` and says that it is version ${quote(version)}` : '';
  const why = lacks ? `it lacks ${lacks[0]}${found}` : `it says that it is version ${quote(String(version))}`;
  throw new TypeError(`env must be that of transformers.js ${MAJOR}x: ${why}`);
}

/**
 * Sets settings, and lets any later change of them fail: it would switch the guard off without a word.
 * @returns puts them back
 */
export function lockSettings(env: TransformersEnv, values: Pick<TransformersEnv, Setting>): () => void {
  const before = (Object.keys(values) as Setting[]).map(
    (name) => [name, Object.getOwnPropertyDescriptor(env, name)] as const,
  );
  for (const name of Object.keys(values) as Setting[]) {
    Object.defineProperty(env, name, {
      get: () => values[name],
      set: () => {
        throw new TypeError(`env.${name} cannot be changed while a model is guarded: release the guard first`);
      },
      enumerable: true,
      configurable: true,
    });
  }
  return () => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(env, name, descriptor);
      else delete (env as Partial<TransformersEnv>)[name]; // it was inherited
    }
  };
}
