import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rationalesOf, WithoutExtensions } from './extensions.ts';
import { LAYERS, layoutOf, readText, SPEC_FOLDER, schemaPath } from './layout.ts';
import { withoutExtended } from './registry.ts';
import { readVectors, vectorsFolder } from './vectors.ts';
import { findVersion } from './versions.ts';

/**
 * Writes a version in the layout of the public specification repository (`spec/`, `schemas/`, `test-vectors/`), for
 * proposals to it; returns what it wrote, relative to the target.
 * @param target a folder that is empty or does not exist
 * @param extensions identifiers of the extensions of a draft to write too; by default none is
 */
export function exportVersion(
  name: string,
  target: string,
  folder: string = SPEC_FOLDER,
  extensions: readonly string[] = [],
): string[] {
  const layout = layoutOf(findVersion(name, folder).version, folder);
  const without = WithoutExtensions.except(extensions, layout.version, folder);
  if (existsSync(target) && readdirSync(target).length > 0) throw new Error(`${target} is not empty`);
  const rationales = rationalesOf(layout.version, extensions, folder);
  const texts = new Map([
    [
      `spec/${layout.version}.md`,
      without.prose(readText(layout.prose, folder)).replaceAll('](../v', '](v').replaceAll('/oms.md)', '.md)'),
    ],
    ['spec/algorithms.json', registryWith(extensions, readText(layout.registry, folder))],
    ['spec/requirements.json', without.requirements(readText(layout.requirements, folder))],
    // The requirements cite its documents and sections.
    ['spec/public-text.json', readText(layout.publicText, folder)],
    ...LAYERS.map(
      (layer) => [`schemas/${layer}.schema.json`, without.schema(readText(schemaPath(layout, layer), folder))] as const,
    ),
    ...rationales.map((file) => [`spec/rationale/${path.basename(file)}`, readText(file, folder)] as const),
  ]);
  for (const [file, text] of texts) {
    mkdirSync(path.dirname(path.join(target, file)), { recursive: true });
    writeFileSync(path.join(target, file), text);
  }
  const folders: [from: string, to: string][] = [[`${folder}${layout.examples}`, 'test-vectors/examples']];
  const vectors = vectorsFolder(layout.version, folder);
  if (vectors !== null) folders.push([vectors, 'test-vectors/vectors']);
  for (const [from, to] of folders) cpSync(from, path.join(target, to), { recursive: true });
  const all = readVectors(layout.version, folder);
  const kept = new Set(without.vectors(all).map(({ id }) => id));
  const written = path.join(target, 'test-vectors/vectors');
  const textOf = (ids: readonly string[]) =>
    ids.map((id) => readFileSync(path.join(written, id, 'vector.json'), 'utf8')).join('');
  const [gone, rest] = [all.filter(({ id }) => !kept.has(id)), all.filter(({ id }) => kept.has(id))].map((vectors) =>
    textOf(vectors.map(({ id }) => id)),
  ) as [string, string];
  for (const [, file = ''] of gone.matchAll(/"((?:keys|certificates)\/[^"]+)"/g)) {
    if (!rest.includes(file)) rmSync(path.join(written, file), { force: true });
  }
  for (const { id } of all) if (!kept.has(id)) rmSync(path.join(written, id), { recursive: true });
  return [...texts.keys(), ...folders.map(([, to]) => to)];
}

/** The registry as JSON, with the algorithms of these extensions alone. */
function registryWith(extensions: readonly string[], text: string): string {
  const registry = JSON.parse(text) as Parameters<typeof withoutExtended>[0];
  const kept = withoutExtended(registry, (extension) => extensions.includes(extension));
  return kept.signatures.length === registry.signatures.length ? text : `${JSON.stringify(kept, null, 2)}\n`;
}
