// Packs the packages of a built checkout, in a job without an identity. `node scripts/release/pack.ts FOLDER` makes one tarball
// for each, the page that verifies in a browser, and the list of their digests. These very files are published, signed and attached
// to the release later.
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { assetName, PAGE, type PublishedPackage, publishedPackages } from './packages.ts';
import { run } from './shell.ts';
import { setOutput, writeSums } from './sums.ts';

/** Packs each package of a checkout, makes the page, and returns the digest of the list of digests. */
export async function packAll(
  root: string,
  packages: readonly PublishedPackage[],
  tarballs: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  mkdirSync(tarballs, { recursive: true });
  for (const each of packages) {
    const scratch = mkdtempSync(path.join(tarballs, 'pack-'));
    const options = { cwd: path.join(root, each.directory), env };
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', scratch], options);
    const [tarball, ...more] = readdirSync(scratch);
    if (tarball === undefined || more.length > 0)
      throw new Error(`npm pack made ${more.length + 1} files for ${each.name}, expected one`);
    renameSync(path.join(scratch, tarball), path.join(tarballs, `${assetName(each)}.tgz`));
    rmSync(scratch, { recursive: true });
  }
  await run(process.execPath, ['docs/src/verifier/write.ts', path.join(tarballs, PAGE.name)], { cwd: root, env });
  return writeSums(tarballs);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, ...more] = process.argv.slice(2);
  if (folder === undefined || more.length > 0) throw new Error('usage: node scripts/release/pack.ts FOLDER');
  const root = path.resolve(import.meta.dirname, '../..');
  const sums = await packAll(root, publishedPackages(root), path.resolve(folder), process.env);
  setOutput('sums', sums);
  console.log(`the digest of the list of digests is ${sums}`);
}
