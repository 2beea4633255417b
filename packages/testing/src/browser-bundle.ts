import path from 'node:path';
import { type Plugin, rolldown } from 'rolldown';

const packages = path.resolve(import.meta.dirname, '../..');
const platform = (name: string) => path.join(packages, name, 'src/testing/noble-platform.ts');

/** The parts of core that have no form for browsers yet, as far as a model in a store needs them. */
const missing: Readonly<Record<string, string>> = {
  '#engine': `
    import { sha256 } from '#platform';
    export const readSmallFile = async () => null;
    const hashJob = async ({ file, start, end }) => {
      const chunks = [];
      for await (const chunk of file.content.read(start, end ?? file.size)) chunks.push(chunk);
      return sha256(chunks);
    };
    export const defaultEngine = { hash: (jobs) => Promise.all(jobs.map(hashJob)) };`,
  '#http': `
    export class HttpError extends Error {}
    export const sendRequest = () => Promise.reject(new HttpError());`,
  '#models': 'export {};',
};

const secondPlatform = (names: readonly string[]): Plugin => ({
  name: 'second-platform',
  resolveId(id, importer = '') {
    if (id === 'entry') return id;
    if (id === '#platform') return platform(importer.includes(`${path.sep}x509${path.sep}`) ? 'x509' : 'core');
    return Object.hasOwn(missing, id) ? `\0${id}` : null;
  },
  load(id) {
    if (id === 'entry') return names.map((name) => `export * from '@model-signing/${name}';`).join('\n');
    return missing[id.slice(1)] ?? null;
  },
});

/**
 * One classic script for browsers with these packages as they are built, in the global `bundle`. Core gets its second platform, which
 * is for tests; every other import is resolved as a bundler resolves it for a browser, and one that cannot be is an error.
 */
export async function browserBundle(
  ...names: string[]
): Promise<{ readonly script: string; readonly imports: readonly string[] }> {
  const build = await rolldown({
    input: 'entry',
    platform: 'browser',
    plugins: [secondPlatform(names)],
    onLog: (_, log) => {
      throw new Error(log.message);
    },
  });
  const { output } = await build.generate({ format: 'iife', name: 'bundle', codeSplitting: false });
  if (output.length !== 1) throw new Error('the bundle has several files');
  const [{ code, fileName, imports, dynamicImports }] = output;
  return { script: code, imports: [...imports, ...dynamicImports].filter((name) => name !== fileName) };
}
