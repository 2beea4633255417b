// The library as a bundler puts it together for a browser: without a plugin, by the conditions of the packages alone.
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type OutputChunk, rolldown } from 'rolldown';

const here = import.meta.dirname;

export interface Bundle {
  readonly chunks: readonly OutputChunk[];
}

/** Puts entries together, minified, each under its name. */
export async function bundle(input: Readonly<Record<string, string>>): Promise<Bundle> {
  const build = await rolldown({
    input: Object.fromEntries(Object.entries(input).map(([name, file]) => [name, path.join(here, file)])),
    platform: 'browser',
    onLog: (_, { code, message }) => {
      // The policy needs at once what verifying needs only for a pattern.
      if (code !== 'INEFFECTIVE_DYNAMIC_IMPORT') throw new Error(`${code}: ${message}`);
    },
  });
  const { output } = await build.generate({ format: 'esm', minify: true, chunkFileNames: '[name]-[hash].js' });
  return { chunks: output.filter((each) => each.type === 'chunk') };
}

/** The scripts that a page loads first: the entry, and what it imports. */
export function firstLoad({ chunks }: Bundle, entry: string): OutputChunk[] {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const needed = new Set<OutputChunk>();
  const add = (chunk: OutputChunk | undefined) => {
    if (!chunk || needed.has(chunk)) return;
    needed.add(chunk);
    for (const name of chunk.imports) add(byName.get(name));
  };
  add(chunks.find((chunk) => chunk.isEntry && chunk.name === entry));
  return [...needed];
}

export const gzipped = (chunks: readonly OutputChunk[]) =>
  chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
