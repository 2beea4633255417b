// The assets of each released package: its tarball and its bill of materials, signed together as one model by our own command; and
// the page that verifies in a browser, signed by itself.
// `node scripts/release/assets.ts bills TARBALLS BILLS` makes the bills, in a job without an identity; `… sign TARBALLS BILLS
// ASSETS` signs with the identity of a CI job. Both take the tarballs that were published, and pack nothing.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { billOfMaterials, type Manifest } from './bill.ts';
import { withCrates } from './crate-bill.ts';
import { assetName, PAGE } from './packages.ts';
import { run } from './shell.ts';
import { checkSums, digestFrom, setOutput, writeSums } from './sums.ts';
import { type Tarball, tarballManifest } from './tarballs.ts';

/** The folders of a release and the digests of their lists. */
export interface Parts {
  readonly tarballs: string;
  readonly tarballSums: string;
  readonly bills: string;
}

/** Writes the bill of materials of each released package, which must be in the registry; returns the digest of their list. */
export async function makeBills(parts: Parts, released: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  mkdirSync(parts.bills, { recursive: true });
  checkSums(parts.tarballs, parts.tarballSums);
  for (const name of released) {
    const tarball = await tarballManifest(path.join(parts.tarballs, `${name}.tgz`), env);
    const work = path.join(parts.bills, 'work');
    await served(tarball, env, parts.bills);
    const bill = await billOfMaterials(tarball.manifest as unknown as Manifest, work, env);
    rmSync(work, { recursive: true });
    writeFileSync(path.join(parts.bills, `${name}.cdx.json`), withCrates(bill, tarball.name));
  }
  return writeSums(parts.bills);
}

const TRIES = 30;
const SECONDS_BETWEEN = 10;

/** Waits until the registry serves a package, which can take a while after publishing. */
async function served({ name, version }: Tarball, env: NodeJS.ProcessEnv, cwd: string): Promise<void> {
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

export interface SignOptions {
  readonly billSums: string;
  /** The script of our own command. */
  readonly command: string;
  /** Its method and flags. */
  readonly how: readonly [method: string, ...flags: string[]];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Puts each tarball and its bill into a folder of their own below `assets`, and signs the folder. With the package to whose release
 * the page belongs, it signs the page.
 */
export async function signAssets(
  parts: Parts,
  released: readonly string[],
  assets: string,
  { billSums, command, how, env }: SignOptions,
): Promise<string> {
  checkSums(parts.tarballs, parts.tarballSums);
  checkSums(parts.bills, billSums);
  const [method, ...flags] = how;
  const sign = (model: string, signature: string) =>
    run(process.execPath, [command, 'sign', method, model, ...flags, '--signature', signature], { cwd: assets, env });
  for (const name of released) {
    const folder = path.join(assets, name);
    mkdirSync(folder, { recursive: true });
    copyFileSync(path.join(parts.tarballs, `${name}.tgz`), path.join(folder, `${name}.tgz`));
    copyFileSync(path.join(parts.bills, `${name}.cdx.json`), path.join(folder, `${name}.cdx.json`));
    await sign(folder, `${folder}.sig`);
  }
  const hasPage = released.some(isOfPage);
  if (hasPage) await sign(path.join(parts.tarballs, PAGE.name), path.join(assets, `${PAGE.name}.sig`));
  return `${released.length} packages, each with its bill of materials${hasPage ? ', and the page' : ''}`;
}

/** Whether the page belongs to the release of the package with this asset name. */
function isOfPage(name: string): boolean {
  const start = assetName({ name: PAGE.package, version: '' });
  return name.startsWith(start) && /^\d/.test(name.slice(start.length));
}

/** The released packages that an earlier job named. @throws {Error} */
function releasedFrom(text: string): string[] {
  const names: unknown = JSON.parse(text);
  const isName = (one: unknown) => typeof one === 'string' && /^[a-z][a-z0-9-]*-\d+\.\d+\.\d+[0-9A-Za-z.-]*$/.test(one);
  if (!Array.isArray(names) || !names.every(isName)) throw new Error('RELEASED is not a list of names of assets');
  return names;
}

async function main([verb, ...folders]: readonly string[]): Promise<void> {
  const { env } = process;
  const [tarballs = '', bills = '', assets = ''] = folders.map((folder) => path.resolve(folder));
  const parts = { tarballs, bills, tarballSums: digestFrom('SUMS') };
  const released = releasedFrom(env.RELEASED ?? '');
  if (verb === 'bills' && folders.length === 2) {
    setOutput('sums', await makeBills(parts, released, env));
  } else if (verb === 'sign' && folders.length === 3) {
    const command = path.resolve(import.meta.dirname, '../../packages/cli/bin/model-signing.js');
    const how = ['sigstore', '--use-ambient-credentials'] as const;
    mkdirSync(assets, { recursive: true });
    const options = { billSums: digestFrom('BILL_SUMS'), command, how, env };
    console.log(await signAssets(parts, released, assets, options));
    for (const name of released) rmSync(path.join(assets, name), { recursive: true });
    setOutput('sums', writeSums(assets));
  } else {
    throw new Error('usage: node scripts/release/assets.ts bills TARBALLS BILLS | sign TARBALLS BILLS ASSETS');
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
