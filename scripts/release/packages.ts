// The published packages of the workspace: all that are not private.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface PublishedPackage {
  readonly name: string;
  readonly version: string;
  /** Relative to the root of the repository. */
  readonly directory: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

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

/** The published packages below `root`, in the order of their directories. */
export function publishedPackages(root: string): PublishedPackage[] {
  const patterns = (readManifest(root).workspaces ?? []).map((pattern) => `${pattern}/package.json`);
  const directories = globSync(patterns, { cwd: root }).map((file) => path.dirname(file));
  return directories.sort().flatMap((directory) => {
    const { name, version, private: isPrivate, exports = {} } = readManifest(path.join(root, directory));
    return isPrivate ? [] : [{ name, version, directory, exports }];
  });
}
