import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The version of the format that these tools work on. */
export const VERSION = 'v1.0';

/** The folder of the package, as an absolute path with a trailing separator. */
export const PACKAGE_FOLDER = fileURLToPath(new URL('../', import.meta.url));

/** The prose, relative to the package. */
export const PROSE = `${VERSION}/oms.md`;

/** The registry of algorithms, relative to the package. */
export const REGISTRY = `${VERSION}/algorithms.json`;

/** The examples, relative to the package. */
export const EXAMPLES = `${VERSION}/examples`;

/** The answer to every public statement, relative to the package. */
export const PUBLIC_TEXT = `${VERSION}/public-text.json`;

/** What `generate` writes for the sources, relative to the package. */
export const GENERATED = `src/generated/${VERSION}`;

/** The four layers, from the inside out: each schema refers only to schemas named before it. */
export const LAYERS = ['predicate', 'statement', 'envelope', 'bundle'] as const;

/** The name of a layer, of its schema and of its section in the prose. */
export type Layer = (typeof LAYERS)[number];

/** The path of a layer's schema, relative to the package. */
export function schemaPath(layer: Layer): string {
  return `${VERSION}/schemas/${layer}.schema.json`;
}

/** The text of a file of the package, named relative to it. */
export function readText(path: string): string {
  return readFileSync(PACKAGE_FOLDER + path, 'utf8');
}

/** The JSON value of a file of the package, named relative to it. */
export function readJson(path: string): unknown {
  return JSON.parse(readText(path));
}
