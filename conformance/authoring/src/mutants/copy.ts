import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { compileValidators } from '../../../../spec/tools/compile-validators.ts';
import { layoutOf } from '../../../../spec/tools/layout.ts';
import { readSchemaDocuments, type SchemaDocuments } from '../../../../spec/tools/schema-documents.ts';
import type { Edit, SchemaEdit, TextEdit } from './mutant.ts';

const repository = path.resolve(import.meta.dirname, '../../../..');

/** Inside the repository, so that the packages that ours depend on are found; ignored by Git. */
const place = path.join(repository, '.cache/mutants');

/** The packages that a copy has of its own, as far as they are there. */
const packages = ['core', 'x509', 'sigstore', 'cli', 'conformance-adapter'].filter((name) =>
  existsSync(path.join(repository, 'packages', name, 'src')),
);

/** Removes all copies. */
export function removeCopies(): void {
  rmSync(place, { recursive: true, force: true });
}

/**
 * Copies the sources of our implementation and edits the copy. Nothing that is published knows of it.
 * @returns the command of the adapter of the copy
 * @throws {Error} where an edit does not apply
 */
export function makeCopy(id: string, edits: readonly Edit[]): readonly [string, ...string[]] {
  const directory = path.join(place, id.replaceAll('/', '_'));
  rmSync(directory, { recursive: true, force: true });
  const scope = path.join(directory, 'node_modules/@model-signing');
  mkdirSync(scope, { recursive: true });
  for (const name of packages) {
    copySources(path.join(repository, 'packages', name), path.join(directory, name));
    symlinkSync(path.join('../..', name), path.join(scope, name));
  }
  for (const edit of edits) if ('file' in edit) applyText(directory, edit);
  const schemaEdits = edits.filter((edit) => 'schema' in edit);
  if (schemaEdits.length > 0) copySpec(directory, scope, schemaEdits);
  return [process.execPath, path.join(directory, 'conformance-adapter/src/library.ts')];
}

function copySources(from: string, to: string): void {
  cpSync(path.join(from, 'src'), path.join(to, 'src'), {
    recursive: true,
    filter: (file) => !file.endsWith('.test.ts') && !file.endsWith('.snap') && path.basename(file) !== 'testing',
  });
  writePackage(from, to);
}

/** A package whose entry points are its sources. */
function writePackage(from: string, to: string): void {
  const { name, version, exports } = JSON.parse(readFileSync(path.join(from, 'package.json'), 'utf8'));
  const entries = Object.entries(exports as Record<string, unknown>).flatMap(([key, value]) => {
    const target = typeof value === 'object' && value !== null ? (value as { default?: string }).default : undefined;
    return target === undefined ? [] : [[key, target.replace('./dist/', './src/').replace(/\.js$/, '.ts')]];
  });
  mkdirSync(to, { recursive: true });
  const text = JSON.stringify({ name, version, type: 'module', exports: Object.fromEntries(entries) }, null, 2);
  writeFileSync(path.join(to, 'package.json'), `${text}\n`);
}

function applyText(directory: string, { file, find, replace }: TextEdit): void {
  const at = path.join(directory, file);
  const text = readFileSync(at, 'utf8');
  const parts = text.split(find);
  if (parts.length !== 2) {
    throw new Error(`${file} holds ${JSON.stringify(find)} ${parts.length - 1} times, not once: renew the edit`);
  }
  writeFileSync(at, parts.join(replace));
}

/** A copy of the specification's package, whose validators are compiled from the edited schemas. */
function copySpec(directory: string, scope: string, edits: readonly SchemaEdit[]): void {
  const from = path.join(repository, 'spec');
  copySources(from, path.join(directory, 'spec'));
  symlinkSync('../../spec', path.join(scope, 'spec'));
  for (const version of ['v1.0', 'v1.1']) {
    const documents = structuredClone(readSchemaDocuments(layoutOf(version))) as Record<string, unknown>;
    const own = edits.filter((edit) => edit.version === undefined || edit.version === version);
    for (const edit of own) applySchema(documents[edit.schema], edit);
    const validators = path.join(directory, `spec/src/${version}/compiled.ts`);
    writeFileSync(validators, compileValidators(documents as unknown as SchemaDocuments));
  }
}

function applySchema(document: unknown, { schema, pointer, drop = [], set = {} }: SchemaEdit): void {
  let part = document as Record<string, unknown> | undefined;
  for (const step of pointer.split('/').slice(1)) {
    part = part?.[step.replaceAll('~1', '/').replaceAll('~0', '~')] as Record<string, unknown> | undefined;
  }
  if (part === undefined) throw new Error(`the ${schema} schema has nothing at ${pointer}: renew the edit`);
  for (const keyword of drop) {
    if (!Object.hasOwn(part, keyword)) throw new Error(`the ${schema} schema has no "${keyword}" at ${pointer}`);
    delete part[keyword];
  }
  Object.assign(part, set);
}
