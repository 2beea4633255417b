import path from 'node:path';
import { defineConfig, type OutputOptions, type Plugin } from 'rolldown';
import { core, sign, start } from './chunks.ts';
import { leanSchemas } from './lean-schemas.ts';

const external = [
  '@bomb.sh/tab',
  '@model-signing/pkcs11',
  '@napi-rs/blake-hash',
  '@opentelemetry/api',
  /^@noble\/hashes/,
  /^@sigstore\//,
  '@tufjs/models',
  'oauth4webapi',
  're2js',
];

const output: OutputOptions = {
  dir: 'dist',
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name].cjs',
  comments: { legal: true, jsdoc: false },
};

/** A single character outside ASCII doubles the memory that Node needs for a file. */
const inAscii: Plugin = {
  name: 'in-ascii',
  generateBundle(_, files) {
    for (const file of Object.values(files)) {
      if (file.type === 'chunk') file.code = file.code.replaceAll(/[\u0080-\uffff]/g, escaped);
    }
  },
};

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A copy of a model on this machine needs nothing of the stores, which are half of the package of the sources. */
const onlyTheCopy: Plugin = {
  name: 'only-the-copy',
  resolveId: (id, importer) =>
    id === '@model-signing/sources' && importer?.endsWith(path.join('commands', 'copy.ts'))
      ? path.resolve('../sources/dist/node/copy-verified.js')
      : null,
};

// The command starts several times faster from a few files than from some eighty modules: each file costs half a millisecond.
// As CommonJS it starts a third faster: an ES module that imports a module of Node loads all of it. Nothing is minified, so
// that stack traces and the code stay readable. Code that a command does not need is in files that it does not load.
export default defineConfig([
  {
    input: { main: 'src/main.ts' },
    platform: 'node',
    // The first file may export more than its own exports, for other files.
    preserveEntrySignatures: 'allow-extension',
    external,
    plugins: [onlyTheCopy, leanSchemas, inAscii],
    output: {
      ...output,
      cleanDir: true,
      codeSplitting: {
        includeDependenciesRecursively: false,
        groups: [
          { name: 'start', test: start },
          { name: 'core', test: core },
          { name: 'sign', test: sign },
          // What loads the compiled engine, and what hands it jobs, are needed together.
          { name: 'native', test: /\/native\/dist\/(?:hashing|load|load-file|request|library-fault)\.js$/ },
        ],
      },
    },
  },
  // A hashing thread loads one small file, which it does not share with the command.
  ...['worker', 'stream-worker', 'range-worker'].map((name) => ({
    input: { [name]: `../core/dist/node/hashing/${name}.js` },
    platform: 'node' as const,
    external,
    plugins: [inAscii],
    output,
  })),
]);
