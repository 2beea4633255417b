// transformers.js in Node, with its cache in a folder.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { moduleIn } from './environment.ts';
import { type LoadOutcome, type LoadRequest, load, type Transformers } from './load.ts';

/** Loads models in this process. */
export class NodeLoader {
  readonly #installed: string;
  readonly #cache: string;

  /** @param installed the folder in which transformers.js is installed */
  constructor(installed: string, cache: string) {
    this.#installed = installed;
    this.#cache = cache;
  }

  async load(request: LoadRequest): Promise<LoadOutcome> {
    const transformers: Transformers = await import(moduleIn(this.#installed, '@huggingface/transformers'));
    transformers.env.cacheDir = this.#cache;
    return load(transformers, request);
  }

  /** Changes a file in the cache. */
  async poison({ model, revision }: LoadRequest, name: string): Promise<void> {
    const file = path.join(this.#cache, model, revision, name);
    const content = readFileSync(file);
    content[content.length - 2] = (content.at(-2) as number) ^ 1;
    writeFileSync(file, content);
  }
}
