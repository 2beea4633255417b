// transformers.js in Chromium: a page on loopback, which is visited anew for each load.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { bundle } from '../../../browsers/src/bundles.ts';
import { type OpenPage, openChromium } from '../../../browsers/src/launch.ts';
import { type PageServer, type Served, serve } from '../../../browsers/src/server.ts';
import type { LoadOutcome, LoadRequest } from './load.ts';

const script = (content: string | Uint8Array): Served => ({ type: 'text/javascript', content });

/** The page, the guard as a bundler puts it together, and transformers.js and ONNX Runtime as they are published. */
async function filesOf(installed: string): Promise<Map<string, Served>> {
  const { chunks } = await bundle({ load: '../../interop/src/loaders/page/load.ts' });
  const files = new Map(chunks.map(({ fileName, code }) => [`/${fileName}`, script(code)]));
  const content =
    '<!doctype html><meta charset="utf-8"><title>Test</title><script type="module" src="/load.js"></script>';
  files.set('/', { type: 'text/html', content });
  const packages = path.join(installed, 'node_modules');
  files.set(
    '/transformers.js',
    script(readFileSync(path.join(packages, '@huggingface/transformers/dist/transformers.js'))),
  );
  const runtime = path.join(packages, 'onnxruntime-web/dist');
  for (const name of globSync('*.{mjs,wasm}', { cwd: runtime })) {
    const type = name.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
    files.set(`/onnxruntime/${name}`, { type, content: readFileSync(path.join(runtime, name)) });
  }
  return files;
}

/** A Chromium in which models are loaded. */
export class ChromiumLoader implements AsyncDisposable {
  readonly #server: PageServer;
  readonly #page: OpenPage;

  private constructor(server: PageServer, page: OpenPage) {
    this.#server = server;
    this.#page = page;
  }

  /** @param installed the folder in which transformers.js is installed */
  static async open(executable: string, installed: string): Promise<ChromiumLoader> {
    const server = await serve(await filesOf(installed));
    return new ChromiumLoader(server, await openChromium(executable));
  }

  get browser(): string {
    return this.#page.browser;
  }

  /** Loads a model in a page that has loaded nothing before. */
  async load(request: LoadRequest): Promise<LoadOutcome> {
    await this.#page.goto(this.#server.url);
    return (await this.#call('load', request)) as LoadOutcome;
  }

  /** Changes a file in the cache of the browser. */
  async poison({ hub, model, revision }: LoadRequest, name: string): Promise<void> {
    await this.#call('poison', `${hub}/${model}/resolve/${revision}/${name}`);
  }

  async timePlain(length: number): Promise<number> {
    await this.#page.goto(this.#server.url);
    return (await this.#call('timePlain', length)) as number;
  }

  async #call(name: string, argument: unknown): Promise<unknown> {
    const text = await this.#page.evaluate(`(async () => {
      while (!globalThis.loader) await new Promise((resolve) => setTimeout(resolve, 20));
      return JSON.stringify((await globalThis.loader.${name}(${JSON.stringify(argument)})) ?? null);
    })()`);
    return JSON.parse(String(text));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#page[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
  }
}
