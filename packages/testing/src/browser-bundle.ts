import { type Plugin, rolldown } from 'rolldown';

const entryOf = (names: readonly string[]): Plugin => ({
  name: 'entry',
  resolveId: (id) => (id === 'entry' ? id : null),
  load: (id) => (id === 'entry' ? names.map((name) => `export * from '@model-signing/${name}';`).join('\n') : null),
});

/**
 * One classic script for browsers with these packages as they are built, in the global `bundle`. Every import is resolved as a bundler
 * resolves it for a browser, and one that cannot be is an error.
 */
export async function browserBundle(
  ...names: string[]
): Promise<{ readonly script: string; readonly imports: readonly string[] }> {
  const build = await rolldown({
    input: 'entry',
    platform: 'browser',
    plugins: [entryOf(names)],
    onLog: (_, log) => {
      // A classic script has no address from which a worker could be loaded, and hashes on its own thread.
      if (log.code !== 'EMPTY_IMPORT_META') throw new Error(log.message);
    },
  });
  const { output } = await build.generate({ format: 'iife', name: 'bundle', codeSplitting: false });
  if (output.length !== 1) throw new Error('the bundle has several files');
  const [{ code, fileName, imports, dynamicImports }] = output;
  return { script: code, imports: [...imports, ...dynamicImports].filter((name) => name !== fileName) };
}
