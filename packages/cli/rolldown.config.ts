import path from 'node:path';
import { defineConfig, type OutputOptions, type Plugin } from 'rolldown';

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

/** The modules of a folder in these lists, by their names without the ending; a name that ends in `/` is a folder. */
function modulesOf(folder: string, ending: string, names: readonly string[]): string {
  const patterns = names.map((name) => name.replaceAll('.', '\\.') + (name.endsWith('/') ? '.*' : ''));
  return `/${folder}/(?:${patterns.join('|')})\\.${ending}$`;
}

const any = (...patterns: readonly string[]) => new RegExp(patterns.join('|'));

/** The code that every run needs: it reads the command line, runs a command and reports. */
const start = any(
  modulesOf('cli/src', 'ts', [
    ...[
      'methods/',
      'parts/flags',
      'parts/limits',
      'addresses',
      'command-line',
      'context',
      'engine-choice',
      'exit-codes',
    ],
    ...[
      'failure',
      'file-names',
      'flag-values',
      'grammar',
      'hints',
      'interrupt',
      'key-hints',
      'leftovers',
      'log-record',
    ],
    ...['look-alikes', 'main', 'method-choice', 'options', 'output', 'own-secrets', 'printable', 'program'],
    ...['reuse-options', 'secret-text', 'settings', 'shell-words', 'sizes', 'source-hints', 'source-options'],
    ...['standard-streams', 'store-names', 'suggestions', 'system-errors', 'word-checks'],
  ]),
  modulesOf('core/dist/format', 'js', ['text', 'predicate-types']),
  modulesOf('x509/dist', 'js', ['text']),
  '/cli/package\\.json$',
);

/** The code that every way of signing with a key needs. */
const sign = any(
  modulesOf('cli/src/commands', 'ts', ['private-key', 'sign', 'sign-destination', 'sign-key', 'signing-key']),
  modulesOf('cli/src', 'ts', ['signature-file', 'signature-target']),
);

/** What of the library a verification with a key does not need; a name that ends in `/` is a folder. */
const notForKeys = [
  ...[
    'attest',
    'index',
    'inspect',
    'lineage',
    'lineage/',
    'list-to-hash',
    'planned',
    'sign',
    'telemetry',
    'verify-several',
  ],
  ...['format/text', 'format/attestation', 'format/bundle-lines', 'format/predicate-types', 'format/versions/v1.1'],
  ...['hashing/remembering', 'node/attestation-file', 'node/file-lock', 'node/http', 'node/private-file', 'node/proxy'],
  ...['node/hashing/worker', 'node/hashing/workers', 'node/hashing/stream-worker', 'node/hashing/stream-workers'],
];

/** Of the methods of signing it needs these alone. */
const keyMethods = [
  ...['any-of', 'der-form', 'ec-key', 'foreign-form', 'key', 'key-text', 'known-forms', 'ml-dsa', 'private-key'],
  ...['signature-key', 'verify-signature'],
];

/** The code that verifying with a key needs, and most of the code that other commands need. */
const core = any(
  `/core/dist/(?!methods/|(?:${notForKeys.map((name) => name.replaceAll('.', '\\.') + (name.endsWith('/') ? '' : '\\.')).join('|')})).*\\.js$`,
  modulesOf('core/dist/methods', 'js', keyMethods),
  modulesOf('x509/dist', 'js', ['node/platform', 'bytes', 'option-rules']),
  modulesOf('native/dist', 'js', ['engine', 'local-jobs']),
  '/spec/dist/(?!policy|v1\\.1|generated/v1\\.1).*\\.js$',
  modulesOf('cli/src/commands', 'ts', [
    ...['attestation-report', 'copy', 'identity', 'model', 'source', 'verification', 'verify', 'verify-key'],
  ]),
  modulesOf('cli/src', 'ts', [
    ...['engine', 'ignore-paths', 'input-file', 'key-extensions', 'named-input', 'named-model', 'named-signature'],
    ...['new-objects', 'only-names', 'progress', 'secret', 'signature-location'],
  ]),
);

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
    plugins: [onlyTheCopy, inAscii],
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
