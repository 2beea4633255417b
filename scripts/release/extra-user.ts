// A user of what a release has besides packages: the program in one file, and the container image.
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { type Extra, signExtras } from './extras.ts';
import { type RunOptions, run } from './shell.ts';
import { digestOf } from './sums.ts';

/** What a rehearsal makes the extras with. */
export interface ExtraRehearsal {
  /** The checkout of the release, which is built. */
  readonly clone: string;
  /** The checkout that rehearses, whose cache is used. */
  readonly root: string;
  readonly tarballs: string;
  /** Where the files go. */
  readonly work: string;
  /** The folder with the key of the release, `release.pem` and `release.pub.pem`. */
  readonly keys: string;
  /** The folder of the user, with the installed command. */
  readonly consumer: string;
  readonly env: NodeJS.ProcessEnv;
  readonly step: (title: string, work: () => Promise<string>) => Promise<void>;
}

/** Makes, tries and signs the image and the program of this machine as the workflow does, and verifies them as a user does. */
export async function rehearseExtras(options: ExtraRehearsal): Promise<void> {
  const { clone, tarballs, work, step, env } = options;
  const inClone: RunOptions = { cwd: clone, env };
  shareCache(options);
  const [image, single] = [path.join(work, 'image'), path.join(work, 'single')];
  await step('make the container image, and run it from a registry', async () => {
    const flags = ['--tarballs', tarballs, '--output', path.join(work, 'made'), '--files', image, '--test'];
    return run(process.execPath, ['scripts/image/main.ts', ...flags], inClone);
  });
  await step('make the program in one file, and run it alone', () =>
    run(process.execPath, ['scripts/single/main.ts', '--archive', single], inClone),
  );
  await step('sign both, and verify them as a user', async () => {
    const extras = [madeIn(image), madeIn(single)];
    const how = ['key', '--private-key', path.join(options.keys, 'release.pem')] as const;
    const command = path.join(clone, 'packages/cli/bin/model-signing.js');
    const signatures = path.join(work, 'signatures');
    const names = await signExtras(extras, signatures, { command, how, env });
    for (const [index, name] of names.entries()) await verifyExtra(options, extras[index] as Extra, name, signatures);
    return `${names.join(' and ')}: verified, and refused with another bill`;
  });
}

/** Lets the clone use what was fetched and built before. The caches of compilers are its own. */
function shareCache({ clone, root }: ExtraRehearsal): void {
  const [from, to] = [root, clone].map((folder) => path.join(folder, '.cache')) as [string, string];
  for (const each of ['image', 'registries']) mkdirSync(path.join(from, each), { recursive: true });
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const isShared = /^(?:image|registries|qemu-|node-)/.test(name) && !existsSync(path.join(to, name));
    if (isShared) symlinkSync(path.join(from, name), path.join(to, name));
  }
}

/** The folder that a program made, with its list. */
function madeIn(folder: string): Extra {
  return { folder, sums: digestOf(readFileSync(path.join(folder, 'SHA256SUMS'))) };
}

/** Downloads a file with its bill and verifies them with the installed command; the program verifies itself as well. */
async function verifyExtra(
  { consumer, keys, env }: ExtraRehearsal,
  { folder }: Extra,
  name: string,
  signatures: string,
) {
  const download = path.join(consumer, 'downloads', name);
  mkdirSync(download, { recursive: true });
  for (const each of readdirSync(folder).filter((file) => file.startsWith(name)))
    copyFileSync(path.join(folder, each), path.join(download, each));
  const installed = [process.execPath, path.join(consumer, 'node_modules/@model-signing/cli/bin/model-signing.js')];
  const commands = [installed];
  const archive = `${name}.tar.gz`;
  if (existsSync(path.join(download, archive))) {
    await run('tar', ['-xzf', path.join(download, archive), '-C', consumer], { cwd: consumer, env });
    commands.push([path.join(consumer, name, 'model-signing')]);
  }
  const signed = [
    '--signature',
    path.join(signatures, `${name}.sig`),
    '--public-key',
    path.join(keys, 'release.pub.pem'),
  ];
  const verify = async (status: number) => {
    for (const [program = '', ...args] of commands)
      await run(program, [...args, 'verify', 'key', download, ...signed], { cwd: consumer, env, status });
  };
  await verify(0);
  appendFileSync(path.join(download, `${name}.cdx.json`), ' ');
  await verify(1);
}
