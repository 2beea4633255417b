// The tarballs of a release, signed with our own command and verified with it after they were downloaded.
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { ConsumerOptions } from './consumer.ts';
import type { PublishedPackage } from './packages.ts';
import { run } from './shell.ts';

/** Packs each package of a clone, and signs the tarballs with a key that is made for this rehearsal. */
export async function signTarballs(
  clone: string,
  packages: readonly PublishedPackage[],
  signatures: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const tarballs = path.join(signatures, 'tarballs');
  mkdirSync(tarballs, { recursive: true });
  const inSignatures = { cwd: signatures, env };
  await run(
    'openssl',
    ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'release.pem'],
    inSignatures,
  );
  await run('openssl', ['pkey', '-in', 'release.pem', '-pubout', '-out', 'release.pub.pem'], inSignatures);
  for (const { directory } of packages) {
    await run('npm', ['pack', '--pack-destination', tarballs], { cwd: path.join(clone, directory), env });
  }
  const command = path.join(clone, 'packages', 'cli', 'bin', 'model-signing.js');
  const files = readdirSync(tarballs);
  for (const file of files) {
    const signature = path.join(signatures, `${file}.sig`);
    await run(
      process.execPath,
      [command, 'sign', 'key', path.join(tarballs, file), '--private-key', 'release.pem', '--signature', signature],
      inSignatures,
    );
  }
  return `${files.length} tarballs`;
}

/** Downloads each tarball from the registry and verifies it with the installed command. */
export async function verifyTarballs({ folder, env, packages, signatures }: ConsumerOptions): Promise<string> {
  const downloads = path.join(folder, 'downloads');
  mkdirSync(downloads);
  const names = packages.map(({ name }) => `${name}@latest`);
  await run('npm', ['pack', '--pack-destination', downloads, ...names], { cwd: folder, env });
  const command = path.join(folder, 'node_modules', '@model-signing', 'cli', 'bin', 'model-signing.js');
  const files = readdirSync(downloads);
  if (files.length !== packages.length)
    throw new Error(`${files.length} tarballs were downloaded, not ${packages.length}`);
  for (const file of files) {
    await run(
      process.execPath,
      [
        ...[command, 'verify', 'key', path.join(downloads, file)],
        ...['--signature', path.join(signatures, `${file}.sig`)],
        ...['--public-key', path.join(signatures, 'release.pub.pem')],
      ],
      { cwd: folder, env },
    );
  }
  return `${files.length} tarballs verified`;
}
