import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig, type Plugin } from 'rolldown';

/** Packages whose code goes into the bundle, and their licences with it. */
const bundled = ['commander'];

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

// The command starts several times faster from a few files than from some eighty modules, and as CommonJS by another third:
// an ES module that imports a module of Node has all of that module loaded, whatever it uses of it. Nothing is minified, so
// that stack traces and the code itself stay readable. What a command does not need is in a file that it does not load.
export default defineConfig({
  input: {
    main: 'src/main.ts',
    'conformance-adapter': 'src/conformance/adapter.ts',
    worker: '../core/dist/hashing/worker.js',
  },
  platform: 'node',
  external: ['@bomb.sh/tab', '@napi-rs/blake-hash', /^@noble\/hashes/, /^@sigstore\//, 'oauth4webapi', 're2js'],
  plugins: [licences, withoutChildProcess],
  output: {
    dir: 'dist',
    format: 'cjs',
    cleanDir: true,
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    comments: { legal: true, jsdoc: false },
  },
});
