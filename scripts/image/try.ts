// Tries an image as a cluster runs it: pulled from a registry, unpacked, and started in it as its user with a root that nothing can
// write to. A chroot takes the place of a container.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Program } from '../../conformance/interop/src/go-program.ts';
import { fileOf } from '../../conformance/interop/src/needed-programs.ts';
import { prepareProgram } from '../../conformance/interop/src/registries/programs.ts';
import { SERVERS, startServer } from '../../conformance/interop/src/registries/servers.ts';
import { prepareEmulator } from '../native/emulator.ts';
import type { BuiltImage } from './build.ts';
import { USER } from './contents.ts';
import { run } from './locked.ts';
import { pushLayout } from './push.ts';

type Tell = (text: string) => void;

/** What is needed besides the image, each found or not. */
async function neededPrograms(tell: Tell): Promise<Readonly<Record<string, Program>>> {
  return {
    'docker-registry': await prepareProgram('docker-registry', tell),
    oras: await prepareProgram('oras', tell),
    'qemu-aarch64-static': prepareEmulator(),
    'the rights to mount and to change the root': mayMount()
      ? { file: 'unshare' }
      : { unavailable: 'only the administrator has them' },
  };
}

function mayMount(): boolean {
  return process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;
}

/** Pushes the image to a registry on loopback, pulls it with another client, and returns where the second layout is. */
async function throughRegistry(image: BuiltImage, programs: Readonly<Record<string, Program>>, work: string) {
  const kind = SERVERS.find(({ program }) => program === 'docker-registry');
  const program = programs['docker-registry'];
  if (!kind || !program) throw new Error('there is no registry');
  const server = await startServer(kind, fileOf(program));
  try {
    const place = `${server.host}/model-signing/model-signing`;
    const digest = await pushLayout(image.layout, place, [image.version]);
    const pulled = path.join(work, 'pulled');
    const flags = ['cp', '--from-plain-http', '--to-oci-layout', `${place}@${digest}`, `${pulled}:${image.version}`];
    run(fileOf(programs.oras as Program), flags, work);
    return pulled;
  } finally {
    await server.stop();
  }
}

/** Unpacks the layers of the image of one platform, one over the other. */
function unpackImage(layout: string, image: BuiltImage, architecture: string, root: string): void {
  const found = image.images.find((each) => each.architecture === architecture);
  if (!found) throw new Error(`there is no image for ${architecture}`);
  mkdirSync(root);
  for (const { digest } of found.layers)
    run('tar', ['-xzpf', path.join(layout, 'blobs', ...digest.split(':')), '-C', root], layout);
  // A container gets these from what runs it.
  for (const name of ['data', 'dev']) mkdirSync(path.join(root, name), { recursive: true });
  writeFileSync(path.join(root, 'dev/null'), '');
}

/** Makes the root unwritable except for /data, changes into it, gives up all rights, and starts a program. */
const START = `
set -e
root=$1; work=$2; user=$3; shift 3
mount --bind "$root" "$root"
mount --bind /dev/null "$root/dev/null"
mount --bind "$work" "$root/data"
mount -o remount,bind,ro "$root"
exec chroot --userspec="$user" "$root" "$@"
`;

/** The command in an unpacked image. */
class Container {
  readonly #root: string;
  readonly #work: string;
  readonly #start: readonly string[];

  /** @param start the program and its arguments before those of the command */
  constructor(root: string, start: readonly string[]) {
    this.#root = root;
    this.#work = `${root}-work`;
    this.#start = start;
    mkdirSync(path.join(this.#work, 'model'), { recursive: true });
    for (const each of [this.#work, path.join(this.#work, 'model')]) chownSync(each, USER, USER);
    chmodSync(this.#root, 0o755);
    for (const n of [1, 2, 3]) writeFileSync(path.join(this.#work, `model/${n}.bin`), Buffer.alloc(7_000_000, n));
  }

  /** Adds a file to the model. */
  add(name: string): void {
    writeFileSync(path.join(this.#work, 'model', name), 'unsigned');
  }

  /** @returns all output. @throws {Error} if it ends with another code or does not say this */
  run(args: readonly string[], { code = 0, says = '' } = {}): string {
    const all = [
      '--mount',
      'sh',
      '-c',
      START,
      'sh',
      this.#root,
      this.#work,
      `${USER}:${USER}`,
      ...this.#start,
      ...args,
    ];
    const env = { PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/nonroot' };
    const { status, stdout, stderr, error } = spawnSync('unshare', all, { encoding: 'utf8', env });
    const output = `${stdout}${stderr}`;
    if (error || status !== code || !output.includes(says))
      throw new Error(
        `${args.join(' ')}: exit code ${status}, expected ${code} and "${says}"\n${error?.message ?? output}`,
      );
    return output;
  }
}

/** Signs and verifies in an image. @param start how the command is started */
function tryImage(root: string, start: readonly string[], hasEngine: boolean): string {
  const container = new Container(root, start);
  const model = '/data/model';
  const signed = ['--private_key', '/data/key.pem', '--signature', '/data/model.sig'];
  container.run(['key', 'generate', '/data/key.pem']);
  container.run(['key', 'generate', '/etc/key.pem'], { code: 3 });
  container.run(['sign', 'key', model, ...signed]);
  container.add('unsigned.txt');
  // The arguments of the operator for clusters, in its order and with its spelling.
  const key = ['--signature=/data/model.sig', '--public_key', '/data/key.pub.pem'];
  container.run(['verify', 'key', ...key, '--no-ignore-git-paths', '--ignore_unsigned_files', model]);
  container.run(['verify', 'key', ...key, '--no-ignore_unsigned_files', model], { code: 1 });
  const ignored = ['--ignore-paths', `${model}/unsigned.txt`];
  const engine = hasEngine ? 'native' : 'node';
  const verified = ['verify', 'key', ...key, ...ignored, '--allow_symlinks', model, '--engine', engine, '--json'];
  container.run(verified, { says: `"engine":"${engine}"` });
  const identity = ['--identity', 'signer@model-signing.example', '--identity_provider', 'https://issuer.example'];
  // It gets as far as the signature, which is one of a key.
  container.run(['verify', 'sigstore', '--signature=/data/model.sig', ...identity, ...ignored, model], { code: 1 });
  return `signed and verified as user ${USER}, hashed by ${engine === 'native' ? 'the native engine' : 'Node'}`;
}

/** Tries what was pulled, on this machine and in the emulator. */
export async function tryInRegistry(image: BuiltImage, tell: Tell): Promise<void> {
  const programs = await neededPrograms(tell);
  const missing = Object.entries(programs).flatMap(([name, program]) =>
    'unavailable' in program ? [`${name}: ${program.unavailable}`] : [],
  );
  if (missing.length > 0 && process.env.CI) throw new Error(`not available: ${missing.join('; ')}`);
  if (missing.length > 0) return tell(`not tried, because these are not available: ${missing.join('; ')}`);
  const work = mkdtempSync(path.join(tmpdir(), 'model-signing-image-'));
  // The user of the image has to reach what is below.
  chmodSync(work, 0o755);
  try {
    const pulled = await throughRegistry(image, programs, work);
    const blob = path.join(pulled, 'blobs', ...image.index.digest.split(':'));
    if (!readFileSync(blob).equals(readFileSync(image.indexFile))) throw new Error('another index was pulled');
    tell('pushed to a registry and pulled by oras: the same bytes');
    for (const { platform, hasEngine } of image.contents) {
      const root = path.join(work, platform.architecture);
      unpackImage(pulled, image, platform.architecture, root);
      const start = startFor(platform.cpu, root, programs['qemu-aarch64-static'] as Program);
      tell(`linux/${platform.architecture}: ${tryImage(root, start, hasEngine)}`);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** How the entry point is started: by the kernel, or for another processor by an emulator, which starts Node itself. */
function startFor(cpu: string, root: string, emulator: Program): string[] {
  // The name by which the operator calls it.
  const command = '/usr/local/bin/model_signing';
  if (cpu === process.arch) return [command];
  if (cpu !== 'arm64') throw new Error(`there is no emulator of ${cpu}`);
  copyFileSync(fileOf(emulator), path.join(root, 'emulator'));
  chmodSync(path.join(root, 'emulator'), 0o755);
  return ['/emulator', '/usr/local/bin/node', command];
}
