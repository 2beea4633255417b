import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { Sandbox } from '../testing/command.ts';
import { signerClaims } from './claims.ts';

test('inspect shows what a signature claims, and that nothing was verified', async () => {
  const box = new Sandbox();
  await box.sign('--ignore-paths', 'model/config.json');
  const { code, stdout, stderr } = await box.run(['inspect', 'model.sig']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n')[0]).toMatch(/^NOT VERIFIED/);
  expect(stdout).toMatch(/signed by: key with hint [0-9a-f]{64}\n/);
  expect(stdout).toMatch(/ignored: .*config\.json/);
  expect(stdout).toMatch(/^[0-9a-f]{64} {2}tokenizer\/vocab\.txt$/m);
});

test('inspect --json prints everything', async () => {
  const box = new Sandbox();
  await box.sign();
  const { result } = await box.json(['inspect', 'model.sig']);
  expect(result).toMatchObject({
    ok: true,
    verified: false,
    model: 'model',
    signer: { method: 'key' },
    serialization: {
      method: 'files',
      hashAlgorithm: 'sha256',
      ignorePaths: ['.git', '.gitattributes', '.github', '.gitignore'],
    },
    resourceCount: 3,
    resources: [{ name: 'config.json' }, { name: 'tokenizer/vocab.txt' }, { name: 'weights.bin' }],
    warnings: [],
  });
});

test('inspect shortens a long list of files unless --all is given', async () => {
  const box = new Sandbox();
  for (let i = 0; i < 30; i++) box.write(`model/part-${i}`, 'x');
  await box.sign();
  expect((await box.run(['inspect', 'model.sig'])).stdout).toMatch(/and 13 more/);
  expect((await box.run(['inspect', 'model.sig', '--all'])).stdout.match(/ {2}part-/g)).toHaveLength(30);
});

test('inspect shows a forged claim like a true one', async () => {
  const box = new Sandbox();
  await box.sign();
  const bundle = JSON.parse(readFileSync(box.path('model.sig'), 'utf8'));
  bundle.dsseEnvelope.signatures[0].sig = Buffer.from('forged').toString('base64');
  writeFileSync(box.path('model.sig'), JSON.stringify(bundle));
  expect((await box.run(['inspect', 'model.sig'])).code).toBe(0);
  expect((await box.verify()).result.error.code).toBe('envelope/signature-invalid');
});

test.each([
  ['{', 'bundle/not-json'],
  ['{"a":1,"a":2}', 'bundle/duplicate-member'],
])('inspect refuses a file with the content %j', async (content, error) => {
  const box = new Sandbox();
  box.write('model.sig', content);
  const { code, result } = await box.json(['inspect', 'model.sig']);
  expect({ code, result }).toMatchObject({ code: 1, result: { ok: false, error: { code: error, stage: 'bundle' } } });
});

test('inspect refuses a missing file and a directory', async () => {
  const box = new Sandbox();
  for (const [name, error] of [
    ['none', 'command/not-found'],
    ['model', 'command/unreadable'],
  ] as const) {
    const { code, result } = await box.json(['inspect', name]);
    expect({ name, code, error: result.error.code }).toEqual({ name, code: 3, error });
  }
});

test('inspect reads a signature from a named pipe and from standard input', async () => {
  const box = new Sandbox();
  await box.sign();
  execFileSync('mkfifo', [box.path('pipe')]);
  const bundle = readFileSync(box.path('model.sig'), 'utf8');
  const [piped] = await Promise.all([box.json(['inspect', 'pipe']), writeFile(box.path('pipe'), bundle)]);
  expect(piped.result).toMatchObject({ ok: true, model: 'model' });
  for (const name of ['-', '/dev/stdin']) {
    expect((await box.json(['inspect', name], { input: bundle })).result).toMatchObject({ ok: true, model: 'model' });
  }
});

test('the claims of a signer include the times of log entries, and certificates that cannot be parsed', async () => {
  const claims = await signerClaims({
    method: 'sigstore',
    material: {
      certificate: { rawBytes: 'bm90IGEgY2VydGlmaWNhdGU=' },
      tlogEntries: [{ integratedTime: '1700000000' }, {}, null],
    },
  });
  expect(claims.loggedAt).toEqual(['2023-11-14T22:13:20.000Z']);
  expect(claims.certificates).toEqual([
    { subject: null, subjectAltName: null, issuer: null, validFrom: null, validTo: null },
  ]);
});
