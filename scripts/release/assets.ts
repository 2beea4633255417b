// The assets of each released package: a folder with its tarball and its bill of materials, signed as one model by our own
// command. `node scripts/release/assets.ts FOLDER` makes them and signs them with the identity of a CI job.
import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { billOfMaterials } from './bill.ts';
import { type PublishedPackage, publishedPackages } from './packages.ts';
import { run } from './shell.ts';

/** The name of a package's folder among the assets, which is also the prefix of its files and of npm's tarball. */
export function assetName({ name, version }: Pick<PublishedPackage, 'name' | 'version'>): string {
  return `${name.replace('@', '').replace('/', '-')}-${version}`;
}

/** Packs each package of a checkout into a folder of its own. */
export async function packAssets(
  root: string,
  packages: readonly PublishedPackage[],
  assets: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  for (const each of packages) {
    const folder = path.join(assets, assetName(each));
    mkdirSync(folder, { recursive: true });
    await run('npm', ['pack', '--pack-destination', folder], { cwd: path.join(root, each.directory), env });
    const [tarball, ...more] = readdirSync(folder);
    if (tarball === undefined || more.length > 0)
      throw new Error(`npm pack made ${more.length + 1} files for ${each.name}, expected one`);
    renameSync(path.join(folder, tarball), path.join(folder, `${assetName(each)}.tgz`));
  }
  return `${packages.length} tarballs`;
}

/** Adds the bill of materials of each package, which must already be in the registry. */
export async function addBills(
  root: string,
  packages: readonly PublishedPackage[],
  assets: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const counts: string[] = [];
  for (const each of packages) {
    const work = path.join(assets, 'work');
    await published(each, env, root);
    const bill = await billOfMaterials(path.join(root, each.directory), work, env);
    rmSync(work, { recursive: true });
    writeFileSync(path.join(assets, assetName(each), `${assetName(each)}.cdx.json`), bill);
    counts.push(`${each.name} ${JSON.parse(bill).components.length}`);
  }
  return `components: ${counts.join(', ')}`;
}

const TRIES = 30;
const SECONDS_BETWEEN = 10;

/** Waits until the registry serves a package, which can take a while after publishing. */
async function published({ name, version }: PublishedPackage, env: NodeJS.ProcessEnv, cwd: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await run('npm', ['view', `${name}@${version}`, 'version', '--prefer-online'], { cwd, env });
      return;
    } catch (error) {
      if (tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, SECONDS_BETWEEN * 1000));
    }
  }
}

/** Signs the folder of each package with our own command; `how` is its method and flags. */
export async function signAssets(
  root: string,
  packages: readonly PublishedPackage[],
  assets: string,
  { how, env }: { readonly how: readonly [method: string, ...flags: string[]]; readonly env: NodeJS.ProcessEnv },
): Promise<string> {
  const command = path.join(root, 'packages/cli/bin/model-signing.js');
  const [method, ...flags] = how;
  for (const each of packages) {
    const folder = path.join(assets, assetName(each));
    await run(process.execPath, [command, 'sign', method, folder, ...flags, '--signature', `${folder}.sig`], {
      cwd: assets,
      env,
    });
  }
  return `${packages.length} packages, each with its bill of materials`;
}

/** Moves all files into one folder, the layout of a release. */
function flatten(assets: string, packages: readonly PublishedPackage[]): void {
  for (const each of packages) {
    const folder = path.join(assets, assetName(each));
    for (const file of readdirSync(folder)) copyFileSync(path.join(folder, file), path.join(assets, file));
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, ...more] = process.argv.slice(2);
  if (folder === undefined || more.length > 0) throw new Error('usage: node scripts/release/assets.ts FOLDER');
  const root = path.resolve(import.meta.dirname, '../..');
  const assets = path.resolve(folder);
  const packages = publishedPackages(root);
  const { env } = process;
  console.log(await packAssets(root, packages, assets, env));
  console.log(await addBills(root, packages, assets, env));
  console.log(await signAssets(root, packages, assets, { how: ['sigstore', '--use-ambient-credentials'], env }));
  flatten(assets, packages);
}
