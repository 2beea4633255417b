import type { Material } from './findings.ts';
import { LAYERS, type Layer, type Layout, layoutOf, readText, schemaPath, textIn } from './layout.ts';
import { parseProse } from './prose.ts';
import { readRegistry } from './registry.ts';
import { readSchemaDocuments } from './schema-documents.ts';

/** Reads everything that the rules look at. */
export function readMaterial(layout: Layout = layoutOf('v1.0')): Material {
  const { folder } = layout;
  const publicTextSource = readText(layout.publicText, folder);
  const basisSource = readText(layout.basis, folder);
  const texts = LAYERS.map((layer) => [layer, readText(schemaPath(layout, layer), folder)]);
  return {
    layout,
    prose: parseProse(readText(layout.prose, folder)),
    schemas: readSchemaDocuments(layout),
    schemaTexts: Object.fromEntries(texts) as Record<Layer, string>,
    registry: readRegistry(layout),
    publicText: JSON.parse(publicTextSource),
    publicTextSource,
    basis: JSON.parse(basisSource),
    basisSource,
    textOf: (path) => textIn(folder, path),
  };
}
