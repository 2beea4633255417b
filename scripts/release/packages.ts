// The published packages: all of the workspace that are not private, and those of the native engine once a release has made them.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface PublishedPackage {
  readonly name: string;
  readonly version: string;
  /** Relative to the root of the repository. */
  readonly directory: string;
  /** The folder of the repository that it is made from; relative to the root. */
  readonly source: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** The page that verifies in a browser, among the files of a release: it is no package, and belongs to the release of this one. */
export const PAGE = { name: 'verify.html', package: '@model-signing/core' } as const;

/** The name of a package's files among the assets. */
export function assetName({ name, version }: Pick<PublishedPackage, 'name' | 'version'>): string {
  return `${name.replace('@', '').replace('/', '-')}-${version}`;
}

interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly workspaces?: readonly string[];
  readonly exports?: Readonly<Record<string, unknown>>;
}

function readManifest(folder: string): PackageManifest {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
}

/** The package of the native engine, and where a release makes those that hold the compiled engines, one folder each. */
export const NATIVE = 'packages/native';
export const ENGINES = `${NATIVE}/platforms`;

/** The published packages below `root`, in the order of their directories. */
export function publishedPackages(root: string): PublishedPackage[] {
  const folders = [...(readManifest(root).workspaces ?? []), `${ENGINES}/*`];
  const files = globSync(
    folders.map((each) => `${each}/package.json`),
    { cwd: root },
  );
  const directories = files.map((file) => path.dirname(file));
  return directories.sort().flatMap((directory) => {
    const { name, version, private: isPrivate, exports = {} } = readManifest(path.join(root, directory));
    const source = isEngine({ directory }) ? NATIVE : directory;
    return isPrivate ? [] : [{ name, version, directory, source, exports }];
  });
}

/** Whether a package holds a compiled engine. */
export function isEngine({ directory }: Pick<PublishedPackage, 'directory'>): boolean {
  return directory.replaceAll(path.sep, '/').startsWith(`${ENGINES}/`);
}
