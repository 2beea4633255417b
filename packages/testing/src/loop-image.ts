import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** File systems that a test can have to itself. `ext4-128` has inodes of 128 bytes, which keep whole seconds. */
export type ImageKind = 'ext4' | 'ext4-128' | 'xfs' | 'btrfs' | 'tmpfs' | 'overlay';

export interface MountedImage {
  /** An empty directory on the file system. */
  readonly directory: string;
  unmount(): void;
}

/** XFS makes none below 300 MiB. The file has no blocks that are not written. */
const IMAGE_BYTES = 512 * 1024 * 1024;

const formats: Partial<Record<ImageKind, readonly string[]>> = {
  ext4: ['mkfs.ext4', '-q', '-F'],
  'ext4-128': ['mkfs.ext4', '-q', '-F', '-I', '128'],
  xfs: ['mkfs.xfs', '-q'],
  btrfs: ['mkfs.btrfs', '-q'],
};

/**
 * Mounts a new file system of this kind.
 * @returns why this machine cannot, in place of it: it takes root, and the programs that make file systems
 * @throws {Error} with that reason if the environment says LOOP_IMAGES=required
 */
export function mountImage(kind: ImageKind): MountedImage | string {
  const folder = mkdtempSync(path.join(tmpdir(), 'model-signing-image-'));
  const mounted = path.join(folder, 'mounted');
  mkdirSync(mounted);
  const problem = process.getuid?.() === 0 ? mount(kind, folder, mounted) : 'it takes root to mount a file system';
  if (problem === null) {
    const unmount = () => {
      run('umount', '--lazy', mounted);
      rmSync(folder, { recursive: true, force: true });
    };
    return { directory: mounted, unmount };
  }
  rmSync(folder, { recursive: true, force: true });
  if (process.env.LOOP_IMAGES === 'required') throw new Error(`there is no ${kind}: ${problem}`);
  return problem;
}

function mount(kind: ImageKind, folder: string, mounted: string): string | null {
  if (kind === 'tmpfs') return run('mount', '-t', 'tmpfs', 'tmpfs', mounted);
  if (kind === 'overlay') {
    const [lower, upper, work] = ['lower', 'upper', 'work'].map((name) => path.join(folder, name));
    for (const directory of [lower, upper, work]) mkdirSync(directory as string);
    const options = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
    return run('mount', '-t', 'overlay', 'overlay', '-o', options, mounted);
  }
  const image = path.join(folder, 'image');
  const [program = '', ...args] = formats[kind] ?? [];
  return (
    run('truncate', '-s', String(IMAGE_BYTES), image) ??
    run(program, ...args, image) ??
    run('mount', '-o', 'loop', image, mounted)
  );
}

/** What is wrong, or null. */
function run(program: string, ...args: readonly string[]): string | null {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (error) return `${program} is not here`;
  return status === 0 ? null : `${program} failed: ${stderr.trim()}`;
}
