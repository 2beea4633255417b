// A world with what browsers have and Node's own globals have not.
import { createContext, runInContext } from 'node:vm';

/** What scripts have in browsers, of what the packages use: no `process`, no `Buffer`, no `require`. */
const globals = [
  ...[
    'AbortController',
    'AbortSignal',
    'DOMException',
    'MessageChannel',
    'ReadableStream',
    'TextDecoder',
    'TextEncoder',
    'URL',
    'Uint8Array',
    'atob',
  ],
  ...['btoa', 'clearTimeout', 'crypto', 'performance', 'setTimeout', 'structuredClone'],
] as const;

/** Runs a script that `browserBundle` made, and returns what the bundle exports. */
export function runAsInBrowser(script: string, fetch: typeof globalThis.fetch): unknown {
  const own = Object.fromEntries(globals.map((name) => [name, Reflect.get(globalThis, name)]));
  const context = createContext({ ...own, fetch });
  // Browsers have these symbols, and the engine of Node 22 has them only in its main context.
  runInContext("for (const name of ['dispose', 'asyncDispose']) Symbol[name] ??= Symbol(name);", context);
  return runInContext(`${script}\nbundle`, context);
}
