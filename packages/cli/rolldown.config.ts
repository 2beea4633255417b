import path from 'node:path';
import { defineConfig, type OutputOptions, type Plugin } from 'rolldown';

const external = [
  '@bomb.sh/tab',
  '@model-signing/pkcs11',
  '@napi-rs/blake-hash',
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

/** What only describes a schema is a third of it. */
const describing = new Set(['title', 'description', 'examples', 'meta:enum', '$comment', 'deprecated']);

/** Schemas of other projects, whose texts the command does not print. */
const leanSchemas: Plugin = {
  name: 'lean-schemas',
  transform: {
    filter: { id: /\/vendor\/cyclonedx-1\.6\/.*\.json$/ },
    handler: (code) => ({
      code: `export default JSON.parse(${JSON.stringify(JSON.stringify(lean(JSON.parse(code))))});`,
      moduleType: 'js',
    }),
  },
};

/** A schema without its descriptions; what is called like one of them, as a property is, stays. */
function lean(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(lean);
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([name]) => !describing.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, named.has(name) ? leanEach(value) : lean(value)]));
}

/** Members whose own members are called as the document wants. */
const named = new Set(['properties', 'definitions', 'patternProperties', 'dependencies']);

function leanEach(schemas: object): object {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, lean(schema)]));
}

/** The code that every run needs: it reads the command line, runs a command and reports. */
const start =
  /\/cli\/src\/(?:methods\/.*|parts\/(?:flags|limits)|(?:addresses|command-line|context|engine-choice|exit-codes|failure|file-names|flag-values|grammar|hints|interrupt|key-hints|leftovers|look-alikes|main|method-choice|options|output|own-secrets|printable|program|reuse-options|secret-text|settings|shell-words|sizes|source-hints|source-options|standard-streams|store-names|suggestions|system-errors|word-checks))\.ts$|\/core\/dist\/format\/(?:text|predicate-types)\.js$|\/x509\/dist\/text\.js$|\/cli\/package\.json$/;

/** The code that every way of signing with a key needs. */
const sign =
  /\/cli\/src\/(?:commands\/(?:private-key|sign|sign-destination|sign-key|signing-key)|signature-(?:file|target))\.ts$/;

/** The code that verifying with a key needs, and most of the code that other commands need. */
const core =
  /\/core\/dist\/(?!attest\.|format\/(?:text|attestation|bundle-lines|predicate-types)\.|methods\/(?!(?:any-of|der-form|ec-key|foreign-form|key|key-text|known-forms|private-key|verify-signature)\.)|format\/versions\/v1\.1|node\/(?:attestation-file|file-lock|http|private-file|proxy)|hashing\/remembering|index|inspect|list-to-hash|planned|sign\.|verify-several|node\/hashing\/(?:stream-)?workers?\.).*\.js$|\/x509\/dist\/(?:node\/platform|bytes|option-rules)\.js$|\/native\/dist\/(?:engine|local-jobs)\.js$|\/spec\/dist\/(?!policy|v1\.1|generated\/v1\.1).*\.js$|\/cli\/src\/(?:commands\/(?:attestation-report|copy|identity|model|source|verification|verify|verify-key)|engine|ignore-paths|input-file|named-input|named-model|named-signature|new-objects|only-names|progress|secret|signature-location)\.ts$/;

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
          { name: 'native', test: /\/native\/dist\/(?:hashing|load|request|library-fault)\.js$/ },
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
