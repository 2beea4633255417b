import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DRAFT_VECTORS_DIRECTORY, VECTORS_DIRECTORY } from '../../../suite/src/vectors/load.ts';
import { allReasonClasses, reasonClasses } from '../../../suite/src/vectors/reasons.ts';
import { draftRecipes, recipes } from './cases/all.ts';
import { attestationsFile, compile, furtherFile } from './compile.ts';
import { type KeyName, otherKeyFiles, privateKeyFile, publicKeyFile, testKeys } from './keys.ts';
import { mlDsaKey } from './ml-dsa.ts';
import { certificateFiles } from './pki.ts';
import type { Recipe } from './recipe.ts';

/** Every file of the vectors of the format, by its path in their directory. */
export function vectorFiles(): Map<string, Buffer> {
  const files = compiledFiles(recipes);
  for (const [name, text] of certificateFiles()) files.set(name, Buffer.from(text));
  for (const [name, text] of otherKeyFiles()) files.set(name, Buffer.from(text));
  files.set('reasons.json', jsonFile(reasonClasses));
  return files;
}

/** Every file of the vectors of the draft, by its path in their directory, which is self-contained. */
export function draftVectorFiles(): Map<string, Buffer> {
  const files = compiledFiles(draftRecipes);
  const texts = [...files].flatMap(([name, bytes]) => (name.endsWith('/vector.json') ? String(bytes) : [])).join('');
  for (const [name, text] of certificateFiles()) if (texts.includes(`"${name}"`)) files.set(name, Buffer.from(text));
  files.set(mlDsaKey.privateFile, Buffer.from(mlDsaKey.privatePem));
  files.set(mlDsaKey.publicFile, Buffer.from(mlDsaKey.publicPem));
  files.set('reasons.json', jsonFile(allReasonClasses));
  return files;
}

function jsonFile(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

/** Vectors, and the keys that they can name. */
function compiledFiles(of: readonly Recipe[]): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const { vector, bundle, trustedRoot, policy, sideFile, furtherBundles, attestations } of compile(of)) {
    files.set(`${vector.id}/vector.json`, jsonFile(vector));
    if (bundle) files.set(`${vector.id}/bundle.json`, bundle);
    if (sideFile) files.set(`${vector.id}/side-file.bin`, sideFile);
    if (policy) files.set(`${vector.id}/policy.json`, policy);
    furtherBundles.forEach((each, index) => {
      files.set(`${vector.id}/${furtherFile(index)}`, each);
    });
    attestations.forEach((each, index) => {
      files.set(`${vector.id}/${attestationsFile(index)}`, each);
    });
    if (trustedRoot) files.set(`${vector.id}/trusted_root.json`, trustedRoot);
  }
  for (const name of Object.keys(testKeys) as KeyName[]) {
    files.set(privateKeyFile(name), Buffer.from(testKeys[name].privatePem));
    files.set(publicKeyFile(name), Buffer.from(testKeys[name].publicPem));
  }
  return files;
}

/** Makes the directory hold exactly the files that the recipes give. */
function write(directory: string, files: ReadonlyMap<string, Buffer>): void {
  mkdirSync(directory, { recursive: true });
  for (const name of listed(directory)) if (!files.has(name)) rmSync(path.join(directory, name));
  for (const [name, bytes] of files) {
    const target = path.join(directory, name);
    mkdirSync(path.dirname(target), { recursive: true });
    if (!statSync(target, { throwIfNoEntry: false }) || !readFileSync(target).equals(bytes))
      writeFileSync(target, bytes);
  }
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const at = path.join(directory, entry.name);
    if (entry.isDirectory() && readdirSync(at).length === 0) rmSync(at, { recursive: true });
  }
}

function listed(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
}

if (import.meta.main) {
  try {
    const [files, draftFiles] = [vectorFiles(), draftVectorFiles()];
    write(VECTORS_DIRECTORY, files);
    write(DRAFT_VECTORS_DIRECTORY, draftFiles);
  } catch (error) {
    // What is wrong is a recipe, and its author needs its name rather than our stack.
    process.stderr.write(`vectors: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
