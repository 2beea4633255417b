import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Sandbox } from '../testing/command.ts';

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();

test('digest prints the digest over the digests of the files, in the order of their names', async () => {
  const box = new Sandbox();
  const files = ['{"hidden_size": 8}\n', 'a\nb\n', 'w'.repeat(1000)]; // config.json, tokenizer/vocab.txt, weights.bin
  const expected = sha256(Buffer.concat(files.map(sha256))).toString('hex');
  expect(await box.run(['digest', 'model'])).toEqual({ code: 0, stdout: `sha256:${expected}\n`, stderr: '' });
});

test('digest prints the root digest that signing states', async () => {
  const box = new Sandbox();
  await box.sign('--hash', 'blake3', '--shard-size', '100');
  const { result } = await box.json(['digest', 'model', '--hash', 'blake3', '--shard-size', '100']);
  expect(result).toMatchObject({ serialization: { method: 'shards', hashAlgorithm: 'blake3', shardSize: 100 } });
  expect(result.rootDigest).toBe((await box.verify()).result.rootDigest);
});

test('digest prints the digest with --quiet too, since it is the result', async () => {
  const box = new Sandbox();
  expect((await box.run(['digest', 'model', '--quiet'])).stdout).toMatch(/^sha256:[0-9a-f]{64}\n$/);
});

test('digest takes ignore paths relative to the working directory', async () => {
  const box = new Sandbox();
  const whole = await box.run(['digest', 'model']);
  box.write('model/cache/tmp', 'x');
  expect(await box.run(['digest', 'model'])).not.toEqual(whole);
  expect(await box.run(['digest', 'model', '--ignore_paths', 'model/cache'])).toEqual(whole);
  expect(await box.run(['digest', '.', '--ignore-paths', 'cache'], { cwd: 'model' })).toEqual(whole);
});

test('digest and sign warn of code that they leave out, and refuse it with --strict', async () => {
  const box = new Sandbox();
  box.write('model/notes/x.py', '');
  for (const [command, ...flags] of [['digest'], ['sign', '--private-key', 'key.pem']]) {
    const args = [
      command as string,
      ...(command === 'sign' ? ['key'] : []),
      'model',
      ...flags,
      '--ignore-paths',
      'model/notes',
    ];
    const { code, result, stderr } = await box.json(args);
    expect({ code, warnings: result.warnings }).toMatchObject({ code: 0, warnings: [{ code: 'model/ignored-code' }] });
    expect(stderr).toContain('warning: ignored paths hold files that programs run or load');
    const strict = await box.json([...args, '--strict']);
    expect(strict).toMatchObject({ code: 1, result: { error: { code: 'model/ignored-code' } } });
  }
});

test('digest covers the contents in the order of their names, and not the names, as its help says', async () => {
  const box = new Sandbox();
  for (const [folder, first, second] of [
    ['one', 'a', 'b'],
    ['renamed', 'a', 'c'],
    ['reordered', 'b', 'a'],
  ] as const) {
    box.write(`${folder}/${first}`, 'first');
    box.write(`${folder}/${second}`, 'second');
  }
  const of = async (folder: string) => (await box.run(['digest', folder])).stdout;
  expect(await of('renamed')).toBe(await of('one'));
  expect(await of('reordered')).not.toBe(await of('one'));
  expect((await box.run(['digest', '--help'])).stdout.replace(/\s+/g, ' ')).toContain('does not cover their names');
});

/** The root digest that a signature file states. */
async function signedDigest(box: Sandbox, file: string): Promise<string | undefined> {
  return (await box.json(['inspect', file])).result.rootDigest;
}

test.each(['model/model.sig', 'model/release.json', 'model/.signature', 'model.sig'])(
  'after signing, digest prints the digest that the signature %s states',
  async (file) => {
    const box = new Sandbox();
    await box.sign('--signature', file);
    const { stderr, result } = await box.json(['digest', 'model']);
    expect(result.rootDigest).toBe(await signedDigest(box, file));
    if (file.startsWith('model/')) {
      expect(result.ignored).toEqual([file.slice('model/'.length)]);
      expect(stderr).toContain('not part of the digest, as signatures of the model');
    }
  },
);

test('digest takes the name of a signature that lies further down in the model', async () => {
  const box = new Sandbox();
  box.write('model/signatures/readme.txt', 'x');
  await box.sign('--signature', 'model/signatures/a.sig');
  const { result } = await box.json(['digest', 'model', '--signature', 'model/signatures/a.sig']);
  expect(result.rootDigest).toBe(await signedDigest(box, 'model/signatures/a.sig'));
});

test('of several signatures in a model, digest leaves out those that no other one covers', async () => {
  const box = new Sandbox();
  await box.sign('--signature', 'model/first.sig');
  await box.sign('--signature', 'model/second.sig');
  const { result } = await box.json(['digest', 'model']);
  expect(result.ignored).toEqual(['second.sig']);
  expect(result.rootDigest).toBe(await signedDigest(box, 'model/second.sig'));
  const first = await box.json([
    'digest',
    'model',
    '--signature',
    'model/first.sig',
    '--ignore-paths',
    'model/second.sig',
  ]);
  expect(first.result.rootDigest).toBe(await signedDigest(box, 'model/first.sig'));
});

test('signatures that each leave out the other are all left out by digest', async () => {
  const box = new Sandbox();
  await box.sign('--signature', 'model/first.sig', '--ignore-paths', 'model/second.sig');
  await box.sign('--signature', 'model/second.sig', '--ignore-paths', 'model/first.sig');
  const { result } = await box.json(['digest', 'model']);
  expect(result.ignored).toEqual(['first.sig', 'second.sig']);
  expect(result.rootDigest).toBe(await signedDigest(box, 'model/first.sig'));
});

test('digest covers a signature of another model, a damaged one and any other JSON', async () => {
  const box = new Sandbox();
  const before = (await box.json(['digest', 'model'])).result.rootDigest;
  box.write('other/weights.bin', 'x');
  await box.run(['sign', 'key', 'other', '--private-key', 'key.pem', '--signature', 'other.sig']);
  for (const content of [
    readFileSync(box.path('other.sig')),
    '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}',
    '{}',
  ]) {
    box.write('model/base.sig', content);
    const { result } = await box.json(['digest', 'model']);
    expect(result.ignored).toEqual([]);
    expect(result.rootDigest).not.toBe(before);
  }
});

describe('digest agrees with verify about a signature that lies in the model', () => {
  test.each([
    ['model/model.sig', []],
    ['model/renamed.json', ['--signature', 'model/renamed.json']],
    ['model/sub/further/down.sig', ['--signature', 'model/sub/further/down.sig']],
  ])('that was made elsewhere and moved to %s', async (place, named) => {
    const box = new Sandbox();
    await box.sign('--shard-size', '100');
    mkdirSync(path.dirname(box.path(place)), { recursive: true });
    renameSync(box.path('model.sig'), box.path(place));
    const verified = await box.json(['verify', 'key', 'model', '--public-key', 'key.pub', ...named]);
    expect(verified.code).toBe(0);
    const { stderr, result } = await box.json(['digest', 'model', '--shard-size', '100']);
    expect(result.rootDigest).toBe(verified.result.rootDigest);
    expect(stderr).toContain('not part of the digest, as signatures of the model');
  });

  test('that was given as a link to it', async () => {
    const box = new Sandbox();
    await box.sign('--signature', 'model/a.sig');
    symlinkSync('model/a.sig', box.path('link.sig'));
    const verified = await box.json(['verify', 'key', 'model', '--public-key', 'key.pub', '--signature', 'link.sig']);
    const { result } = await box.json(['digest', 'model', '--signature', 'link.sig']);
    expect({ code: verified.code, digest: result.rootDigest }).toEqual({ code: 0, digest: verified.result.rootDigest });
  });

  test('that the signature beside the model covers, of which sign warned', async () => {
    const box = new Sandbox();
    await box.sign('--signature', 'model/old.sig');
    const sign = ['sign', 'key', 'model', '--private-key', 'key.pem'];
    const { code, result } = await box.json(sign);
    expect({ code, warnings: result.warnings }).toMatchObject({
      code: 0,
      warnings: [
        { code: 'command/signature-signed', message: expect.stringContaining('--ignore-paths model/old.sig') },
      ],
    });
    const verified = await box.verify();
    expect((await box.json(['digest', 'model'])).result.rootDigest).toBe(verified.result.rootDigest);
    const strict = await box.json([...sign, '--strict']);
    expect(strict).toMatchObject({ code: 2, result: { error: { code: 'command/signature-signed' } } });
    const followed = await box.json([...sign, '--strict', '--ignore-paths', 'model/old.sig']);
    expect({ code: followed.code, warnings: followed.result.warnings }).toEqual({ code: 0, warnings: [] });
  });
});
