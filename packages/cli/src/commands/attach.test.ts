import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Sandbox } from '../testing/command.ts';
import { storedModel } from '../testing/stores.ts';

const verify = (name: string) => ['verify', 'key', name, '--public-key', 'key.pub'];

describe('attach', () => {
  it.each(['api', 'none'] as const)(
    'a signature of the directory that was pushed is attached, found and verified (referrers: %s)',
    async (referrers) => {
      const { box, env, name, registry, pushed } = await storedModel({ referrers });
      await box.sign();
      const { code, result } = await box.json(['attach', name, '--signature', 'model.sig'], { env });
      const how = referrers === 'api' ? 'api' : 'tag';
      expect({ code, result }).toMatchObject({
        code: 0,
        result: {
          command: 'attach',
          verified: false,
          attached: { how, wasThere: false },
          warnings: [],
          model: 'model',
        },
      });
      expect(result).toMatchObject({ source: { revision: pushed.digest, isPinned: false } });
      expect(registry.referrersOf('org/model', pushed.digest)).toHaveLength(1);
      const verified = await box.json(verify(name), { env });
      expect(verified).toMatchObject({ code: 0, result: { verdict: 'verified', view: 'files' } });
    },
  );

  it('the same signature is not attached twice', async () => {
    const { box, env, name, registry, pushed } = await storedModel();
    await box.sign();
    const args = ['attach', name, '--signature', 'model.sig'];
    await box.run(args, { env });
    const { code, result } = await box.json(args, { env });
    expect({ code, result }).toMatchObject({ code: 0, result: { attached: { wasThere: true } } });
    expect(registry.referrersOf('org/model', pushed.digest)).toHaveLength(1);
    const { stdout } = await box.run(args, { env });
    expect(stdout).toContain('was attached already');
  });

  it('a signature of another model is attached with a warning, and refused with --strict', async () => {
    const { box, env, name, registry, pushed } = await storedModel();
    box.write('model/weights.bin', 'other');
    await box.sign();
    const args = ['attach', name, '--signature', 'model.sig'];
    const refused = await box.json([...args, '--strict'], { env });
    expect(refused).toMatchObject({ code: 1, result: { error: { code: 'command/other-model' } } });
    expect(refused.result.error.message).toContain('"weights.bin"');
    expect(registry.referrersOf('org/model', pushed.digest)).toHaveLength(0);
    const { code, result } = await box.json(args, { env });
    expect({ code, result }).toMatchObject({ code: 0, result: { warnings: [{ code: 'command/other-model' }] } });
    expect((await box.json(verify(name), { env })).code).toBe(1);
  });

  it('the signature of a directory is attached to the archive of it with a warning, and refused with --strict', async () => {
    const { box, env, registry } = await storedModel();
    const mediaType = 'application/vnd.cncf.model.weight.v1.tar+gzip';
    const pushed = registry.push('org/packed', 'v1', { 'model.tar.gz': 'packed' }, { mediaType });
    await box.sign();
    const args = ['attach', `oci://${registry.host}/org/packed:v1`, '--signature', 'model.sig'];
    const refused = await box.json([...args, '--strict'], { env });
    expect(refused).toMatchObject({
      code: 1,
      result: { source: { revision: pushed.digest }, error: { code: 'command/other-model' } },
    });
    const { code, result } = await box.json(args, { env });
    expect({ code, result }).toMatchObject({ code: 0, result: { warnings: [{ code: 'command/other-model' }] } });
    expect((result.warnings as { message: string }[])[0]?.message).toContain('"model.tar.gz" is an archive');
  });

  it('what is no signature is refused before the registry is asked', async () => {
    const { box, env, name, registry } = await storedModel();
    const { code, result } = await box.json(['attach', name, '--signature', 'model/config.json'], { env });
    expect({ code, result }).toMatchObject({ code: 1, result: { ok: false } });
    expect(registry.log).toEqual([]);
  });

  it.each([
    ['model', 'is a path'],
    ['hf://org/model', 'nothing can be attached'],
  ])('%s is nothing to attach a signature to', async (name, message) => {
    const box = new Sandbox();
    await box.sign();
    const { code, result } = await box.json(['attach', name, '--signature', 'model.sig']);
    expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
    expect(result.error.message).toContain(message);
  });

  it('a password of the registry is in no output', async () => {
    const { box, name } = await storedModel({ username: 'me', password: 'pass-word-123', auth: 'basic' });
    await box.sign();
    const host = name.slice('oci://'.length).split('/')[0] as string;
    const auth = Buffer.from('me:pass-word-123').toString('base64');
    box.write('docker/config.json', JSON.stringify({ auths: { [host]: { auth } } }));
    const env = { DOCKER_CONFIG: box.path('docker') };
    const { code, stdout, stderr } = await box.run(
      ['attach', name, '--signature', 'model.sig', '--log-level', 'debug'],
      { env },
    );
    expect(code, stderr).toBe(0);
    for (const secret of ['pass-word-123', auth]) expect(stdout + stderr).not.toContain(secret);
  });

  it('the bytes that are attached are those of the file', async () => {
    const { box, env, name } = await storedModel();
    await box.sign();
    await box.run(['attach', name, '--signature', 'model.sig'], { env });
    const pulled = await box.run(['pull', 'key', name, '--to', 'out', '--public-key', 'key.pub'], { env });
    expect(pulled.code, pulled.stderr).toBe(0);
    expect(readFileSync(box.path('out/model.sig'))).toEqual(readFileSync(box.path('model.sig')));
  });
});
