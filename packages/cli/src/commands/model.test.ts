import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bin, Sandbox } from '../testing/command.ts';

const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 1000\n`;

/** Puts the files of the sandbox's model into the cache of a hub, and returns the path of the snapshot. */
function cache(box: Sandbox): string {
  const snapshot = 'hub/models--org--model/snapshots/5f2c0e1d';
  const files = {
    'config.json': '{"hidden_size": 8}\n',
    'weights.bin': 'w'.repeat(1000),
    'tokenizer/vocab.txt': 'a\nb\n',
  };
  for (const [index, [name, content]] of Object.entries(files).entries()) {
    box.write(`hub/models--org--model/blobs/${index}`, content);
    const link = box.path(path.join(snapshot, name));
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(`${'../'.repeat(name.split('/').length + 1)}blobs/${index}`, link);
  }
  return snapshot;
}

const verify = (model: string, ...flags: string[]) => [
  ...['verify', 'key', model, '--signature', 'model.sig', '--public-key', 'key.pub'],
  ...flags,
];

describe.skipIf(process.platform === 'win32')('a snapshot in the cache of a hub', () => {
  it('a signature over files verifies over a snapshot with the one flag that the first refusal names', async () => {
    const box = new Sandbox();
    await box.sign();
    const snapshot = cache(box);
    for (const flags of [[], ['--allow-symlinks']]) {
      const refused = await box.run(verify(snapshot, ...flags));
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('model/symlink-hub-cache');
      expect(refused.stderr).toMatch(/hint: .*--hub-cache$/m);
    }
    const { code, stdout } = await box.run(verify(snapshot, '--hub-cache'));
    expect(code).toBe(0);
    expect(stdout).toContain('3 files read from blobs: config.json → ../../blobs/0');
    const json = JSON.parse((await box.run(verify(snapshot, '--hub-cache', '--json'))).stdout);
    expect(json.hubLinks).toContainEqual({ path: 'tokenizer/vocab.txt', target: '../../../blobs/2' });
  });

  it('digest and sign read a snapshot as the files that its links stand for', async () => {
    const box = new Sandbox();
    const snapshot = cache(box);
    const [files, links] = await Promise.all([
      box.run(['digest', 'model']),
      box.run(['digest', snapshot, '--hub-cache']),
    ]);
    expect(links).toEqual(files);
    const sign = ['sign', 'key', snapshot, '--private-key', 'key.pem', '--signature', 'model.sig', '--hub-cache'];
    expect((await box.run(sign)).code).toBe(0);
    expect((await box.run(verify('model'))).code).toBe(0);
  });
});

it('a hint about links is never followed by another refusal for links', async () => {
  const box = new Sandbox();
  await box.sign();
  symlinkSync('config.json', box.path('model/link'));
  const { stderr } = await box.run(verify('model'));
  expect(stderr).toContain('the signer followed none');
  expect(stderr).not.toContain('--allow-symlinks');
});

it('pointers of Git LFS are warned of by name, in JSON too, and refused with --strict', async () => {
  const box = new Sandbox();
  box.write('model/weights.bin', POINTER);
  const sign = ['sign', 'key', 'model', '--private-key', 'key.pem', '--signature', 'model.sig'];
  for (const args of [['digest', 'model'], sign]) {
    const { code, stdout, stderr } = await box.run([...args, '--json']);
    expect(code).toBe(0);
    expect(stderr).toContain('warning: "weights.bin" is only a pointer of Git LFS');
    expect(JSON.parse(stdout).warnings).toMatchObject([{ code: 'model/pointer-file' }]);
  }
  const strict = await box.run([...sign, '--strict']);
  expect(strict.code).toBe(1);
  expect(strict.stderr).toContain('git lfs pull');
});

it('a file that differs because it is only a pointer is said to be one, with the way to fetch it', async () => {
  const box = new Sandbox();
  await box.sign();
  box.write('model/weights.bin', POINTER);
  const { code, stdout, stderr } = await box.run(verify('model', '--json'));
  expect(code).toBe(1);
  expect(stderr).toContain('weights.bin (only a pointer, by git-lfs)');
  expect(stderr).toContain('git lfs pull');
  expect(stderr).not.toContain('--ignore-unsigned-files');
  expect(JSON.parse(stdout).error.differences).toMatchObject([{ path: 'weights.bin', pointer: 'git-lfs' }]);
});

describe.skipIf(process.platform === 'win32')('what may not be read', () => {
  /** As root, everything may be read, so the command becomes another user first. */
  const asUser =
    process.getuid?.() === 0 ? ['--import', 'data:text/javascript,process.setgid(65534);process.setuid(65534)'] : [];

  it.each([
    ['a file', 'model/many/0042.bin', 'the file "many/0042.bin"'],
    ['a directory', 'model/many', 'the directory "many'],
  ])('%s of the model that may not be read is named with exit code 3, in JSON too', async (_, closed, named) => {
    const box = new Sandbox();
    for (let i = 0; i < 100; i++) box.write(`model/many/${String(i).padStart(4, '0')}.bin`, `${i}`);
    await box.sign();
    chmodSync(box.dir, 0o755);
    chmodSync(box.path('key.pem'), 0o644);
    chmodSync(box.path(closed), 0);
    for (const args of [['digest', 'model'], verify('model')]) {
      const { code, stdout, stderr } = await box.run([...args, '--json'], { nodeArgs: asUser });
      expect(stderr).toContain(`${named}`);
      expect(stderr).toContain('permission denied (EACCES)');
      expect(code).toBe(3);
      expect(JSON.parse(stdout).error).toMatchObject({ code: 'command/unreadable', stage: null });
    }
    chmodSync(box.path(closed), 0o755);
  });
});

it.skipIf(process.platform === 'win32')('few open files are enough, or the limit is named', async () => {
  const box = new Sandbox();
  for (let i = 0; i < 3000; i++) box.write(`model/many/${i}`, `${i}`);
  await box.sign();
  const expected = (await box.json(['digest', 'model'])).result.rootDigest;
  for (const limit of [22, 24, 26, 28, 30, 34, 40]) {
    const command = `ulimit -n ${limit}; exec '${process.execPath}' '${bin}' digest model --json`;
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: box.dir, encoding: 'utf8' });
    expect(stderr).not.toContain('bug');
    if (status === 0) expect(JSON.parse(stdout).rootDigest).toBe(expected);
    else expect({ limit, status, stderr }).toEqual({ limit, status: 3, stderr: expect.stringContaining('ulimit -n') });
  }
});

it('a model path that is longer than the system can open is shortened in the message', async () => {
  const box = new Sandbox();
  const { code, stderr } = await box.run(['digest', 'd/'.repeat(2500)]);
  expect(code).toBe(3);
  expect(stderr).toContain('name too long (ENAMETOOLONG)');
  expect(stderr.length).toBeLessThan(500);
});
