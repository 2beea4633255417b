// The tarballs of a release: what they say of themselves, and how a user downloads and verifies them.
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { assetName, PAGE, type PublishedPackage } from './packages.ts';
import { run } from './shell.ts';

/** A packed package. */
export interface Tarball {
  readonly file: string;
  readonly name: string;
  readonly version: string;
  /** The names of all packages that it needs. */
  readonly dependencies: readonly string[];
  /** All of its `package.json`. */
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** Reads the `package.json` in a tarball. @throws {Error} if the file does not have the name of its package */
export async function tarballManifest(file: string, env: NodeJS.ProcessEnv): Promise<Tarball> {
  const options = { cwd: path.dirname(file), env, onlyOutput: true };
  // A relative name, because some versions of tar take the letter of a drive for a host.
  const manifest = JSON.parse(await run('tar', ['-xzOf', path.basename(file), 'package/package.json'], options));
  const { name, version, dependencies = {}, peerDependencies = {}, optionalDependencies = {} } = manifest;
  if (path.basename(file) !== `${assetName({ name, version })}.tgz`)
    throw new Error(`${path.basename(file)} holds ${name} ${version}`);
  const needed = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies });
  return { file, name, version, dependencies: needed, manifest };
}

/** A user of a release. */
export interface Consumer {
  /** A folder outside the workspace, in which the packages are installed. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly packages: readonly PublishedPackage[];
  /** The files that the release has beside the packages, and the key that verifies them. */
  readonly assets: string;
  /** The page of the release that verifies in a browser. */
  readonly page: string;
}

/** Makes a key pair in a folder: `NAME.pem` and `NAME.pub.pem`. */
export async function makeKeyPair(folder: string, name: string, env: NodeJS.ProcessEnv): Promise<void> {
  const inFolder = { cwd: folder, env };
  const curve = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  await run('openssl', ['genpkey', ...curve, '-out', `${name}.pem`], inFolder);
  await run('openssl', ['pkey', '-in', `${name}.pem`, '-pubout', '-out', `${name}.pub.pem`], inFolder);
}

/**
 * Downloads each tarball from the registry, puts the bill of materials of the release beside it, and verifies both with the
 * installed command.
 */
export async function verifyTarballs(consumer: Consumer): Promise<string> {
  const { folder, env, packages, assets } = consumer;
  for (const each of packages) {
    const name = assetName(each);
    const download = path.join(folder, 'downloads', name);
    mkdirSync(download, { recursive: true });
    await run('npm', ['pack', '--pack-destination', download, `${each.name}@latest`], { cwd: folder, env });
    if (!existsSync(path.join(download, `${name}.tgz`)))
      throw new Error(`npm downloaded ${readdirSync(download)} instead of ${name}.tgz`);
    copyFileSync(path.join(assets, name, `${name}.cdx.json`), path.join(download, `${name}.cdx.json`));
    const verify = (status: number) => verifyAsset(consumer, download, `${name}.sig`, status);
    await verify(0);
    // The tarball and its bill are signed together, so another bill is refused.
    copyFileSync(path.join(folder, 'package.json'), path.join(download, `${name}.cdx.json`));
    await verify(1);
  }
  return `${packages.length} tarballs verified with their bills of materials, and refused with another bill`;
}

/** Downloads the page that verifies in a browser, and verifies it with the installed command. */
export async function verifyPage(consumer: Consumer): Promise<string> {
  const download = path.join(consumer.folder, 'downloads', PAGE.name);
  copyFileSync(consumer.page, download);
  const verify = (status: number) => verifyAsset(consumer, download, `${PAGE.name}.sig`, status);
  await verify(0);
  appendFileSync(download, ' ');
  await verify(1);
  return 'verified, and refused with one more byte';
}

/** Verifies a file or folder of a release with its signature and the installed command, which has to exit as expected. */
function verifyAsset({ folder, env, assets }: Consumer, what: string, signature: string, status: number) {
  const command = path.join(folder, 'node_modules', '@model-signing', 'cli', 'bin', 'model-signing.js');
  const files = ['--signature', path.join(assets, signature), '--public-key', path.join(assets, 'release.pub.pem')];
  return run(process.execPath, [command, 'verify', 'key', what, ...files], { cwd: folder, env, status });
}
