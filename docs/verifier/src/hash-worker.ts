import type { HashWorker } from '@model-signing/core/web';

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

let script: string | null = null;

/** Starts a worker with the script of this page: there is nothing else from which it could be loaded. */
export function startHashWorker(): HashWorker {
  const text = document.querySelector('script')?.textContent ?? '';
  script ??= trusted(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
  return new Worker(script) as unknown as HashWorker;
}

/** The policy of the page lets this one address become a script, and no other text. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
  return trustedTypes?.createPolicy('hash-worker', { createScriptURL: () => url }).createScriptURL(url) ?? url;
}
