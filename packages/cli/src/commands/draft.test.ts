import { readFileSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Sandbox } from '../testing/command.ts';

const annotation = ['--annotation', 'org.example.licence=Apache-2.0'];
const verify = ['verify', 'key', 'model', '--signature', 'model.sig', '--public-key', 'key.pub'];

test('a draft of the format is signed and verified only on request', async () => {
  const box = new Sandbox();
  expect(await box.sign('--draft', '1.1', ...annotation)).toMatchObject({ code: 0 });
  const refused = await box.run(verify);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('--draft') });
  const { stdout } = await box.run([...verify, '--draft', '1.1']);
  expect(stdout).toContain('"org.example.licence" is "Apache-2.0" (as the signer says)');
  const { result } = await box.json(['inspect', 'model.sig']);
  expect(result).toMatchObject({ draft: '1.1', annotations: { 'org.example.licence': 'Apache-2.0' } });
});

test.each([
  ['annotations without a draft', annotation],
  ['an annotation without a value', ['--draft', '1.1', '--annotation', 'a']],
  ['an annotation that is given twice', ['--draft', '1.1', '--annotation', 'a=1', '--annotation', 'a=2']],
  ['an unknown draft', ['--draft', '1.2']],
])('the command line with %s is refused', async (_what, flags) => {
  const box = new Sandbox();
  expect(await box.sign(...flags)).toMatchObject({ code: 2 });
  expect(box.list()).not.toContain('model.sig');
});

test('an annotation that the draft does not allow is refused', async () => {
  const box = new Sandbox();
  const refused = await box.sign('--draft', '1.1', '--annotation', 'Licence=MIT');
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/the key "Li[^"]*" must be a lowercase letter.*manifest\/annotations-invalid/),
  });
});

test('a draft does not follow links to sign, and says what to do instead', async () => {
  const box = new Sandbox();
  symlinkSync('config.json', box.path('model/link'));
  for (const flags of [[], ['--allow-symlinks']]) {
    const refused = await box.sign('--draft', '1.1', ...flags);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/cp -L.*--ignore-paths/s) });
  }
  expect(await box.sign('--draft', '1.1', '--ignore-paths', 'model/link')).toMatchObject({ code: 0 });
});

test('a draft has an attestation in the model, where verify and lineage find it, and lineage reads its signature', async () => {
  const box = new Sandbox();
  box.write('claim.json', '{}');
  const inside = ['model', '--signature', 'model/model.sig', '--private-key', 'key.pem', '--draft', '1.1'];
  expect((await box.run(['sign', 'key', ...inside, '--exclude-attestations'])).code).toBe(0);
  const claim = ['--predicate', 'claim.json', '--type', 'vuln', '--attestations', 'model/claims.jsonl'];
  expect((await box.run(['attest', 'key', ...inside, ...claim])).code).toBe(0);
  const trusting = ['model', '--public-key', 'key.pub', '--draft', '1.1'];
  expect((await box.run(['verify', 'key', ...trusting, '--require-attestation', 'vuln'])).code).toBe(0);
  expect(await box.run(['lineage', ...trusting, '--require-verified'])).toMatchObject({ code: 0 });
});

test('a draft leaves room for signatures and attestations in the model, if it is asked to', async () => {
  const box = new Sandbox();
  const inside = ['sign', 'key', 'model', '--private-key', 'key.pem', '--signature', 'model/model.sig'];
  expect(await box.run([...inside, '--exclude-attestations'])).toMatchObject({ code: 2 });
  expect(await box.run([...inside, '--draft', '1.1', '--exclude-attestations'])).toMatchObject({ code: 0 });
  box.write('model/claims.jsonl', `${JSON.stringify(JSON.parse(readFileSync(box.path('model/model.sig'), 'utf8')))}\n`);
  const verifying = ['verify', 'key', 'model', '--signature', 'model/model.sig', '--public-key', 'key.pub'];
  const { result } = await box.json([...verifying, '--draft', '1.1']);
  expect(result).toMatchObject({ verdict: 'verified', ignored: ['claims.jsonl', 'model.sig'] });
  expect(await box.run(verifying)).toMatchObject({ code: 1, stderr: expect.stringContaining('--draft') });
  box.write('model/claims.jsonl', 'import os');
  expect(await box.run([...verifying, '--draft', '1.1'])).toMatchObject({ code: 1 });
});
