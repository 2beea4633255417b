import * as files from 'node:fs';
import { globSync, readFileSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import path from 'node:path';
import * as core from '@model-signing/core';
import * as attestationFile from '@model-signing/core/attestation-file';
import * as lineages from '@model-signing/core/lineage';
import * as web from '@model-signing/core/web';
import * as keys from '@model-signing/keys';
import * as native from '@model-signing/native';
import * as pkcs11 from '@model-signing/pkcs11';
import * as policies from '@model-signing/policy';
import * as sigstore from '@model-signing/sigstore';
import * as stores from '@model-signing/sources';
import * as spec from '@model-signing/spec';
import * as transformers from '@model-signing/transformers';
import * as x509 from '@model-signing/x509';
import { root } from '../workplace.ts';

/** The modules that an example may leave out of its imports, with the types that it may name. */
export const modules: Readonly<Record<string, readonly string[]>> = {
  'node:fs': ['createReadStream'].filter((name) => name in files),
  'node:fs/promises': ['open', 'readFile', 'writeFile'].filter((name) => name in fs),
  'node:path': ['resolve'].filter((name) => name in path),
  '@model-signing/core': [...Object.keys(core), 'type PrivateKeyHandle', 'type Model', 'type HashEngine'],
  '@model-signing/core/attestation-file': Object.keys(attestationFile),
  '@model-signing/core/lineage': Object.keys(lineages),
  '@model-signing/core/web': Object.keys(web),
  '@model-signing/keys': Object.keys(keys),
  '@model-signing/native': Object.keys(native),
  '@model-signing/pkcs11': Object.keys(pkcs11),
  '@model-signing/policy': Object.keys(policies),
  '@model-signing/sigstore': Object.keys(sigstore),
  '@model-signing/sources': Object.keys(stores),
  '@model-signing/transformers': Object.keys(transformers),
  '@model-signing/x509': Object.keys(x509),
  '@model-signing/spec': Object.keys(spec),
};

/** What examples use that is the reader's own, by its name. */
const assumed: Readonly<Record<string, string>> = {
  service: '{ signDigest(key: string, digest: Uint8Array): Promise<Uint8Array> }',
  policy: "import('@model-signing/policy').Policy",
  // What pages get from the browser.
  showDirectoryPicker: "() => Promise<import('@model-signing/core/web').DirectoryHandle>",
  element:
    "{ ondrop: (event: { dataTransfer: { items: [{ webkitGetAsEntry(): import('@model-signing/core/web').DroppedEntry }] } }) => void }",
  input: '{ files: [File] }',
  // What examples import from transformers.js, which is no dependency of this repository.
  env: "import('@model-signing/transformers').TransformersEnv",
  pipeline: '(task: string, model: string, options: { readonly revision: string }) => Promise<unknown>',
};

/** The sources of the packages, without tests. */
export const sources: readonly string[] = globSync('{packages/*/src,spec/src,conformance/suite/src}/**/*.ts', {
  cwd: root,
})
  .map((file) => file.replaceAll(path.sep, '/'))
  .filter((file) => !/\.test\.ts$|\/testing\//.test(file))
  .sort();

/** The examples in the documentation comments of a source, as programs, by the paths of files that do not exist. */
export function examplesIn(source: string): [string, string][] {
  const text = readFileSync(path.join(root, source), 'utf8');
  return [...text.matchAll(/^[ \t]*\* @example\b(.*\n[\s\S]*?)^[ \t]*(?:\*\/|\* @)/gm)].map(([, comment = ''], i) => {
    const example = comment.replaceAll(/^[ \t]*\* ?/gm, '').replaceAll(/^```.*$/gm, '');
    return [
      path.join(root, `${source}.${i + 1}.mts`),
      [...importsOf(example), ...declarationsFor(example), example].join('\n'),
    ];
  });
}

function declarationsFor(example: string): string[] {
  const undeclared = Object.entries(assumed).filter(([name]) => !example.includes(`const ${name} = `));
  return undeclared.map(([name, type]) => `declare const ${name}: ${type};`);
}

function importsOf(example: string): string[] {
  if (/^import /m.test(example)) return [];
  const words = new Set(example.match(/\b[A-Za-z]\w*\b/g));
  return Object.entries(modules).flatMap(([module, names]) => {
    const used = names.filter((name) => words.has(name.replace('type ', '')));
    return used.length > 0 ? [`import { ${used.join(', ')} } from '${module}';`] : [];
  });
}
