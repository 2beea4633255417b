// What the page says of models, signatures and expectations.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fingerprint, openPage, publicKey, sign, vectorFiles, work, writeModel } from './harness.ts';

const files = { 'config.json': '{}', 'weights/a.bin': 'a'.repeat(5000), 'weights/b.bin': 'b'.repeat(5000) };

test('a folder with its signature inside is verified, and every fact is shown', async () => {
  const model = writeModel('granite', files);
  await sign(model);
  await using opened = await openPage();
  await opened.drop(model);
  const text = await opened.checkWithKey();
  assert.match(text, /^✓ Verified/);
  assert.ok(text.includes(fingerprint));
  assert.match(text, /3 files/);
  assert.match(text, /model\.sig \(the signature\)/);
  assert.match(text, /10\.0 kB read in less than a second/);
});

test('a model of one file is verified with the signature that was dropped beside it', async () => {
  const folder = writeModel('folder', { 'model.gguf': 'weights' });
  const model = path.join(folder, 'model.gguf');
  const signature = await sign(model, path.join(folder, 'model.gguf.sig'));
  await using opened = await openPage();
  await opened.drop(model, signature);
  assert.match(await opened.checkWithKey(), /^✓ Verified/);
});

test('differences are refused, each with its name and kind', async () => {
  const model = writeModel('model', files);
  await sign(model);
  writeFileSync(path.join(model, 'config.json'), '[]');
  writeFileSync(path.join(model, 'weights/added.py'), 'import os');
  rmSync(path.join(model, 'weights/b.bin'));
  await using opened = await openPage();
  await opened.drop(model);
  const text = await opened.checkWithKey();
  assert.match(text, /^✗ Refused/);
  for (const row of [/changed\s+config\.json/, /not signed\s+weights\/added\.py/, /missing\s+weights\/b\.bin/]) {
    assert.match(text, row);
  }
  assert.match(text, /1 changed, 1 missing, 1 not signed/);
  assert.match(text, /model\/mismatch/);
});

test('another key is refused before a file is read', async () => {
  const { model, signature } = vectorFiles('signer_sigstore');
  await using opened = await openPage();
  await opened.drop(model, signature);
  assert.match(await opened.checkWithKey(), /^✗ Refused[\s\S]*signer\/method-mismatch[\s\S]*0 bytes read/);
});

test('a file that is not what its field asks for is a problem of the form, and no verdict on the model', async () => {
  const model = writeModel('model', files);
  await sign(model);
  const wrong = path.join(mkdtempSync(path.join(work, 'wrong-')), 'wrong.pem');
  await using opened = await openPage();
  const { page } = opened;
  await opened.drop(model);
  const fields: readonly (readonly [string, string, string, RegExp])[] = [
    [
      'The owner of a public key',
      'Public key of the signer',
      '-----BEGIN PRIVATE KEY-----\n',
      /public key was expected/,
    ],
    ['The owner of a public key', 'Public key of the signer', 'hello', /public key/],
    ['The owner of a certificate', 'Certificates that you trust', 'hello', /certificate/],
    ['Those whom a policy names', 'The policy, with the files', 'hello', /policy/],
  ];
  for (const [choice, field, content, expected] of fields) {
    writeFileSync(wrong, content);
    await page.getByLabel(choice).check();
    await page.getByLabel(field).setInputFiles(wrong);
    const name = page.locator('#policy-name');
    if (await name.isVisible()) await name.fill('hf://acme/model');
    await opened.start();
    await page.locator('#problem').filter({ hasText: expected }).waitFor();
    assert.equal(await page.locator('#result').isVisible(), false);
    await page.getByLabel(field).and(page.locator(':focus')).waitFor();
  }
});

test('a file that is no signature is refused by its name, with what to do', async () => {
  const model = writeModel('model', files);
  await sign(model);
  await using opened = await openPage();
  await opened.drop(model, publicKey);
  const text = await opened.checkWithKey();
  assert.match(text, /^✗ Refused[\s\S]*"publisher\.pub\.pem" was taken for the signature/);
});

test('who claims to have signed is never green, and only fills in whom to expect', async () => {
  const { model, signature, trustedRoot } = vectorFiles('signer_sigstore');
  await using opened = await openPage();
  const { page } = opened;
  await opened.drop(model, signature);
  await opened.start();
  const claimed = await opened.result();
  assert.match(claimed, /^\? Not verified: this is only a claim/);
  assert.match(claimed, /signed by "signer@test\.example", logged in at "https:\/\/issuer\.test\.example"/);
  assert.equal(await page.locator('.verified').count(), 0);
  await page.getByRole('button', { name: 'Expect this identity' }).click();
  assert.equal(await page.locator('#identity').inputValue(), 'signer@test.example');
  await page.locator('#trust-root-file').setInputFiles(trustedRoot);
  await opened.start();
  await page.locator('.verdict.verified').waitFor();
  assert.match(await opened.result(), /^✓ Verified[\s\S]*signer@test\.example[\s\S]*2020-06-01 12:02:00 UTC/);
});

test('another identity than the expected one is refused', async () => {
  const { model, signature, trustedRoot } = vectorFiles('signer_sigstore');
  await using opened = await openPage();
  const { page } = opened;
  await opened.drop(model, signature);
  await page.getByLabel('A person or a project, through Sigstore').check();
  await page.locator('#identity').fill('signer@test.example.org');
  await page.locator('#issuer').fill('https://issuer.test.example');
  await page.locator('#trust-root-file').setInputFiles(trustedRoot);
  await opened.start();
  assert.match(await opened.result(), /^✗ Refused[\s\S]*signer\/identity-mismatch/);
});

test('a result does not outlast what it is about: another model, another key', async () => {
  const model = writeModel('model', files);
  await sign(model);
  const other = writeModel('other', files);
  await using opened = await openPage();
  const { page } = opened;
  await opened.drop(model);
  await opened.checkWithKey();
  await page.getByLabel('Public key of the signer').setInputFiles([]);
  assert.equal(await page.locator('#result').isVisible(), false);
  await opened.checkWithKey();
  await opened.drop(other);
  await page.locator('#model-name').filter({ hasText: 'other' }).waitFor();
  assert.equal(await page.locator('#result').isVisible(), false);
  await opened.start();
  await page.locator('#problem').filter({ hasText: 'There is no signature with the model' }).waitFor();
});

/** Lets the page in which it runs wait for the entries of each folder that is dropped. */
const SLOW_FOLDERS = `
  const { webkitGetAsEntry } = DataTransferItem.prototype;
  DataTransferItem.prototype.webkitGetAsEntry = function () {
    const entry = webkitGetAsEntry.call(this);
    const createReader = entry.createReader.bind(entry);
    entry.createReader = () => {
      const reader = createReader();
      const readEntries = reader.readEntries.bind(reader);
      reader.readEntries = (found, failed) => setTimeout(() => readEntries(found, failed), 300);
      return reader;
    };
    return entry;
  };
`;

test('a check is of what was chosen before it, however long the browser takes to look at that', async () => {
  const [good, bad] = [writeModel('good', files), writeModel('bad', files)];
  await sign(good);
  await sign(bad);
  writeFileSync(path.join(bad, 'config.json'), '[]');
  await using opened = await openPage();
  const { page } = opened;
  await opened.drop(good);
  await opened.expectKey();
  await page.evaluate(SLOW_FOLDERS);
  await opened.drop(bad);
  await opened.start();
  assert.match(await opened.result(), /^✗ Refused[\s\S]*config\.json/);
  assert.match(await page.locator('#model-name').innerText(), /bad/);
});

test('a policy counts the signers of a model, by the name that the user gives it', async () => {
  const model = writeModel('model', files);
  await sign(model);
  const policies = mkdtempSync(path.join(work, 'policy-'));
  const policy = path.join(policies, 'policy.json');
  const rule = { match: ['hf://acme/*'], require: { signedBy: ['publisher'] } };
  const signers = { publisher: { method: 'key', publicKeyFile: 'keys/publisher.pub.pem' } };
  writeFileSync(policy, JSON.stringify({ policyVersion: 1, signers, models: [rule] }));
  await using opened = await openPage();
  const { page } = opened;
  await opened.drop(model);
  await page.getByLabel('Those whom a policy names').check();
  await page.getByLabel('The policy, with the files').setInputFiles([policy, publicKey]);
  await opened.start();
  await page.locator('#problem').filter({ hasText: 'what the policy calls the model' }).waitFor();
  await page.locator('#policy-name').fill('hf://acme/model');
  await opened.start();
  assert.match(await opened.result(), /^✓ Verified[\s\S]*publisher: "model\.sig"/);
  await page.locator('#policy-name').fill('hf://other/model');
  await opened.start();
  assert.match(await opened.result(), /^✗ Refused[\s\S]*policy\/no-rule/);
});

test('a certificate is shown with its path and the verified time of a timestamp', async () => {
  const { model, signature, roots, timestampRoots } = vectorFiles('signer_timestamp-earliest');
  await using opened = await openPage();
  const { page } = opened;
  await opened.drop(model, signature);
  await page.getByLabel('The owner of a certificate').check();
  await page.locator('#certificate-files').setInputFiles(roots);
  await page.locator('#timestamp-files').setInputFiles(timestampRoots);
  await opened.start();
  assert.match(
    await opened.result(),
    /^✓ Verified[\s\S]*by a timestamp that was verified[\s\S]*Certificates[\s\S]*fingerprint/,
  );
});
