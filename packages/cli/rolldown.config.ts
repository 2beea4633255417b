import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig, type OutputOptions, type Plugin } from 'rolldown';

/** Packages whose code goes into the bundle, and their licences with it. */
const bundled = ['commander'];

const external = ['@bomb.sh/tab', '@napi-rs/blake-hash', /^@noble\/hashes/, /^@sigstore\//, 'oauth4webapi', 're2js'];

const output: OutputOptions = {
  dir: 'dist',
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name].cjs',
  comments: { legal: true, jsdoc: false },
};

/** Keeps the licences of the bundled packages beside their code. */
const licences: Plugin = {
  name: 'licences',
  writeBundle({ dir = 'dist' }) {
    const texts = bundled.map((name) => {
      const places = ['node_modules', '../../node_modules'].map((root) => path.join(root, name, 'LICENSE'));
      const file = places.find((place) => existsSync(place));
      if (file === undefined) throw new Error(`the licence of ${name} was not found`);
      return `${name}\n\n${readFileSync(file, 'utf8').trim()}\n`;
    });
    writeFileSync(path.join(dir, 'LICENSES.txt'), texts.join('\n---\n\n'));
  },
};

/**
 * Commander would load what starts other programs, and with it the network, at every start. It uses it for subcommands that
 * are programs of their own, and there are none.
 */
const withoutChildProcess: Plugin = {
  name: 'without-child-process',
  resolveId(source, importer) {
    if (source === 'node:child_process' && importer?.includes('/commander/')) return '\0no-child-process';
    return null;
  },
  load: (id) => (id === '\0no-child-process' ? 'export {};' : null),
};

/** One character that is not ASCII doubles what Node reads, scans and keeps of a whole file. */
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

/** Every run: what reads the command line, runs a command and reports. */
const start =
  /\/cli\/src\/(?:methods\/.*|(?:context|exit-codes|failure|grammar|hints|interrupt|main|options|output|printable|program|settings|sizes|standard-streams|well-formed))\.ts$|\/cli\/package\.json$/;

/** What verifying with a key needs, and with it most of what all other commands need. */
const core =
  /\/core\/dist\/(?!methods\/(?!(?:ec-key|key|private-key|verify-signature)\.)|format\/versions\/v1\.1|node\/http|index|inspect|sign\.|node\/hashing\/workers?\.).*\.js$|\/x509\/dist\/(?:node\/platform|bytes)\.js$|\/spec\/dist\/(?!v1\.1|generated\/v1\.1).*\.js$|\/cli\/src\/(?:commands\/(?:identity|model|verify|verify-key)|ignore-paths|input-file|progress)\.ts$/;

// The command starts several times faster from a few files than from some eighty modules: each file costs half a millisecond.
// As CommonJS it starts faster by another third: an ES module that imports a module of Node has all of that module loaded,
// whatever it uses of it. Nothing is minified, so that stack traces and the code itself stay readable. What a command does
// not need is in a file that it does not load.
export default defineConfig([
  {
    input: { main: 'src/main.ts', 'conformance-adapter': 'src/conformance/adapter.ts' },
    platform: 'node',
    // What other files need of the first one, it may export beside what it exports anyway.
    preserveEntrySignatures: 'allow-extension',
    external,
    plugins: [licences, withoutChildProcess, inAscii],
    output: {
      ...output,
      cleanDir: true,
      codeSplitting: {
        includeDependenciesRecursively: false,
        groups: [
          { name: 'start', test: start },
          { name: 'core', test: core },
        ],
      },
    },
  },
  // A thread that hashes loads one small file, and shares none with the command.
  { input: { worker: '../core/dist/node/hashing/worker.js' }, platform: 'node', external, plugins: [inAscii], output },
]);
