import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the package `spec`, as an absolute path with a trailing separator. */
export const SPEC_FOLDER = fileURLToPath(new URL('../', import.meta.url));

/** The four layers, from the inside out: each schema refers only to schemas named before it. */
export const LAYERS = ['predicate', 'statement', 'envelope', 'bundle'] as const;

/** The name of a layer, of its schema and of its section in the prose. */
export type Layer = (typeof LAYERS)[number];

/** The paths of the parts of one version of the format: the folder is absolute, the others are relative to it. */
export interface Layout {
  /** The folder of the package, with a trailing separator; a test uses a copy. */
  readonly folder: string;
  /** The name of the version and of its folder, such as `v1.0`. */
  readonly version: string;
  readonly prose: string;
  readonly registry: string;
  readonly examples: string;
  /** The file with our answer to every statement of the public text. */
  readonly publicText: string;
  /** What each requirement rests on. */
  readonly basis: string;
  readonly requirements: string;
  /** The modules of the version, which `generate` writes and git ignores. */
  readonly source: string;
}

/** The test vectors of each version, in a folder of its name, relative to the package. */
export const VECTORS = '../conformance/suite/vectors';

/** The recipes that vectors are made from, relative to the package. */
export const RECIPES = '../conformance/authoring/src/recipes/cases';

/** The paths of a version in the package, or in a copy of it. */
export function layoutOf(version: string, folder: string = SPEC_FOLDER): Layout {
  return {
    folder,
    version,
    prose: `${version}/oms.md`,
    registry: `${version}/algorithms.json`,
    examples: `${version}/examples`,
    publicText: `${version}/public-text.json`,
    basis: `${version}/basis.json`,
    requirements: `${version}/requirements.json`,
    source: `src/${version}`,
  };
}

/** The path of a layer's schema. */
export function schemaPath({ version }: Layout, layer: Layer): string {
  return `${version}/schemas/${layer}.schema.json`;
}

/** The text of a file of the package, named relative to its folder. */
export function readText(path: string, folder: string = SPEC_FOLDER): string {
  return readFileSync(folder + path, 'utf8');
}

/** The JSON value of a file of the package, named relative to its folder. */
export function readJson(path: string, folder: string = SPEC_FOLDER): unknown {
  return JSON.parse(readText(path, folder));
}

/** Returns the text of a file of the package, named relative to its folder; null if there is none. */
export type TextOf = (path: string) => string | null;

/** The text of a file of the package, or null if there is none. */
export function textIn(folder: string, path: string): string | null {
  const file = folder + path;
  return existsSync(file) && statSync(file).isFile() ? readText(path, folder) : null;
}
