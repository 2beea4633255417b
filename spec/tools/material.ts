import { existsSync, statSync } from 'node:fs';
import type { Material } from './findings.ts';
import { LAYERS, type Layer, PACKAGE_FOLDER, PROSE, PUBLIC_TEXT, readText, schemaPath } from './layout.ts';
import { parseProse } from './prose.ts';
import { readRegistry } from './registry.ts';
import { readSchemaDocuments } from './schema-documents.ts';

/** Reads everything that the rules look at. */
export function readMaterial(): Material {
  const publicTextSource = readText(PUBLIC_TEXT);
  const texts = LAYERS.map((layer) => [layer, readText(schemaPath(layer))]);
  return {
    prose: parseProse(readText(PROSE)),
    schemas: readSchemaDocuments(),
    schemaTexts: Object.fromEntries(texts) as Record<Layer, string>,
    registry: readRegistry(),
    publicText: JSON.parse(publicTextSource),
    publicTextSource,
    textOf: (path) => {
      const file = PACKAGE_FOLDER + path;
      return existsSync(file) && statSync(file).isFile() ? readText(path) : null;
    },
  };
}
