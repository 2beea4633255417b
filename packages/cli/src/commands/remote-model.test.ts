import { readFileSync, rmSync } from 'node:fs';
import { type Hub, type HubFile, startHub } from '@model-signing/testing/hub';
import { expect, onTestFinished, test } from 'vitest';
import { type CallOptions, Sandbox } from '../testing/command.ts';

const weights = 'w'.repeat(5000);
const files = { 'config.json': '{}\n', 'weights.bin': weights, '.gitattributes': '* text' };

/** A folder, and a hub with the repository `org/model`. */
class HubBox extends Sandbox {
  readonly hub: Hub;
  /** The signature of the model, if it was made. */
  signature: Uint8Array = new Uint8Array();

  private constructor(hub: Hub) {
    super();
    this.hub = hub;
  }

  static async start(repository: Readonly<Record<string, HubFile>> = files, token?: string): Promise<HubBox> {
    const hub = await startHub({ repositories: { 'org/model': repository }, ...(token && { token }) });
    onTestFinished(() => hub.stop());
    return new HubBox(hub);
  }

  /** One whose repository has a signature of its files too, under these names. */
  static async signed(names: readonly string[] = ['model.sig'], ...flags: string[]): Promise<HubBox> {
    const box = await HubBox.start();
    await box.hubRun(['sign', 'key', 'hf://org/model', '--private-key', 'key.pem', ...flags]);
    box.signature = readFileSync(box.path('model.sig'));
    box.hub.commit('org/model', { ...files, ...Object.fromEntries(names.map((name) => [name, box.signature])) });
    rmSync(box.path('model.sig'));
    box.hub.log.length = 0;
    return box;
  }

  get commit(): string {
    return this.hub.head('org/model');
  }

  /** The bytes of content that the hub was asked for, by the names of files. */
  get requested(): string[] {
    const found = this.hub.log.flatMap(({ path: at }) => /\/resolve\/[^/]+\/([^?]+)/.exec(at)?.[1] ?? []);
    return [...new Set(found)].sort();
  }

  hubRun(args: readonly string[], { env = {}, ...options }: CallOptions = {}) {
    return this.run(args, { ...options, env: this.#env(env) });
  }

  hubJson(args: readonly string[], { env = {}, ...options }: CallOptions = {}) {
    return this.json(args, { ...options, env: this.#env(env) });
  }

  verifyHub(...more: string[]) {
    return this.hubRun(['verify', 'key', 'hf://org/model', '--public-key', 'key.pub', ...more]);
  }

  verifyHubJson(...more: string[]) {
    return this.hubJson(['verify', 'key', 'hf://org/model', '--public-key', 'key.pub', ...more]);
  }

  #env(env: Record<string, string>): Record<string, string> {
    return { HF_ENDPOINT: this.hub.url, HF_HOME: this.path('hf'), HF_TOKEN: '', HF_TOKEN_PATH: '', ...env };
  }
}

test('verify reads every byte of a model on a hub, and says where it was found', async () => {
  const box = await HubBox.signed();
  const commit = box.hub.head('org/model');
  const { code, stdout, stderr } = await box.verifyHub();
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: `model-signing: info: hf://org/model is hf://org/model@${commit}\n`,
  });
  expect(stdout.split('\n')).toEqual([
    'Verification succeeded',
    expect.stringMatching(/^signer: {4}key on P-256 with hint [0-9a-f]{64}$/),
    `source:    hf://org/model@${commit}`,
    'model:     "model" (as the signer called it)',
    'content:   2 files, 5.0 kB',
    expect.stringMatching(/^digest: {4}sha256:[0-9a-f]{64}$/),
    'signature: "model.sig" in the store (its name is "model.sig")',
    'ignored:   .gitattributes, model.sig (not verified)',
    '',
  ]);
});

test('verify --json says where a model on a hub was found, which signature was used and what was read', async () => {
  const box = await HubBox.signed();
  const { code, result } = await box.verifyHubJson();
  expect({ code, result }).toMatchObject({
    code: 0,
    result: {
      signature: 'model.sig',
      signatureFrom: { place: 'store', why: 'its name is "model.sig"' },
      source: {
        reference: 'hf://org/model',
        pinned: `hf://org/model@${box.commit}`,
        revision: box.commit,
        isPinned: false,
      },
      verdict: 'verified',
      listing: 'complete',
      checked: { files: 2, bytes: 5003, advertised: 0, unchecked: 0 },
      ignored: ['.gitattributes', 'model.sig'],
      unsigned: [],
    },
  });
});

test('a revision is resolved once, and everything after it is asked of that commit', async () => {
  const box = await HubBox.signed();
  const { code, result } = await box.hubJson(['verify', 'key', 'hf://org/model@main', '--public-key', 'key.pub']);
  expect({ code, result }).toMatchObject({ code: 0, result: { source: { reference: 'hf://org/model@main' } } });
  const asked = box.hub.log.filter(({ host }) => host === 'hub').map(({ path: at }) => at);
  expect(asked.filter((at) => at.includes('main'))).toHaveLength(1);
  expect(asked.filter((at) => !at.includes('/revision/') && !at.includes(box.commit))).toEqual([]);
});

test('--require-pinned takes a commit, and refuses a branch before anything is asked', async () => {
  const box = await HubBox.signed();
  const pinned = `hf://org/model@${box.commit}`;
  const { code, stderr } = await box.hubRun(['verify', 'key', pinned, '--public-key', 'key.pub', '--require-pinned']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  box.hub.log.length = 0;
  for (const args of [
    ['verify', 'key', 'hf://org/model@main', '--public-key', 'key.pub'],
    ['sign', 'key', 'hf://org/model', '--private-key', 'key.pem'],
    ['digest', 'hf://org/model'],
    ['inspect', 'hf://org/model'],
  ]) {
    const { code: refused, result } = await box.hubJson([...args, '--require-pinned']);
    expect({ refused, result }).toMatchObject({ refused: 2, result: { error: { code: 'source/not-pinned' } } });
  }
  expect(box.hub.log).toEqual([]);
});

test('--metadata-only reads only what the hub states no digest of, and calls the model advertised', async () => {
  const box = await HubBox.signed();
  const { code, stdout } = await box.verifyHub('--metadata-only');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ADVERTISED, NOT VERIFIED: /);
  expect(stdout).not.toContain('succeeded');
  expect(stdout).toContain('checked:   1 file read (3 B); 1 file not read: only the stated digest was compared\n');
  expect(box.requested).toEqual(['config.json', 'model.sig']);
  const { result } = await box.verifyHubJson('--metadata-only');
  expect(result).toMatchObject({
    ok: true,
    verdict: 'advertised',
    checked: { files: 1, bytes: 3, advertised: 1, unchecked: 0 },
  });
});

test('--metadata-only refuses a hub that advertises another digest, a file that is not signed, and one that is missing', async () => {
  const box = await HubBox.signed();
  const signature = { 'model.sig': box.signature };
  box.hub.commit('org/model', {
    'config.json': '{}\n',
    'weights.bin': `${weights.slice(1)}v`,
    'run.py': '',
    ...signature,
  });
  const { code, result } = await box.verifyHubJson('--metadata-only');
  expect(code).toBe(1);
  expect(result.error.differences.map(({ kind, path: name }) => `${kind} ${name}`)).toEqual([
    'unsigned run.py',
    'modified weights.bin',
  ]);
  expect(result).toMatchObject({ source: { revision: box.commit }, error: { code: 'model/mismatch' } });
  box.hub.commit('org/model', { 'config.json': '{}\n', ...signature });
  expect((await box.verifyHubJson('--metadata-only')).result.error.differences).toMatchObject([
    { kind: 'missing', path: 'weights.bin' },
  ]);
});

test('--metadata-only is refused with a reason if the signature has digests that no hub states', async () => {
  const big = 'b'.repeat(17_000_000);
  const box = await HubBox.start({ 'weights.bin': big });
  for (const [flags, why] of [
    [['--hash', 'blake3'], 'the store states its sha256, and the signature has its blake3'],
    [
      ['--shard-size', '1MB'],
      'the store states the digest of the whole file, and the signature has digests of its shards',
    ],
  ] as const) {
    await box.hubRun(['sign', 'key', 'hf://org/model', '--private-key', 'key.pem', ...flags]);
    const { code, result } = await box.verifyHubJson('--signature', './model.sig', '--metadata-only');
    expect({ code, result }).toMatchObject({ code: 3, result: { error: { code: 'source/digest-unavailable' } } });
    expect(result.error.message).toBe(`"weights.bin" cannot be compared with the signature by metadata alone: ${why}`);
    expect(result.error.hints).toEqual(['leave out --metadata-only to read and hash every file']);
    expect((await box.verifyHub('--signature', './model.sig')).code).toBe(0);
  }
});

test.each(['--metadata-only', '--require-pinned'])('%s is refused for a path', async (flag) => {
  const box = new Sandbox();
  await box.sign();
  const { code, result } = await box.verify(flag);
  expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
  expect(result.error.message).toContain(`${flag} is for a model in a hub or registry, and "model" is a path`);
});

test.each(['--hub-cache', '--allow-external-symlinks'])('%s is refused for a model on a hub', async (flag) => {
  const box = await HubBox.start();
  const { code, result } = await box.verifyHubJson(flag);
  expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
});

test('content that was changed on the hub is refused, with what it was signed as', async () => {
  const box = await HubBox.signed();
  box.hub.faults.set('weights.bin', { flip: 4000 });
  const { code, stderr, stdout } = await box.verifyHub();
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('  ~ modified weights.bin\n');
  expect(stderr).toContain('info: the signature is "model.sig" in the store (its name is "model.sig")');
});

test('a signature is found by its name: *.oms.sig, and after it .kaggle/signing.json', async () => {
  const box = await HubBox.signed(['skill.oms.sig', '.kaggle/signing.json'], '--ignore-paths', '.kaggle');
  const { code, result } = await box.verifyHubJson();
  expect({ code, result }).toMatchObject({ code: 0, result: { signature: 'skill.oms.sig' } });
  const kaggle = await HubBox.signed(['.kaggle/signing.json']);
  expect((await kaggle.verifyHubJson()).result).toMatchObject({ ok: true, signature: '.kaggle/signing.json' });
});

test('two signatures of one rank end with exit code 2 and both names, and neither is read', async () => {
  const box = await HubBox.signed(['a.oms.sig', 'b.oms.sig']);
  const { code, result } = await box.verifyHubJson();
  expect({ code, result }).toMatchObject({
    code: 2,
    result: { error: { code: 'source/signature-ambiguous', choices: ['a.oms.sig', 'b.oms.sig'] } },
  });
  expect(result.error.hints).toEqual([
    'choose one with --signature, such as --signature a.oms.sig',
    'model-signing signatures hf://org/model shows who claims to have signed',
  ]);
  expect(box.requested).toEqual([]);
  const { stderr } = await box.verifyHub();
  expect(stderr).toContain('"a.oms.sig", "b.oms.sig" [source/signature-ambiguous]');
});

test('--signature names a file of the hub, an address, or a file here, which comes first', async () => {
  const box = await HubBox.signed(['sub/other.sig', 'model.sig'], '--ignore-paths', 'sub');
  const used = async (signature: string) => {
    const { code, result } = await box.verifyHubJson('--signature', signature);
    return code === 0 ? result : { code, error: result.error.code };
  };
  expect(await used('sub/other.sig')).toMatchObject({ code: 1, error: 'model/mismatch' }); // model.sig is not signed
  box.hub.commit('org/model', { ...files, 'sub/other.sig': box.signature });
  const why = 'named by --signature';
  expect(await used('sub/other.sig')).toMatchObject({
    signature: 'sub/other.sig',
    signatureFrom: { place: 'store', why },
  });
  const address = `${box.hub.url}/org/model/resolve/main/sub/other.sig`;
  expect(await used(address)).toMatchObject({
    signature: address,
    signatureFrom: { place: 'url', why },
    ignored: ['.gitattributes', 'sub/'],
  });
  box.write('sub/other.sig', 'not a signature');
  expect(await used('sub/other.sig')).toEqual({ code: 1, error: 'bundle/not-json' });
  expect(await used('no.sig')).toEqual({ code: 3, error: 'source/not-found' });
  expect(await used('ftp://host/model.sig')).toEqual({ code: 2, error: 'command/usage' });
  expect(await used('http://host/model.sig')).toEqual({ code: 2, error: 'source/reference-invalid' });
});

test('a model on a hub without a signature says where it looked', async () => {
  const box = await HubBox.start();
  const { code, result } = await box.verifyHubJson();
  expect({ code, result }).toMatchObject({
    code: 3,
    result: { source: { revision: box.commit }, error: { code: 'source/signature-absent' } },
  });
  expect(result.error.message).toContain('looked for model.sig, *.oms.sig, .kaggle/signing.json');
});

test('sign reads every byte of a model on a hub, and writes a file here', async () => {
  const box = await HubBox.start();
  const { code, result } = await box.hubJson(['sign', 'key', 'hf://org/model', '--private-key', 'key.pem']);
  expect({ code, result }).toMatchObject({
    code: 0,
    result: { signature: 'model.sig', model: 'model', bytes: 5003, source: { revision: box.commit } },
  });
  expect(result).not.toHaveProperty('advertised');
  expect(box.requested).toEqual(['config.json', 'weights.bin']);
  box.write('copy/config.json', '{}\n');
  box.write('copy/weights.bin', weights);
  expect((await box.run(['verify', 'key', 'copy', '--public-key', 'key.pub'])).code).toBe(0);
});

test('sign leaves out the signature on the hub that the new one replaces, and warns of others', async () => {
  const box = await HubBox.signed(['model.sig']);
  const sign = ['sign', 'key', 'hf://org/model', '--private-key', 'key.pem'];
  const { stderr, result } = await box.hubJson(sign);
  expect(result).toMatchObject({ ok: true, resourceCount: 2, ignored: ['.gitattributes', 'model.sig'], warnings: [] });
  expect(stderr).not.toContain('warning');
  const other = await box.hubJson([...sign, '--signature', 'other.sig']);
  expect(other.result).toMatchObject({ resourceCount: 3, warnings: [{ code: 'command/signature-signed' }] });
  expect(other.stderr).toContain('leave it out with --ignore-paths model.sig');
  const left = await box.hubJson([...sign, '--signature', 'third.sig', '--ignore-paths', 'model.sig']);
  expect(left.result).toMatchObject({ resourceCount: 2, warnings: [] });
});

test('digest prints what signing a model on a hub states, without the signatures in it', async () => {
  const box = await HubBox.signed();
  const { result } = await box.hubJson(['digest', 'hf://org/model']);
  const { result: verified } = await box.verifyHubJson();
  expect(result).toMatchObject({ ok: true, rootDigest: verified.rootDigest, source: { revision: box.commit } });
});

test('digest leaves out the signature that is named, if it is a file of the model on the hub', async () => {
  const box = await HubBox.signed();
  box.write('model.sig', box.signature);
  const { result: expected } = await box.verifyHubJson();
  for (const signature of ['model.sig', './model.sig', box.path('model.sig')]) {
    const { code, result, stderr } = await box.hubJson(['digest', 'hf://org/model', '--signature', signature]);
    expect({ signature, code, result }).toMatchObject({ code: 0, result: { rootDigest: expected.rootDigest } });
    expect(stderr).not.toContain('/model.sig');
  }
  for (const signature of ['-', 'none.sig', '/none/other.sig']) {
    const { code, result, stderr } = await box.hubJson(['digest', 'hf://org/model', '--signature', signature]);
    expect({ signature, code, result }).toMatchObject({ code: 0, result: { resourceCount: 3 } });
    expect(stderr).not.toContain('not part of the digest');
  }
});

test('ignore paths of a model on a hub are names in it, and one that names nothing is reported', async () => {
  const box = await HubBox.start({ ...files, 'onnx/a.txt': 'o', 'onnx/x/y': '' });
  const { result } = await box.hubJson(['digest', 'hf://org/model', '--ignore-paths', 'onnx', '--ignore-paths', 'non']);
  expect(result).toMatchObject({
    ignored: ['.gitattributes', 'onnx/'],
    warnings: [{ code: 'command/ignore-path-absent' }],
  });
  const refused = await box.hubJson(['digest', 'hf://org/model', '--ignore-paths', '../onnx']);
  expect(refused).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
});

test('inspect shows the signature of a model on a hub that verify uses, and verifies nothing', async () => {
  const box = await HubBox.signed();
  const { code, result } = await box.hubJson(['inspect', 'hf://org/model']);
  expect({ code, result }).toMatchObject({
    code: 0,
    result: { verified: false, kind: 'model-signature', signature: 'model.sig', source: { revision: box.commit } },
  });
  const { stdout } = await box.hubRun(['inspect', 'hf://org/model', '--signature', 'model.sig']);
  expect(stdout).toContain('signature: "model.sig" in the store (named by --signature)\n');
  const address = `${box.hub.url}/org/model/resolve/main/model.sig`;
  expect((await box.hubJson(['inspect', address])).result).toMatchObject({ ok: true, model: 'model' });
  expect((await box.json(['inspect', 'key.pub', '--signature', 'x'])).result.error.code).toBe('command/usage');
});

test('the hint after a refused signer names what inspect can be called with', async () => {
  const box = await HubBox.signed();
  box.writeKeys('other');
  const args = ['verify', 'key', 'hf://org/model', '--public-key', 'other.pub'];
  const { stderr } = await box.hubRun(args);
  expect(stderr).toContain(`model-signing inspect hf://org/model@${box.commit} shows`);
  const [, words = ''] = /model-signing (inspect \S+) shows/.exec(stderr) ?? [];
  expect((await box.hubRun(words.split(' '))).code).toBe(0);
});

test('a token is sent to the hub alone, and is in no output', async () => {
  const token = 'hf_thisIsASecretToken';
  const box = await HubBox.start(files, token);
  const env = { HF_TOKEN: token };
  const args = ['digest', 'hf://org/model', '--log-level', 'debug'];
  const { code, stdout, stderr } = await box.hubRun(args, { env });
  expect({ code, text: (stdout + stderr).includes(token) }).toEqual({ code: 0, text: false });
  expect(box.hub.log.filter(({ host, authorization }) => host === 'bridge' && authorization !== null)).toEqual([]);
  const refused = await box.hubJson(args);
  expect(refused).toMatchObject({ code: 3, result: { error: { code: 'source/not-found' } } });
  const wrong = await box.hubRun(args, { env: { HF_TOKEN: 'hf_anotherSecretToken' } });
  expect({ code: wrong.code, text: wrong.stderr.includes('hf_another') }).toEqual({ code: 3, text: false });
});

test.each([
  ['s3://bucket/model', 2, 'source/reference-invalid'],
  ['hf://', 2, 'source/reference-invalid'],
  ['hf://org/other', 3, 'source/not-found'],
  ['hf://org/model@none', 3, 'source/not-found'],
])('the name %s ends with exit code %d', async (name, exitCode, code) => {
  const box = await HubBox.start();
  expect((await box.hubJson(['digest', name])).result.error).toMatchObject({ code, exitCode });
});

test('names from a hub are printed without control characters', async () => {
  const box = await HubBox.signed();
  box.hub.commit('org/model', {
    ...files,
    'model.sig': box.signature,
    'run\u001b[2Jme.oms.sig': 'x',
  });
  const { stdout, stderr } = await box.verifyHub();
  expect(stdout + stderr).not.toContain('\u001b');
});

test('the query of an address, which can hold a key, is in no output', async () => {
  const box = await HubBox.signed();
  const address = `${box.hub.url}/org/model/resolve/main/model.sig`;
  const secret = '?X-Amz-Signature=0f1e2d3c4b5a69788796a5b4c3d2e1f0';
  for (const args of [['--log-level', 'debug'], ['--json']]) {
    const found = await box.verifyHub('--signature', address + secret, ...args);
    expect(found.code).toBe(0);
    expect(found.stdout).toContain(address);
    expect(found.stdout + found.stderr).not.toContain('0f1e2d3c');
  }
  const refused = await box.verifyHub('--signature', `http://host.example/model.sig${secret}`);
  expect({ code: refused.code, hasKey: refused.stderr.includes('0f1e2d3c') }).toEqual({ code: 2, hasKey: false });
});

test('a signature that is read from elsewhere leaves out its own copy on the hub, and no other file', async () => {
  const box = await HubBox.signed();
  box.write('model.sig', box.signature);
  const local = await box.verifyHubJson('--signature', 'model.sig');
  expect(local.result).toMatchObject({
    ok: true,
    signatureFrom: { place: 'file' },
    ignored: ['.gitattributes', 'model.sig'],
  });
  const changed = Buffer.from(box.signature);
  changed[changed.length - 2] = 0x20;
  box.hub.commit('org/model', { ...files, 'model.sig': changed });
  const other = await box.verifyHubJson('--signature', 'model.sig');
  expect(other.result.error.differences).toEqual([{ kind: 'unsigned', path: 'model.sig' }]);
});
