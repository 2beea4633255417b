import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { quote } from '@model-signing/core';
import { KeyError } from '@model-signing/keys';
import type { Pkcs11Uri } from './uri.ts';

/** Where distributions and Homebrew install modules. The working directory and relative paths are never searched. */
const usualFolders: readonly string[] = [
  '/usr/lib64/pkcs11',
  '/usr/lib/pkcs11',
  ...['x86_64', 'aarch64', 'powerpc64le', 's390x', 'riscv64'].flatMap((cpu) => [
    `/usr/lib/${cpu}-linux-gnu/pkcs11`,
    `/usr/lib/${cpu}-linux-gnu/softhsm`,
    `/usr/lib/${cpu}-linux-gnu`,
  ]),
  '/usr/lib/softhsm',
  '/usr/lib64/softhsm',
  '/usr/lib64',
  '/usr/lib',
  '/usr/local/lib/pkcs11',
  '/usr/local/lib/softhsm',
  '/usr/local/lib',
  '/opt/homebrew/lib/pkcs11',
  '/opt/homebrew/lib/softhsm',
  '/opt/homebrew/lib',
];

/** Modules that are used where no one names another, if only one of them is installed. The first one reaches all the others. */
const usualModules = ['p11-kit-proxy', 'softhsm2', 'opensc-pkcs11', 'ykcs11', 'tpm2_pkcs11'] as const;

const HOW = 'name it with module-path in the URI or with the environment variable PKCS11_MODULE_PATH';

/** Where to look for a module. */
export interface ModuleChoice {
  readonly module?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Default: the usual folders. */
  readonly folders?: readonly string[] | undefined;
}

/**
 * Finds the file of the module that a URI names; or else the one of the options, of the environment, or the installed one.
 * @throws {KeyError} `key/reference-invalid`, `key/module-missing`, `key/ambiguous`
 */
export function findModule(uri: Pkcs11Uri, { module, environment, folders = usualFolders }: ModuleChoice): string {
  const { modulePath, moduleName } = uri;
  if (modulePath !== null) return modulePathOf(modulePath, moduleName);
  if (moduleName !== null) return namedIn(folders, moduleName);
  const { PKCS11_MODULE_PATH: fromEnvironment } = environment;
  const named = module ?? (fromEnvironment === '' ? undefined : fromEnvironment);
  if (named === undefined) return installed(folders);
  if (!path.isAbsolute(named)) {
    throw new KeyError('key/reference-invalid', `the path of the PKCS #11 module is not absolute: ${quote(named)}`);
  }
  return modulePathOf(named, null);
}

function modulePathOf(file: string, moduleName: string | null): string {
  const kind = kindOf(file);
  if (kind === 'file') return file;
  if (kind === null) throw new KeyError('key/module-missing', `there is no PKCS #11 module ${quote(file)}`);
  if (moduleName !== null) return namedIn([file], moduleName);
  const problem = `the PKCS #11 module ${quote(file)} is a folder; name the file in it, with module-name for example`;
  throw new KeyError('key/reference-invalid', problem);
}

function namedIn(folders: readonly string[], name: string): string {
  const found = filesNamed(folders, name);
  const [first] = found;
  if (first === undefined) {
    const where = folders.length === 1 ? quote(folders[0] as string) : 'the usual folders';
    throw new KeyError('key/module-missing', `no PKCS #11 module is called ${quote(name)} in ${where}; ${HOW}`);
  }
  return first;
}

function installed(folders: readonly string[]): string {
  const found = usualModules.flatMap((name) => filesNamed(folders, name).slice(0, 1));
  const [first, ...others] = found;
  if (first === undefined) {
    throw new KeyError(
      'key/module-missing',
      `no PKCS #11 module is named, and none is installed in the usual folders; ${HOW}`,
    );
  }
  if (others.length === 0 || path.basename(first).startsWith('p11-kit-proxy')) return first;
  throw new KeyError(
    'key/ambiguous',
    `several PKCS #11 modules are installed: ${found.map((file) => quote(file)).join(', ')}; ${HOW}`,
    {
      choices: found,
    },
  );
}

/** Files that are called so: with or without `lib` in front, and with an ending of libraries. */
function filesNamed(folders: readonly string[], name: string): string[] {
  const wanted = name.toLowerCase();
  return folders.flatMap((folder) =>
    namesIn(folder)
      .filter((file) => {
        const [, stem] = /^(.+?)\.(?:so(?:\.\d+)*|dylib|dll)$/.exec(file.toLowerCase()) ?? [];
        return stem !== undefined && (stem === wanted || stem === `lib${wanted}`);
      })
      .sort()
      .map((file) => path.join(folder, file))
      .filter((file) => kindOf(file) === 'file'),
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function kindOf(file: string): 'file' | 'folder' | null {
  try {
    const status = statSync(file);
    return status.isDirectory() ? 'folder' : status.isFile() ? 'file' : null;
  } catch {
    return null;
  }
}
