// What the page does: loads models with the transformers.js that the server has, and changes the cache of the browser.
import { type LoadOutcome, type LoadRequest, load, type Transformers } from '../load.ts';

interface Wasm {
  wasmPaths: string;
  numThreads: number;
}

type BrowserTransformers = Transformers & { readonly env: { readonly backends: { readonly onnx: { wasm: Wasm } } } };

interface BrowserCache {
  match(address: string): Promise<Response | undefined>;
  put(address: string, response: Response): Promise<void>;
}

const { caches } = globalThis as unknown as { caches: { open(name: string): Promise<BrowserCache> } };

/** Not in this bundle: pages load it from elsewhere, and the tests take it as it is published. */
const SCRIPT = '/transformers.js';

async function loadHere(request: LoadRequest): Promise<LoadOutcome> {
  const transformers: BrowserTransformers = await import(SCRIPT);
  const { wasm } = transformers.env.backends.onnx;
  wasm.wasmPaths = '/onnxruntime/';
  wasm.numThreads = 1; // several need headers by which the page is isolated
  return load(transformers, { ...request, pipeline: { device: 'wasm' } });
}

/** Changes a byte of a response that the browser keeps. */
async function poison(address: string): Promise<void> {
  const cache = await caches.open('transformers-cache');
  const found = await cache.match(address);
  if (!found) throw new Error(`the cache has nothing at ${address}`);
  const content = new Uint8Array(await found.arrayBuffer());
  content[content.length - 2] = (content.at(-2) as number) ^ 1;
  await cache.put(address, new Response(content, { headers: found.headers }));
}

/** How long the browser's own SHA-256 of so many bytes takes. */
async function timePlain(length: number): Promise<number> {
  const bytes = new Uint8Array(length).fill(7);
  const begun = performance.now();
  await crypto.subtle.digest('SHA-256', bytes);
  return performance.now() - begun;
}

Object.assign(globalThis, { loader: { load: loadHere, poison, timePlain } });
