import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
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
