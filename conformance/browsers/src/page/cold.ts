// Checks one signature with a library that was not loaded before.
import type { Case } from '../case.ts';

/** Milliseconds until the library is there, and until the signature is checked, from before the library is asked for. */
async function checkCold(vector: Case): Promise<{ readonly loaded: number; readonly checked: number }> {
  const start = performance.now();
  const { decode, openSignature, openVerifier } = await import('./cold-library.ts');
  const loaded = performance.now() - start;
  const { signer } = await openSignature(decode(vector.bundles[0] ?? ''), await openVerifier(vector.inputs));
  if (signer.method !== vector.inputs.method) throw new Error(`the signer is one of ${signer.method}`);
  return { loaded, checked: performance.now() - start };
}

const response = await fetch('/case.json');
const vector = (await response.json()) as Case;
Object.assign(globalThis, { checkCold: () => checkCold(vector) });
