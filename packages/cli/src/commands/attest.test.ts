import { readFileSync, renameSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Sandbox } from '../testing/command.ts';

const SLSA = 'https://slsa.dev/provenance/v1';

/** A signed model, and what is to be claimed of it. */
async function signedBox(): Promise<Sandbox> {
  const box = new Sandbox();
  box.writeKeys('other');
  box.write('claim.json', '{"passed":12}');
  await box.sign();
  return box;
}

const claim = ['--predicate', 'claim.json', '--type', 'slsaprovenance1'];
const attesting = ['attest', 'key', 'model', '--private-key', 'key.pem', ...claim];
const verifying = ['verify', 'key', 'model', '--public-key', 'key.pub'];

test('attest adds an attestation beside the model, and verify requires it', async () => {
  const box = await signedBox();
  const attested = await box.run(attesting);
  expect(attested).toMatchObject({ code: 0, stderr: '' });
  expect(attested.stdout).toMatch(
    /^Attesting succeeded\ntype: {6}"slsaprovenance1"\nadded to: {2}"model\.attestations\.jsonl"\n/,
  );
  const { code, stdout } = await box.run([...verifying, '--require-attestation', 'slsaprovenance1']);
  expect(code).toBe(0);
  expect(stdout).toContain('attested:  "slsaprovenance1" by key on P-256');
});

test('attest and verify say in JSON what they did', async () => {
  const box = await signedBox();
  const { result } = await box.json(attesting);
  expect(result).toMatchObject({
    ...{ attestations: 'model.attestations.jsonl', added: true, predicateType: SLSA, compared: true },
    ...{ signer: { method: 'key' }, signedBy: { method: 'key' }, rootDigest: expect.stringMatching(/^sha256:/) },
  });
  const verified = await box.json([...verifying, '--attestations', 'model.attestations.jsonl']);
  const entry = { line: 1, verdict: 'accepted', predicateType: SLSA, error: null };
  const subject = { name: 'model', digest: result.rootDigest, domain: 'root' };
  expect(verified.result).toMatchObject({ attestations: [{ ...entry, subject, signer: { method: 'key' } }] });
});

test('verify warns of an attestation in an older form, and in strict mode counts none', async () => {
  const box = await signedBox();
  await box.run(attesting);
  const bundle = JSON.parse(readFileSync(box.path('model.attestations.jsonl'), 'utf8'));
  const rawBytes = readFileSync(box.path('key.pub')).toString('base64');
  bundle.verificationMaterial.publicKey = { rawBytes };
  box.write('model.attestations.jsonl', JSON.stringify(bundle));
  const required = [...verifying, '--require-attestation', 'slsaprovenance1'];
  expect(await box.json(required)).toMatchObject({
    code: 0,
    result: { warnings: [{ code: 'signer/historical-key' }] },
  });
  const strict = await box.json([...required, '--strict']);
  expect(strict).toMatchObject({ code: 1, result: { error: { code: 'statement/attestation-missing' } } });
});

test('--from attests what a signature is of, without its model', async () => {
  const box = await signedBox();
  box.write('model/weights.bin', 'changed');
  const from = ['attest', 'key', '--from', 'model.sig', '--private-key', 'key.pem', ...claim];
  const { result } = await box.json(from);
  expect(result).toMatchObject({ compared: false, engine: null, bytes: 0, attestations: 'model.attestations.jsonl' });
  const refused = await box.json(attesting);
  expect(refused).toMatchObject({ code: 1, result: { error: { code: 'model/mismatch' } } });
});

test('an attestation without a model is written to standard output', async () => {
  const box = await signedBox();
  const { code, stdout } = await box.run([...attesting, '--attestations', '-']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ dsseEnvelope: { payloadType: 'application/vnd.in-toto+json' } });
  expect(stdout.split('\n')).toHaveLength(2);
  expect(box.list()).not.toContain('model.attestations.jsonl');
});

test('another signer attests only what the signer it names signed', async () => {
  const box = await signedBox();
  const by = ['attest', 'key', 'model', '--private-key', 'other.pem', ...claim];
  expect(await box.json(by)).toMatchObject({ code: 1, result: { error: { code: 'signer/key-mismatch' } } });
  expect(box.list()).not.toContain('model.attestations.jsonl');
  const { result } = await box.json([...by, '--signer-key', 'key.pub']);
  expect(result).toMatchObject({ added: true });
  const listed = ['attestations', 'key', 'model.attestations.jsonl', '--public-key'];
  expect((await box.run([...listed, 'other.pub'])).code).toBe(0);
  expect((await box.run([...listed, 'key.pub'])).code).toBe(1);
});

test('a required attestation counts only by a signer who may sign the model', async () => {
  const box = await signedBox();
  await box.run(['attest', 'key', 'model', '--private-key', 'other.pem', '--signer-key', 'key.pub', ...claim]);
  const required = [...verifying, '--require-attestation', 'slsaprovenance1'];
  const { code, result } = await box.json(required);
  expect({ code, result }).toMatchObject({ code: 1, result: { error: { code: 'statement/attestation-missing' } } });
  expect(result.error.message).toContain('[signer/key-mismatch]');
  expect((await box.run([...required, '--public-key', 'other.pub'])).code).toBe(0);
});

test('a required attestation must be of the type and about the model', async () => {
  const box = await signedBox();
  const missing = { code: 1, result: { error: { code: 'statement/attestation-missing' } } };
  expect(await box.json([...verifying, '--require-attestation', 'slsaprovenance1'])).toMatchObject(missing);
  await box.run(attesting);
  expect(await box.json([...verifying, '--require-attestation', 'cyclonedx'])).toMatchObject(missing);
  box.write('model/config.json', '{"changed":1}');
  await box.sign('--overwrite');
  const { code, result } = await box.json([...verifying, '--require-attestation', SLSA]);
  expect({ code, result }).toMatchObject(missing);
  expect(result.error.message).toContain('[statement/other-subject]');
});

test('the root digest of version 1.0 binds no names, so that a renamed file keeps the attestations of its model', async () => {
  const box = await signedBox();
  await box.run(attesting);
  renameSync(box.path('model/config.json'), box.path('model/configs.json'));
  expect((await box.run(verifying)).code).toBe(1);
  await box.sign('--overwrite');
  expect((await box.run([...verifying, '--require-attestation', 'slsaprovenance1'])).code).toBe(0);
});

test('an attestation is not accepted as the signature, nor a signature as an attestation', async () => {
  const box = await signedBox();
  await box.run(attesting);
  const given = await box.json([...verifying, '--signature', 'model.attestations.jsonl']);
  expect(given).toMatchObject({ code: 1, result: { error: { code: 'statement/predicate-type' } } });
  const { result } = await box.json(['attestations', 'key', 'model.sig', '--public-key', 'key.pub']);
  expect(result.error).toMatchObject({ code: 'statement/attestation-missing', exitCode: 1 });
  expect(result.error.message).toContain('[statement/predicate-type]');
});

test('a file of several bundles is not accepted as the signature, and the message says so', async () => {
  const box = await signedBox();
  await box.run(attesting);
  await box.run([...attesting.slice(0, -1), 'cyclonedx']);
  const { result } = await box.json([...verifying, '--signature', 'model.attestations.jsonl']);
  expect(result.error.message).toContain('this file holds several bundles');
  const inspected = await box.run(['inspect', 'model.attestations.jsonl']);
  expect(inspected.stdout).toContain('bundle 2 of 2');
});

test('attestations lists every entry of a file, and what became of it', async () => {
  const box = await signedBox();
  await box.run(attesting);
  const line = readFileSync(box.path('model.attestations.jsonl'), 'utf8');
  const signature = readFileSync(box.path('model.sig'), 'utf8').trim();
  box.write('claims.jsonl', `note\n${signature}\n${line}${line}{"cut":\n`);
  const listing = ['attestations', 'key', 'claims.jsonl', '--public-key', 'key.pub', '--signature', 'model.sig'];
  const { code, result } = await box.json(listing);
  expect({ code, result }).toMatchObject({
    code: 0,
    result: {
      accepted: 1,
      entries: [
        { line: 1, verdict: 'unknown' },
        { line: 2, verdict: 'refused', error: { code: 'statement/predicate-type' } },
        { line: 3, verdict: 'accepted', predicateType: SLSA },
        { line: 4, verdict: 'duplicate' },
        { line: 5, verdict: 'unknown' },
      ],
    },
  });
  expect(
    (await box.run([...verifying, '--require-attestation', 'slsaprovenance1', '--attestations', 'claims.jsonl'])).code,
  ).toBe(0);
});

test('attestations --extract prints the claims of a type alone, and only those of a trusted signer', async () => {
  const box = await signedBox();
  await box.run(attesting);
  const extracting = [
    'attestations',
    'key',
    'model.attestations.jsonl',
    '--extract',
    'slsaprovenance1',
    '--public-key',
  ];
  expect(await box.run([...extracting, 'key.pub'])).toEqual({ code: 0, stdout: '{"passed":12}\n', stderr: '' });
  expect(await box.run([...extracting, 'other.pub'])).toMatchObject({ code: 1, stdout: '' });
});

test('attesting the same again leaves two attestations, since each signature differs', async () => {
  const box = await signedBox();
  await box.run(attesting);
  await box.run(attesting);
  expect(readFileSync(box.path('model.attestations.jsonl'), 'utf8').trim().split('\n')).toHaveLength(2);
});

test.each([
  ['a type that is no URI', ['--type', 'provenance'], 2],
  ['no type', [], 2],
  ['the type of a signature', ['--type', 'https://model_signing/signature/v1.0'], 1],
] as const)('attest is refused with %s', async (_, type, code) => {
  const box = await signedBox();
  const args = ['attest', 'key', 'model', '--private-key', 'key.pem', '--predicate', 'claim.json', ...type];
  expect((await box.run(args)).code).toBe(code);
  expect(box.list()).not.toContain('model.attestations.jsonl');
});

test.each([
  ['no JSON', '{'],
  ['a list', '[]'],
  ['a member twice', '{"a":1,"a":1}'],
])('attest could not run with a predicate that is %s', async (_, predicate) => {
  const box = await signedBox();
  box.write('claim.json', predicate);
  const { code, result } = await box.json(attesting);
  expect({ code, result }).toMatchObject({ code: 3, result: { error: { code: 'statement/predicate-invalid' } } });
});

test.each([
  [['--from', 'model.sig']],
  [['--attestations', '-', '--json']],
  [['--signer-identity', 'me@example.com']],
  [['--signer-identity-provider', 'https://issuer.example']],
  [['--signer-key', 'key.pub', '--signer-certificate', 'key.pub']],
])('attest refuses what makes no sense: %j', async (more) => {
  expect((await (await signedBox()).run([...attesting, ...more])).code).toBe(2);
});

test('--from refuses whatever says how a model is read', async () => {
  const box = await signedBox();
  const from = ['attest', 'key', '--from', 'model.sig', '--private-key', 'key.pem', ...claim];
  for (const more of [['--jobs', '2'], ['--allow-symlinks'], ['--signature', 'model.sig']]) {
    expect((await box.run([...from, ...more])).code).toBe(2);
  }
});

test('attest with an identity refuses to guess who signed the model', async () => {
  const box = await signedBox();
  const { code, stderr } = await box.run(['attest', 'sigstore', 'model', ...claim]);
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('--signer-identity') });
});

test('--check-predicate refuses a claim that is not as its type says, before anything is signed', async () => {
  const box = await signedBox();
  const refused = { code: 3, result: { error: { code: 'statement/predicate-invalid' } } };
  expect(await box.json([...attesting, '--check-predicate'])).toMatchObject(refused);
  const build = [
    'predicate',
    'slsa',
    'model.sig',
    '--build-type',
    'https://t.example',
    '--builder',
    'https://b.example',
  ];
  box.write('claim.json', (await box.run(build)).stdout);
  expect(await box.json([...attesting, '--check-predicate'])).toMatchObject({ code: 0 });
  box.write('claim.json', (await box.run(['predicate', 'cyclonedx', 'model.sig'])).stdout);
  expect(await box.json([...attesting, '--check-predicate'])).toMatchObject(refused);
  const cyclonedx = [...attesting.slice(0, -1), 'cyclonedx', '--check-predicate'];
  expect(await box.json(cyclonedx)).toMatchObject({ code: 0 });
  expect(await box.json([...attesting.slice(0, -1), 'vuln', '--check-predicate'])).toMatchObject({ code: 2 });
});

test('--predicate-schema checks a claim by a schema of the user, and fetches nothing', async () => {
  const box = await signedBox();
  box.write('schema.json', '{"properties":{"passed":{"const":12}},"required":["passed"]}');
  const checked = [...attesting, '--predicate-schema', 'schema.json'];
  expect(await box.json(checked)).toMatchObject({ code: 0 });
  box.write('claim.json', '{"passed":11}');
  const { code, result } = await box.json(checked);
  expect({ code, result }).toMatchObject({ code: 3, result: { error: { code: 'statement/predicate-invalid' } } });
  expect(result.error.message).toContain('/passed');
  box.write('schema.json', '{"$ref":"https://example.com/schema.json"}');
  const unusable = await box.json(checked);
  expect(unusable).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
  expect(unusable.result.error.message).toContain('https://example.com/schema.json');
});

test('attestations --check-predicate refuses a claim that is signed and not as its type says', async () => {
  const box = await signedBox();
  await box.run(attesting);
  const listing = ['attestations', 'key', 'model.attestations.jsonl', '--public-key', 'key.pub'];
  expect(await box.json(listing)).toMatchObject({ code: 0 });
  const { code, result } = await box.json([...listing, '--check-predicate']);
  expect({ code, result }).toMatchObject({ code: 1, result: { error: { code: 'statement/attestation-missing' } } });
  expect(result.error.message).toContain('statement/predicate-invalid');
});

test('--extract prints the bytes that were signed, on as many lines as they have', async () => {
  const box = await signedBox();
  const text = '{ "passed": 12345678901234567890,\n  "huge": 1e400 }';
  box.write('claim.json', `${text}\n`);
  await box.run(attesting);
  const listing = ['attestations', 'key', 'model.attestations.jsonl', '--public-key', 'key.pub', '--extract', SLSA];
  expect((await box.run(listing)).stdout).toBe(`${text}\n`);
  expect((await box.json(listing)).result).toMatchObject({ texts: [text] });
  box.write('claim.json', '{"passed":1,"passed":2}');
  expect(await box.json(attesting)).toMatchObject({
    code: 3,
    result: { error: { code: 'statement/predicate-invalid' } },
  });
});

test.each([
  ['in the model', 'model/claims.jsonl', 'it is in the model'],
  ['that is the signature of the model', 'model.sig', 'it is the signature of the model'],
  ['that is something else', 'key.pem', 'no file of attestations'],
])('attest adds nothing to a file %s', async (_, file, why) => {
  const box = await signedBox();
  const before = box.list().includes(file) ? readFileSync(box.path(file), 'utf8') : null;
  const { code, stderr } = await box.run([...attesting, '--attestations', file]);
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(why) });
  expect(box.list().includes(file) ? readFileSync(box.path(file), 'utf8') : null).toBe(before);
  expect((await box.verify()).code).toBe(0);
});

test('attest adds to a file in the model that is left out of it', async () => {
  const box = await signedBox();
  const file = 'model/claims.jsonl';
  box.write(file, '');
  expect((await box.run([...attesting, '--attestations', file, '--ignore-paths', file])).code).toBe(0);
  expect((await box.verify('--ignore-paths', file)).code).toBe(0);
});

test('attest refuses a public key as a private one, as sign does', async () => {
  const box = await signedBox();
  const { code, result } = await box.json(['attest', 'key', 'model', '--private-key', 'key.pub', ...claim]);
  expect({ code, result }).toMatchObject({ code: 3, result: { error: { code: 'signer/key-unreadable' } } });
});

test('attest takes the passphrase of an encrypted key from the environment, and asks for it if there is none', async () => {
  const box = await signedBox();
  box.write('passphrase', 'secret');
  await box.run(['key', 'generate', 'locked.pem', '--passphrase-file', 'passphrase']);
  const locked = ['model', '--private-key', 'locked.pem', '--signature', 'locked.sig'];
  expect((await box.run(['sign', 'key', ...locked, '--passphrase-file', 'passphrase'])).code).toBe(0);
  const without = await box.json(['attest', 'key', ...locked, ...claim]);
  expect(without).toMatchObject({ code: 3, result: { error: { code: 'signer/passphrase-missing' } } });
  const env = { MODEL_SIGNING_PASSPHRASE: 'secret' };
  expect((await box.run(['attest', 'key', ...locked, ...claim], { env })).code).toBe(0);
});

test('attestations of a folder cannot be read, and the hint names the file of its attestations', async () => {
  const box = await signedBox();
  const { code, stderr } = await box.run(['attestations', 'key', 'model', '--public-key', 'key.pub']);
  expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('model.attestations.jsonl') });
});

test('an attestation is not added to the files of the model, which would not be what was signed any more', async () => {
  const box = await signedBox();
  const inside = ['--attestations', 'model/model.attestations.jsonl'];
  const refused = await box.run([...attesting, ...inside]);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('a file outside of the model') });
  symlinkSync('model', box.path('alias'));
  expect(await box.run([...attesting, '--attestations', 'alias/claims.jsonl'])).toMatchObject({ code: 2 });
  expect((await box.run(verifying)).code).toBe(0);
  expect((await box.run([...attesting, '--attestations', 'models.attestations.jsonl'])).code).toBe(0);
  expect((await box.run([...attesting, ...inside, '--ignore-paths', 'model/model.attestations.jsonl'])).code).toBe(0);
});

test('an attestation from a signature in the model alone does not go beside it, among the files of the model', async () => {
  const box = await signedBox();
  box.write('model/model.sig', readFileSync(box.path('model.sig'), 'utf8'));
  const from = ['attest', 'key', '--from', 'model/model.sig', '--private-key', 'key.pem', ...claim];
  expect(await box.run(from)).toMatchObject({ code: 2, stderr: expect.stringContaining('is in the model') });
  expect((await box.run([...from, '--attestations', 'claims.jsonl'])).code).toBe(0);
});

test('a signature that leaves room for attestations has them in the model, under the names that it leaves room for', async () => {
  const box = new Sandbox();
  box.write('claim.json', '{}');
  const flags = ['--draft', '1.1', '--signature', 'model/model.sig'];
  await box.run(['sign', 'key', 'model', '--private-key', 'key.pem', ...flags, '--exclude-attestations']);
  const into = (file: string) => box.run([...attesting, ...flags, '--attestations', file]);
  expect(await into('model/model.attestations.jsonl')).toMatchObject({
    ...{ code: 2, stderr: expect.stringContaining('claims.jsonl at the top of the model') },
  });
  expect((await into('model/sub/claims.jsonl')).code).toBe(2);
  expect((await into('model/claims.jsonl')).code).toBe(0);
  expect((await box.run([...verifying, ...flags])).code).toBe(0);
});
