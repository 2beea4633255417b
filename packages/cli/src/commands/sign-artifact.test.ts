import { readFileSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { storedModel } from '../testing/stores.ts';

const sign = (name: string, ...flags: string[]) => ['sign', 'key', name, '--private-key', 'key.pem', ...flags];
const verify = (name: string, ...flags: string[]) => ['verify', 'key', name, '--public-key', 'key.pub', ...flags];

test.each(['api', 'none'] as const)(
  'sign attaches the signature of an artifact, made from its manifest alone, and verify finds it (referrers: %s)',
  async (referrers) => {
    const { box, env, name, registry, pushed } = await storedModel({ referrers });
    registry.log.length = 0;
    const { code, result } = await box.json(sign(name), { env });
    const [referrer] = registry.referrersOf('org/model', pushed.digest);
    expect({ code, result }).toMatchObject({
      code: 0,
      result: {
        signature: referrer?.digest,
        source: { reference: name, revision: pushed.digest, isPinned: false },
        ...{ bytes: 0, resourceCount: 3, advertised: 3, view: 'files' },
        attached: { digest: referrer?.digest, how: referrers === 'api' ? 'api' : 'tag', wasThere: false },
      },
    });
    // The signature alone is read, to see that it is the only one.
    expect(registry.log.filter(({ method, path }) => method === 'GET' && path.includes('/blobs/'))).toHaveLength(1);
    expect(box.list()).not.toContain('model.sig');
    const verified = await box.json(verify(name), { env });
    expect(verified).toMatchObject({
      code: 0,
      result: {
        signature: referrer?.digest,
        signatureFrom: { place: 'store', why: 'it is attached' },
        ...{ verdict: 'verified', view: 'files', checked: { files: 3, bytes: 1023, advertised: 0, unchecked: 0 } },
      },
    });
  },
);

test('sign --strict takes no digest that a manifest only states, and reads every layer', async () => {
  const { box, env, name } = await storedModel();
  const { code, result } = await box.json(sign(name, '--strict'), { env });
  expect({ code, result }).toMatchObject({ code: 0, result: { bytes: 1023, resourceCount: 3 } });
  expect(result).not.toHaveProperty('advertised');
});

test('digest says how many digests it took from the manifest, unless it is strict', async () => {
  const { box, env, name } = await storedModel();
  const { result: read } = await box.json(['digest', 'model']);
  const stated = await box.json(['digest', name], { env });
  expect(stated.result).toMatchObject({ rootDigest: read.rootDigest, bytes: 0, advertised: 3 });
  expect(stated.stderr).toContain('not read, and taken from the manifest: the digests of 3 files');
  const strict = await box.json(['digest', name, '--strict'], { env });
  expect(strict.result).toMatchObject({ ok: true, rootDigest: read.rootDigest, bytes: 1023 });
  expect(strict.result).not.toHaveProperty('advertised');
});

test('a signature of an artifact verifies the directory that was pushed', async () => {
  const { box, env, name } = await storedModel();
  const { code, stdout } = await box.run(sign(name, '--signature', 'model.sig'), { env });
  expect(code).toBe(0);
  expect(stdout).toContain('content:   3 files by the digests that the manifest states, without reading them\n');
  expect((await box.verify()).result).toMatchObject({ ok: true, verdict: 'verified' });
});

test('--signature FILE writes the signature of an artifact into the file, and attaches nothing', async () => {
  const { box, env, name, registry, pushed } = await storedModel();
  const { code, result } = await box.json(sign(name, '--signature', 'own.sig'), { env });
  expect({ code, result }).toMatchObject({ code: 0, result: { signature: 'own.sig' } });
  expect(result).not.toHaveProperty('attached');
  expect(registry.referrersOf('org/model', pushed.digest)).toHaveLength(0);
  expect(readFileSync(box.path('own.sig'), 'utf8')).toContain('dsseEnvelope');
  expect((await box.json(verify(name, '--signature', 'own.sig'), { env })).result).toMatchObject({ ok: true });
});

test('--oci-layers signs layers and config, and verify says that it is that view', async () => {
  const { box, env, name } = await storedModel();
  const { result } = await box.json(sign(name, '--oci-layers'), { env });
  expect(result).toMatchObject({ ok: true, view: 'layers', resourceCount: 4 });
  const { stdout, code } = await box.run(verify(name), { env });
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^view: {6}layers \(/m) });
});

test('--metadata-only verifies an artifact without reading a blob of it', async () => {
  const { box, env, name, registry } = await storedModel();
  await box.run(sign(name, '--signature', 'model.sig'), { env });
  registry.log.length = 0;
  const { code, result } = await box.json(verify(name, '--signature', 'model.sig', '--metadata-only'), { env });
  expect({ code, result }).toMatchObject({
    code: 0,
    result: { verdict: 'advertised', checked: { files: 0, bytes: 0, advertised: 3, unchecked: 0 } },
  });
  expect(registry.log.filter(({ path }) => path.includes('/blobs/'))).toEqual([]);
});

test('an artifact is signed by other digests if they are asked for, after every blob was read', async () => {
  const { box, env, name } = await storedModel();
  const { result } = await box.json(sign(name, '--hash', 'blake3'), { env });
  expect(result).toMatchObject({ ok: true, bytes: 1023 });
  expect(result).not.toHaveProperty('advertised');
  expect((await box.run(verify(name), { env })).code).toBe(0);
});

test('a signature that cannot be attached is reported with what keeps it', async () => {
  const { box, env, name, registry } = await storedModel();
  registry.faults.set('POST /v2/org/model/blobs/uploads/', { status: 403 });
  const { code, result } = await box.json(sign(name), { env });
  expect({ code, result }).toMatchObject({ code: 3, result: { error: { code: 'source/unauthorized' } } });
  expect(result.error.hints.join('\n')).toContain('--signature FILE');
});

test('two signatures that are attached end with exit code 2 and both names, and one of them can be chosen', async () => {
  const { box, env, name } = await storedModel();
  const first = await box.json(sign(name), { env });
  box.writeKeys('other');
  const second = await box.json(['sign', 'key', name, '--private-key', 'other.pem'], { env });
  expect(first.result).toMatchObject({ warnings: [] });
  expect(second.result).toMatchObject({ warnings: [{ code: 'command/several-signatures' }] });
  const { code, result } = await box.json(verify(name), { env });
  expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'source/signature-ambiguous' } } });
  const { signature } = first.result as unknown as { readonly signature: string };
  expect(result).toMatchObject({ error: { choices: expect.arrayContaining([signature]) } });
  expect((await box.run(verify(name, '--signature', signature), { env })).code).toBe(0);
});

test.each([
  ['model', ''],
  ['hf://org/model', ''],
])('--oci-layers is refused for %s, which is no artifact', async (operand) => {
  const { box, env } = await storedModel();
  const { code, result } = await box.json(sign(operand, '--oci-layers'), { env });
  expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
});

test('ignore paths of an artifact are looked for in whichever view was signed', async () => {
  const { box, env, registry } = await storedModel();
  const as = { key: 'org.opencontainers.image.title', mediaType: 'application/vnd.cncf.model.weight.v1.tar+gzip' };
  registry.push('org/packed', 'v1', { 'weights.bin': 'w', 'docs/README.md': 'r' }, as);
  const name = `oci://${registry.host}/org/packed:v1`;
  const ignoring = ['--ignore-paths', 'docs'];
  const signed = await box.json(sign(name, '--oci-layers', ...ignoring), { env });
  expect(signed).toMatchObject({ code: 0, result: { view: 'layers', resourceCount: 2, warnings: [] } });
  const { code, result } = await box.json(verify(name, ...ignoring), { env });
  expect({ code, result }).toMatchObject({
    code: 0,
    result: { verdict: 'verified', view: 'layers', ignored: ['docs/README.md'], warnings: [] },
  });
  const absent = await box.json(verify(name, '--ignore-paths', 'doc'), { env });
  expect(absent.result.warnings).toMatchObject([{ code: 'command/ignore-path-absent' }]);
});

test.each([[[]], [['--oci-layers']]])('digest prints the digest that signing an artifact states: %j', async (flags) => {
  const { box, env, name } = await storedModel();
  const { result } = await box.json(['digest', name, ...flags], { env });
  rmSync(box.path('key.pub'));
  expect((await box.json(sign(name, ...flags), { env })).result.rootDigest).toBe(result.rootDigest);
});
