// Puts the parts of sigstore-js that verifying needs into one file for browsers, which have neither `node:crypto` nor `Buffer`: the
// libraries get those of `src/web`. Their code is otherwise as it is published.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Plugin, rolldown } from 'rolldown';

const root = path.resolve(import.meta.dirname, '..');
const web = (name: string) => path.join(root, 'dist/web', name);
const output = web('sigstore-js.js');

/** The modules of Node that the libraries load, with the names under which they use them. */
const modules: Readonly<Record<string, string>> = {
  crypto: `export { nodeCrypto as default } from '${web('node-crypto.js')}';`,
  util: `export { isDeepStrictEqual } from '${web('deep-equal.js')}';`,
};

/** What stays outside of the file: the platform, and the modules of this package. */
const outside = /^@model-signing\//;

const standIns: Plugin = {
  name: 'stand-ins',
  resolveId: (id) => (Object.hasOwn(modules, id) ? `\0${id}` : null),
  load: (id) => modules[id.slice(1)] ?? null,
};

/** What the file contains, and the licence of it, which all of it has. */
function notice(): string {
  const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const contained = ['@sigstore/core', '@sigstore/protobuf-specs', '@sigstore/verify'].map(
    (name) => `${name} ${dependencies[name]}`,
  );
  return `/*! Contains ${contained.join(', ')}: Apache-2.0, copyright The Sigstore Authors */`;
}

const build = await rolldown({
  input: path.join(root, 'dist/node/sigstore-js.js'),
  platform: 'browser',
  external: outside,
  plugins: [standIns],
  transform: { define: { 'globalThis.Buffer': 'Buffer' }, inject: { Buffer: [web('bytes.js'), 'makeBytes'] } },
  onLog: (_, log) => {
    throw new Error(log.message);
  },
});
const { output: files } = await build.generate({ format: 'esm', codeSplitting: false, banner: notice() });
const [{ code, imports }] = files;
const others = imports.filter((name) => !outside.test(name));
if (files.length !== 1 || others.length > 0) throw new Error(`the bundle imports ${others.join(', ')}`);
mkdirSync(path.dirname(output), { recursive: true });
writeFileSync(output, code);
