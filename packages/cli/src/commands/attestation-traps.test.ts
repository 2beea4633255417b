import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Sandbox } from '../testing/command.ts';

const FILE = 'model.attestations.jsonl';
const URIS = {
  slsaprovenance1: 'https://slsa.dev/provenance/v1',
  vuln: 'https://cosign.sigstore.dev/attestation/vuln/v1',
  cyclonedx: 'https://cyclonedx.org/bom',
} as const;
const TYPES = ['slsaprovenance1', 'vuln', 'cyclonedx'] as const;

const verifying = ['verify', 'key', 'model', '--public-key', 'key.pub'];
const requiring = (type: string, ...more: string[]) => [...verifying, '--require-attestation', type, ...more];

async function signedBox(...signing: string[]): Promise<Sandbox> {
  const box = new Sandbox();
  box.write('claim.json', '{"passed":12}');
  expect(await box.sign(...signing)).toMatchObject({ code: 0 });
  return box;
}

async function attest(box: Sandbox, type: string, ...more: string[]): Promise<void> {
  const claim = ['--predicate', 'claim.json', '--type', type];
  const attested = await box.run(['attest', 'key', 'model', '--private-key', 'key.pem', ...claim, ...more]);
  expect(attested).toMatchObject({ code: 0 });
}

/** A signed model with an attestation of each type, and their lines. */
async function attestedBox() {
  const box = await signedBox();
  for (const type of TYPES) await attest(box, type);
  const lines = readFileSync(box.path(FILE), 'utf8').trim().split('\n');
  expect(lines).toHaveLength(TYPES.length);
  return { box, lines };
}

/** Which of the types such a file attests of the model. */
async function attestedBy(box: Sandbox, text: string): Promise<string[]> {
  box.write(FILE, text);
  const { result } = await box.json([
    'attestations',
    'key',
    FILE,
    '--public-key',
    'key.pub',
    '--signature',
    'model.sig',
  ]);
  const { entries = [] } = result as { entries?: { verdict: string; predicateType: string }[] };
  const accepted = new Set(
    entries.filter(({ verdict }) => verdict === 'accepted').map(({ predicateType }) => predicateType),
  );
  return TYPES.filter((type) => accepted.has(URIS[type]));
}

test('claims.jsonl beside a signed model changes nothing, and is found', async () => {
  const box = await signedBox();
  await attest(box, 'vuln', '--attestations', 'claims.jsonl');
  expect((await box.run(verifying)).code).toBe(0);
  expect((await box.run(requiring('vuln'))).code).toBe(0);
});

test('claims.jsonl in a signed model breaks its signature, and the hint says how to leave it out', async () => {
  const box = await signedBox();
  await attest(box, 'vuln');
  renameSync(box.path('model.attestations.jsonl'), box.path('model/claims.jsonl'));
  const broken = await box.verify();
  expect(broken).toMatchObject({ code: 1, result: { error: { code: 'model/mismatch' } } });
  expect(broken.result.error.differences).toEqual([
    expect.objectContaining({ kind: 'unsigned', path: 'claims.jsonl' }),
  ]);
  expect(broken.result.error.hints.join()).toContain('--ignore-paths model/claims.jsonl');
  const without = await box.verify('--ignore-paths', 'model/claims.jsonl');
  expect(without).toMatchObject({ code: 0, result: { ignored: ['claims.jsonl'] } });
  const required = requiring('vuln', '--ignore-paths', 'model/claims.jsonl', '--attestations', 'model/claims.jsonl');
  expect((await box.run(required)).code).toBe(0);
});

test('--ignore-paths with the name of a file in the model alone is refused, and the hint gives its path', async () => {
  const box = await signedBox();
  box.write('model/claims.jsonl', '');
  const { code, stderr } = await box.run([...verifying, '--ignore-paths', 'claims.jsonl']);
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('lies outside the model') });
  expect(stderr).toContain('--ignore-paths model/claims.jsonl');
});

test('an attestation alone is no signature, even where the signature is looked for', async () => {
  const { box, lines } = await attestedBox();
  box.write('model.sig', lines[0] ?? '');
  const { code, result } = await box.json(verifying);
  expect({ code, result }).toMatchObject({ code: 1, result: { error: { code: 'statement/predicate-type' } } });
});

test('a signature in a file of attestations is refused in its line, and counts for no type', async () => {
  const { box, lines } = await attestedBox();
  const signature = readFileSync(box.path('model.sig'), 'utf8').trim();
  expect(await attestedBy(box, [signature, lines[1]].join('\n'))).toEqual(['vuln']);
  const type = 'https://model_signing/signature/v1.0';
  expect((await box.run(requiring(type))).code).not.toBe(0);
});

test('claims.jsonl as the signature is refused, and the message says that it holds several bundles', async () => {
  const { box, lines } = await attestedBox();
  box.write('claims.jsonl', `${lines.join('\n')}\n`);
  const { code, result } = await box.json([...verifying, '--signature', 'claims.jsonl']);
  expect({ code, result }).toMatchObject({ code: 1, result: { error: { code: 'bundle/not-json' } } });
  expect(result.error.message).toContain('this file holds several bundles');
});

test('a file of attestations in another order says the same', async () => {
  const { box, lines } = await attestedBox();
  expect(await attestedBy(box, lines.toReversed().join('\n'))).toEqual(['slsaprovenance1', 'vuln', 'cyclonedx']);
  expect(await attestedBy(box, [lines[2], '', lines[0], lines[0], lines[1]].join('\r\n'))).toEqual([
    'slsaprovenance1',
    'vuln',
    'cyclonedx',
  ]);
});

test('a file of attestations that lacks a line lacks what that line claims, and nothing else', async () => {
  const { box, lines } = await attestedBox();
  expect(await attestedBy(box, [lines[0], lines[2]].join('\n'))).toEqual(['slsaprovenance1', 'cyclonedx']);
  expect((await box.run(requiring('cyclonedx'))).code).toBe(0);
  expect((await box.run(requiring('vuln'))).code).toBe(1);
  expect(await attestedBy(box, '')).toEqual([]);
});

test('a file of attestations that was cut off keeps what is whole, wherever it was cut', async () => {
  const { box, lines } = await attestedBox();
  const [first = '', second = '', third = ''] = lines;
  expect(await attestedBy(box, `${first}\n${second}\n${third.slice(0, 300)}`)).toEqual(['slsaprovenance1', 'vuln']);
  expect(await attestedBy(box, `${first.slice(300)}\n${second}\n${third}`)).toEqual(['vuln', 'cyclonedx']);
  expect(await attestedBy(box, `${first}\n${second.slice(0, 300)}\n${third}`)).toEqual([
    'slsaprovenance1',
    'cyclonedx',
  ]);
});

test('an attestation whose text was joined with the next one counts for nothing', async () => {
  const { box, lines } = await attestedBox();
  expect(await attestedBy(box, `${lines[0]}${lines[1]}\n${lines[2]}\n`)).toEqual(['cyclonedx']);
});

test('a file of attestations with another name is read if it is named, or has a name that is looked for', async () => {
  const { box } = await attestedBox();
  renameSync(box.path(FILE), box.path('kept.jsonl'));
  expect((await box.run(requiring('vuln'))).code).toBe(1);
  expect((await box.run(requiring('vuln', '--attestations', 'kept.jsonl'))).code).toBe(0);
  let before = 'kept.jsonl';
  for (const name of ['claims.jsonl', 'model.intoto.jsonl', 'model.sigstore.json']) {
    renameSync(box.path(before), box.path(name));
    expect((await box.run(requiring('vuln'))).code).toBe(0);
    before = name;
  }
});

test('the attestations of other models in the same file do no harm, and are none of this model', async () => {
  const { box } = await attestedBox();
  rmSync(box.path(FILE));
  box.write('second/config.json', '{}');
  await box.run(['sign', 'key', 'second', '--private-key', 'key.pem', '--signature', 'second.sig']);
  const claim = ['--predicate', 'claim.json', '--type', 'vuln', '--attestations', 'claims.jsonl'];
  await box.run(['attest', 'key', 'second', '--private-key', 'key.pem', '--signature', 'second.sig', ...claim]);
  expect((await box.run(requiring('vuln'))).code).toBe(1);
  await attest(box, 'vuln', '--attestations', 'claims.jsonl');
  expect((await box.run(requiring('vuln'))).code).toBe(0);
});

test.each([
  ['a byte order mark', (text: string) => `\ufeff${text}`, 'it begins with a byte order mark'],
  ['UTF-16', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le'), 'it is in UTF-16'],
  ['a line that was cut off', (text: string) => text.slice(0, 500), 'it is no JSON object'],
])('a required attestation that is missing because of %s is refused with this reason', async (_, changed, reason) => {
  const box = await signedBox();
  await attest(box, 'vuln');
  box.write(FILE, changed(readFileSync(box.path(FILE), 'utf8')));
  const { code, stderr } = await box.run(requiring('vuln'));
  expect(code).toBe(1);
  expect(stderr).toMatch(/looked in "\S*model\.attestations\.jsonl"; "\S*model\.attestations\.jsonl" line 1: /);
  expect(stderr).toContain(reason);
});

test('an attestation that is given as the signature is called one, and the hint says where it belongs', async () => {
  const box = await signedBox();
  await attest(box, 'vuln');
  const { code, result } = await box.json([...verifying, '--signature', FILE]);
  expect({ code, error: result.error.code }).toEqual({ code: 1, error: 'statement/predicate-type' });
  expect(result.error.hints.join()).toContain(
    'it is an attestation, a claim about a model: name its file with --attestations',
  );
  const claim = ['--predicate', 'claim.json', '--type', 'vuln', '--private-key', 'key.pem'];
  const from = await box.json(['attest', 'key', '--from', FILE, ...claim]);
  expect(from.result.error.hints.join()).toContain('name the signature of the model');
});

test('who attests what another one signed is told how to name the signer', async () => {
  const box = await signedBox();
  box.writeKeys('other');
  const claim = ['--predicate', 'claim.json', '--type', 'vuln', '--private-key', 'other.pem'];
  const { result } = await box.json(['attest', 'key', 'model', ...claim]);
  expect(result.error.code).toBe('signer/key-mismatch');
  expect(result.error.hints.join()).toContain('if another one signed the model, name them with --signer-key');
  const named = await box.json(['attest', 'key', 'model', ...claim, '--signer-key', 'other.pub']);
  expect(named.result.error.hints.join()).not.toContain('--signer-key');
  expect((await box.run(['attest', 'key', 'model', ...claim, '--signer-key', 'key.pub'])).code).toBe(0);
});

test.each([
  ['.', 'model'],
  ['./', 'model'],
  ['..', 'model/tokenizer'],
  ['tokenizer/..', 'model'],
  ['model/.', '.'],
])('the attestations beside the model %s are found from %s, whatever they are called', async (model, cwd) => {
  const box = await signedBox();
  await attest(box, 'vuln');
  const args = ['verify', 'key', model, '--public-key', box.path('key.pub'), '--signature', box.path('model.sig')];
  let before = FILE;
  for (const name of [FILE, 'model.intoto.jsonl', 'model.sigstore.json', 'claims.jsonl']) {
    renameSync(box.path(before), box.path(name));
    before = name;
    const { code, stderr } = await box.run([...args, '--require-attestation', 'vuln'], { cwd });
    expect({ name, code, stderr }).toEqual({ name, code: 0, stderr: '' });
  }
  const lineage = await box.run(['lineage', model], { cwd });
  expect(lineage.stdout).toContain('claimed');
});

test.skipIf(process.platform === 'win32')('a pipe that the command line does not name is not waited for', async () => {
  const box = await signedBox();
  await attest(box, 'vuln');
  for (const name of ['model.intoto.jsonl', 'claims.jsonl']) execFileSync('mkfifo', [box.path(name)]);
  expect(await box.run(requiring('vuln'))).toMatchObject({ code: 0 });
  expect(await box.run(['lineage', 'model'])).toMatchObject({ code: 0 });
});
