import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { testKey } from '@model-signing/testing/forge';
import { type ImageKind, mountImage } from '@model-signing/testing/loop-image';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keySigner, keyVerifierOf } from '../methods/key.ts';
import type { ModelFile } from '../model.ts';
import { openSignature } from '../open.ts';
import { reuseDigests } from '../reuse.ts';
import { hashModel, signModel } from '../sign.ts';
import { verifyModel } from '../verify.ts';
import { defaultEngine } from './engine.ts';
import { stateOf } from './file-identity.ts';
import { localModel } from './local-model.ts';
import { fileSystems, LocalRecord, trustedFileSystems } from './local-record.ts';

const timeout = 600_000;
const SIZE = 128 * 1024;
const bundle = 'a'.repeat(64);
const python = spawnSync('python3', ['--version']).status === 0;

/** Longer than the two seconds within which a change makes a file racy, also where times are whole seconds. */
const settle = () => setTimeout(3200);

const fileAt = (at: string): ModelFile => ({ name: path.basename(at), size: null, content: { path: at } });
const hash = (at: string) => createHash('sha256').update(readFileSync(at)).digest('hex');

function store(at: string, text = 'EVIL', position = 0): void {
  const descriptor = openSync(at, 'r+');
  writeSync(descriptor, text, position);
  closeSync(descriptor);
}

function withTimesPutBack(at: string, change: () => void): void {
  const { atime, mtime } = statSync(at);
  change();
  utimesSync(at, atime, mtime);
}

function run(program: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
}

/** Programs in another process that keep a file mapped, and store into it when they are told to. */
const mapping = `
import mmap, os, sys
fd = os.open(sys.argv[1], os.O_RDWR)
m = mmap.mmap(fd, 0)
if sys.argv[2] == 'dirty': m[0:1] = b'x'
print('mapped', flush=True)
sys.stdin.readline()
m[0:4] = b'EVIL'
print('stored', flush=True)
sys.stdin.readline()
`;

async function mapped(at: string, how: 'clean' | 'dirty') {
  const child: ChildProcess = spawn('python3', ['-c', mapping, at, how], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return {
    async store() {
      const stored = once(child.stdout as NodeJS.ReadableStream, 'data');
      child.stdin?.write('\n');
      await stored;
    },
    async end() {
      child.stdin?.end();
      await once(child, 'close');
    },
  };
}

/**
 * A program whose call to write begins, and gets its bytes only when it is told to: those of a page that `userfaultfd` holds back, as
 * a slow source does.
 */
const slowWrite = `
import ctypes, mmap, os, platform, struct, sys, threading
libc = ctypes.CDLL(None, use_errno=True)
number = {'x86_64': 323, 'aarch64': 282}.get(platform.machine(), -1)
fault = libc.syscall(number, os.O_CLOEXEC)
if fault < 0:
    print('none', flush=True)
    sys.exit()
def call(request, *numbers):
    data = ctypes.create_string_buffer(struct.pack('Q' * len(numbers), *numbers))
    if libc.ioctl(fault, ctypes.c_ulong(request), data) != 0: sys.exit('ioctl failed')
page, evil = mmap.mmap(-1, 4096), mmap.mmap(-1, 4096)
evil[:] = b'EVIL' * 1024
at, source = (ctypes.addressof(ctypes.c_char.from_buffer(one)) for one in (page, evil))
call(0xc018aa3f, 0xaa, 0, 0)
call(0xc020aa00, at, 4096, 1, 0)
fd = os.open(sys.argv[1], os.O_WRONLY)
writing = threading.Thread(target=lambda: os.pwrite(fd, page, 0))
writing.start()
os.read(fault, 32)
print('begun', flush=True)
sys.stdin.readline()
call(0xc028aa03, at, source, 4096, 0, 0)
writing.join()
print('stored', flush=True)
`;

/** Begins a write to the file; null where that needs other rights. */
async function beginWrite(at: string) {
  const child: ChildProcess = spawn('python3', ['-c', slowWrite, at], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout as NodeJS.ReadableStream, 'data');
  if (String(line) === 'none\n') return null;
  return {
    async end() {
      const ended = once(child, 'close');
      child.stdin?.end('\n');
      await ended;
    },
  };
}

/** Every way to change a file of the same size. */
const changes: Readonly<Record<string, (at: string) => void>> = {
  'a write': (at) => store(at),
  'a write, with the old time put back': (at) => withTimesPutBack(at, () => store(at)),
  'a copy over it, with the times of the file': (at) => {
    withTimesPutBack(at, () => {
      writeFileSync(`${at}.other`, randomBytes(SIZE));
      copyFileSync(`${at}.other`, at);
      unlinkSync(`${at}.other`);
    });
  },
  'another file renamed over it, with the times of the file': (at) => {
    withTimesPutBack(at, () => {
      writeFileSync(`${at}.other`, randomBytes(SIZE));
      renameSync(`${at}.other`, at);
    });
  },
  'a write through a hard link': (at) => {
    linkSync(at, `${at}.link`);
    store(`${at}.link`);
    unlinkSync(`${at}.link`);
  },
  'a write through a bind mount': (at) => {
    const there = `${path.dirname(at)}.bound`;
    mkdirSync(there, { recursive: true });
    run('mount', '--bind', path.dirname(at), there);
    store(path.join(there, path.basename(at)));
    run('umount', there);
  },
  'a hole that is punched into it': (at) => run('fallocate', '-p', '-o', '0', '-l', '4096', at),
};

/** What each file system does when a page that is already dirty is stored into again, once it was written back. */
const noticesDirtyPages: Readonly<Record<ImageKind, boolean>> = {
  ...{ ext4: true, 'ext4-128': true, xfs: true, btrfs: true, overlay: true },
  tmpfs: false,
};

/** Records files as they are now, as a signing does. */
async function recordOf(files: readonly string[]): Promise<Uint8Array | null> {
  const record = new LocalRecord({ fileSystems });
  for (const at of files) await record.look(fileAt(at));
  for (const at of files) await record.isStill(fileAt(at));
  const text = record.encode(bundle)?.text;
  return text === undefined ? null : Buffer.from(text);
}

async function unchangedBy(record: Uint8Array, files: readonly string[]): Promise<string[]> {
  const local = new LocalRecord({ record, fileSystems });
  const looks = await Promise.all(files.map(async (at) => ({ at, look: await local.look(fileAt(at)) })));
  return looks.filter(({ look }) => look?.isUnchanged).map(({ at }) => path.basename(at));
}

const kinds: readonly ImageKind[] = ['ext4', 'ext4-128', 'xfs', 'btrfs', 'tmpfs', 'overlay'];
const images = kinds.map((kind) => {
  const image = mountImage(kind);
  return { kind, image, title: typeof image === 'string' ? `${kind} (skipped: ${image})` : kind };
});

// Most of their time, these tests wait for the clocks of file systems.
describe.concurrent.each(images)('on $title', ({ kind, image }) => {
  const directory = () => {
    if (typeof image === 'string') throw new Error(image);
    const made = path.join(image.directory, randomBytes(4).toString('hex'));
    mkdirSync(made);
    return made;
  };
  const skipped = typeof image === 'string';
  afterAll(() => (typeof image === 'string' ? undefined : image.unmount()));

  test.skipIf(skipped)('a recorded file is unchanged until it is changed, in whichever way', { timeout }, async () => {
    const root = directory();
    const names = Object.keys(changes);
    const files = [...names, 'untouched'].map((name) => path.join(root, name.replaceAll(/\W+/g, '-')));
    for (const at of files) writeFileSync(at, randomBytes(SIZE));
    await settle();
    const record = (await recordOf(files)) as Uint8Array;
    expect(await unchangedBy(record, files)).toEqual(files.map((at) => path.basename(at)));
    const before = files.map(hash);
    for (const [index, name] of names.entries()) changes[name]?.(files[index] as string);
    const changed = files.filter((at, index) => hash(at) !== before[index]);
    expect(changed).toHaveLength(names.length);
    expect(await unchangedBy(record, files)).toEqual(['untouched']);
  });

  test.skipIf(skipped)('another file mounted over a recorded one is not it', { timeout }, async () => {
    const root = directory();
    const [at, other] = ['weights', 'other'].map((name) => path.join(root, name)) as [string, string];
    for (const one of [at, other]) writeFileSync(one, randomBytes(SIZE));
    await settle();
    const record = (await recordOf([at])) as Uint8Array;
    run('mount', '--bind', other, at);
    const mounted = await unchangedBy(record, [at]);
    run('umount', at);
    expect([mounted, await unchangedBy(record, [at])]).toEqual([[], ['weights']]);
  });

  test.skipIf(skipped || !python)('a store into a mapping is noticed where it was clean', { timeout }, async () => {
    const at = path.join(directory(), 'weights');
    writeFileSync(at, randomBytes(SIZE));
    const writer = await mapped(at, 'clean');
    await settle();
    const record = (await recordOf([at])) as Uint8Array;
    await writer.store();
    expect(await unchangedBy(record, [at])).toEqual([]);
    await writer.end();
  });

  const verb = noticesDirtyPages[kind] ? 'noticed, since it was written back' : 'missed, so the system is not trusted';
  test.skipIf(skipped || !python)(`a store into a page that is already dirty is ${verb}`, { timeout }, async () => {
    const at = path.join(directory(), 'weights');
    writeFileSync(at, randomBytes(SIZE));
    const writer = await mapped(at, 'dirty');
    await settle();
    const record = (await recordOf([at])) as Uint8Array;
    const before = hash(at);
    await writer.store();
    expect(hash(at)).not.toBe(before);
    expect(await unchangedBy(record, [at])).toEqual(noticesDirtyPages[kind] ? [] : ['weights']);
    await writer.end();
  });

  const isTrusted = trustedFileSystems.some((name) => kind.startsWith(name));
  test.skipIf(skipped || !python || !isTrusted)(
    'a file is looked at once every call has ended that was writing to it',
    { timeout },
    async ({ skip }) => {
      const at = path.join(directory(), 'weights');
      writeFileSync(at, randomBytes(SIZE));
      const writer = (await beginWrite(at)) ?? skip('userfaultfd cannot be used');
      const looking = new LocalRecord().look(fileAt(at));
      // Longer than a look takes that does not wait.
      const first = await Promise.race([looking, setTimeout(2000, 'waits')]);
      await writer.end();
      expect([first, await looking]).toEqual(['waits', { size: SIZE, isUnchanged: false }]);
      expect(readFileSync(at, 'latin1').slice(0, 4)).toBe('EVIL');
    },
  );

  test.skipIf(skipped)('a file that changed just now is not recorded', { timeout }, async () => {
    const root = directory();
    const [old, late] = ['old', 'late'].map((name) => path.join(root, name)) as [string, string];
    writeFileSync(old, randomBytes(SIZE));
    writeFileSync(late, randomBytes(SIZE));
    await settle();
    withTimesPutBack(late, () => store(late));
    const record = (await recordOf([old, late])) as Uint8Array;
    expect(await unchangedBy(record, [old, late])).toEqual(['old']);
  });

  test.skipIf(skipped)(
    'whatever is edited between two signings, the digests are those of a full hash',
    { timeout },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 6 }), async (edits) => {
          const root = path.join(directory(), 'model');
          mkdirSync(root);
          for (let index = 0; index < FILES; index++) writeFileSync(path.join(root, `${index}`), randomBytes(SIZE));
          await settle();
          await compareWithFullHash(root, edits);
        }),
        { numRuns: 4 },
      );
    },
  );
});

const FILES = 6;

const place = fc.nat({ max: FILES - 1 });
const edit = fc.record({
  kind: fc.constantFrom('store', 'put back', 'swap', 'link', 'copy', 'remove', 'touch'),
  one: place,
  other: place,
});

type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

function apply(root: string, { kind, one, other }: Edit): void {
  const [at, beside] = [one, other].map((index) => path.join(root, `${index}`)) as [string, string];
  const exists = (file: string) => lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  if (!exists(at) || !exists(beside)) return;
  if (kind === 'store') store(at);
  if (kind === 'put back') withTimesPutBack(at, () => store(at));
  if (kind === 'touch') utimesSync(at, 1, 1);
  if (one === other) return;
  if (kind === 'copy') copyFileSync(at, beside);
  if (kind === 'remove') unlinkSync(at);
  if (kind === 'link') {
    unlinkSync(beside);
    linkSync(at, beside);
  }
  if (kind === 'swap') {
    renameSync(at, `${at}.swap`);
    renameSync(beside, at);
    renameSync(`${at}.swap`, beside);
  }
}

const key = testKey();

/** Signs, edits, signs again with the record, and compares with what a full hash says. */
async function compareWithFullHash(root: string, edits: readonly Edit[]): Promise<void> {
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  const first = new LocalRecord({ fileSystems });
  const { engine } = reuseDigests({ evidence: first, engine: defaultEngine });
  const signed = await signModel(localModel(root), keySigner(key), { engine });
  const record = Buffer.from(first.encode(sha256(signed.bundle))?.text ?? '');
  const states = new Map(readdirSync(root).map((name) => [name, stateAt(root, name)]));
  for (const one of edits) apply(root, one);
  const kept = readdirSync(root).filter((name) => states.get(name) === stateAt(root, name));

  const previous = await openSignature(signed.bundle, keyVerifierOf(key));
  const evidence = new LocalRecord({ record, fileSystems });
  const reuse = reuseDigests({ previous, evidence, engine: defaultEngine, audit: 'none' });
  const again = await signModel(localModel(root), keySigner(key), { engine: reuse.engine });
  const full = await hashModel(localModel(root));
  expect(again.manifest.rootDigest).toBe(full.manifest.rootDigest);
  expect(reuse.report()?.reused.files).toBe(kept.length);
  await verifyModel(localModel(root), again.bundle, keyVerifierOf(key));
}

function stateAt(root: string, name: string): string {
  return stateOf(lstatSync(path.join(root, name), { bigint: true }));
}

describe('on ext4 with whole seconds', () => {
  const image = mountImage('ext4-128');
  afterAll(() => (typeof image === 'string' ? undefined : image.unmount()));
  let root = '';
  beforeAll(() => {
    root = typeof image === 'string' ? '' : image.directory;
  });

  test.skipIf(typeof image === 'string')(
    'a write within the second of the last change changes no time, which is why such files are not recorded',
    { timeout },
    async () => {
      const at = path.join(root, 'weights');
      const isMissed = () => {
        writeFileSync(at, randomBytes(SIZE));
        const before = stateAt(root, 'weights');
        withTimesPutBack(at, () => store(at));
        return stateAt(root, 'weights') === before;
      };
      // A second may end in between, but not each time.
      expect(Array.from({ length: 20 }, isMissed)).toContain(true);
      expect(await recordOf([at])).toBeNull();
    },
  );
});
