import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Sandbox } from '../testing/command.ts';
import { signedHub } from '../testing/stores.ts';

/** The text of a Git LFS pointer. */
function pointer(content: string, size = content.length): string {
  const oid = createHash('sha256').update(content).digest('hex');
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${size}\n`;
}

async function signed(): Promise<Sandbox> {
  const box = new Sandbox();
  await box.sign();
  return box;
}

describe('verify --only', () => {
  it('the named files are verified and the rest is not looked at, whatever it holds', async () => {
    const box = await signed();
    box.write('model/weights.bin', 'changed');
    box.write('model/run.py', 'import os');
    const { code, result } = await box.verify('--only', 'config.json', '--only', 'tokenizer/');
    expect({ code, result }).toMatchObject({
      code: 0,
      result: {
        verdict: 'partial',
        listing: 'not-compared',
        checked: { files: 2, bytes: 23, advertised: 0, unchecked: 1 },
        unsigned: [],
      },
    });
  });

  it('a named file that differs is refused', async () => {
    const box = await signed();
    box.write('model/weights.bin', 'changed');
    const { code, result } = await box.verify('--only', 'weights.bin');
    expect({ code, result }).toMatchObject({ code: 1, result: { error: { code: 'model/mismatch' } } });
    expect(result.error.differences).toMatchObject([{ kind: 'modified', path: 'weights.bin' }]);
  });

  it('a named file that is missing is refused', async () => {
    const box = await signed();
    rmSync(box.path('model/weights.bin'));
    const { code, result } = await box.verify('--only', 'weights.bin');
    expect({ code, result }).toMatchObject({ code: 1, result: { error: { code: 'model/mismatch' } } });
    expect(result.error.differences).toMatchObject([{ kind: 'missing', path: 'weights.bin' }]);
  });

  it.each(['none.bin', '../model/config.json', 'model/config.json', '/config.json', 'token'])(
    'a name that is not signed is refused, and what a name is: %s',
    async (name) => {
      const { code, result } = await (await signed()).verify('--only', name);
      expect({ code, result }).toMatchObject({ code: 1, result: { error: { code: 'model/not-signed' } } });
      expect(result.error.hints.join()).toContain('as the signature names them');
    },
  );

  it('the verdict for people is that a part of the model was verified', async () => {
    const box = await signed();
    const args = ['verify', 'key', 'model', '--public-key', 'key.pub', '--only', 'config.json'];
    const { code, stdout } = await box.run(args);
    expect(code).toBe(0);
    expect(stdout).toContain('for a part of the model');
    expect(stdout).toContain('2 signed files not looked at');
  });

  it('of a model on a hub, only the named files are fetched', async () => {
    const { box, hub, env } = await signedHub();
    const args = ['verify', 'key', 'hf://org/model', '--public-key', 'key.pub', '--only', 'config.json'];
    const { code, result } = await box.json(args, { env });
    expect({ code, result }).toMatchObject({
      code: 0,
      result: { verdict: 'partial', checked: { files: 1, unchecked: 2 } },
    });
    const read = hub.log.flatMap(({ path }) => /\/resolve\/\w+\/([^?]+)/.exec(path)?.[1] ?? []);
    expect([...new Set(read)].sort()).toEqual(['config.json', 'model.sig']);
  });

  it.each(['--ignore-unsigned-files', '--no-ignored-files', '--ignored-files'])(
    'a flag about the rest of the model is refused beside it: %s',
    async (flag) => {
      const { code, result } = await (await signed()).verify('--only', 'config.json', flag);
      expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
    },
  );
});

describe('verify --lfs-pointers', () => {
  it('a pointer to the signed bytes is accepted as advertised, and refused without the flag', async () => {
    const box = await signed();
    box.write('model/weights.bin', pointer('w'.repeat(1000)));
    const refused = await box.verify();
    expect(refused).toMatchObject({ code: 1, result: { error: { code: 'model/mismatch' } } });
    expect(refused.result.error.hints.join()).toContain('--lfs-pointers');
    const { code, result } = await box.verify('--lfs-pointers');
    expect({ code, result }).toMatchObject({
      code: 0,
      result: { verdict: 'advertised', listing: 'complete', checked: { files: 2, advertised: 1, unchecked: 0 } },
    });
  });

  it('a pointer to other bytes is refused', async () => {
    const box = await signed();
    box.write('model/weights.bin', pointer('other'));
    const { code, result } = await box.verify('--lfs-pointers');
    expect({ code, result }).toMatchObject({ code: 1, result: { error: { code: 'model/mismatch' } } });
  });

  it('a checkout without pointers is verified by its bytes', async () => {
    const { code, result } = await (await signed()).verify('--lfs-pointers');
    expect({ code, result }).toMatchObject({ code: 0, result: { verdict: 'verified' } });
  });

  it('a signed file that looks like a pointer is compared by its own bytes', async () => {
    const box = new Sandbox();
    box.write('model/not-lfs.txt', pointer('w'.repeat(1000)));
    await box.sign();
    const { code, result } = await box.verify('--lfs-pointers');
    expect({ code, result }).toMatchObject({ code: 0, result: { verdict: 'verified' } });
  });

  it('the verdict for people is not that anything was verified', async () => {
    const box = await signed();
    box.write('model/weights.bin', pointer('w'.repeat(1000)));
    const args = ['verify', 'key', 'model', '--public-key', 'key.pub', '--lfs-pointers'];
    const { stdout } = await box.run(args);
    expect(stdout).toMatch(/^ADVERTISED, NOT VERIFIED/);
  });

  it('with --only as well, one advertised file makes the verdict advertised', async () => {
    const box = await signed();
    box.write('model/weights.bin', pointer('w'.repeat(1000)));
    const { code, result } = await box.verify('--lfs-pointers', '--only', 'weights.bin');
    expect({ code, result }).toMatchObject({ code: 0, result: { verdict: 'advertised', listing: 'not-compared' } });
  });

  it('it says nothing about a model in a store, and is refused there', async () => {
    const box = await signed();
    const args = ['verify', 'key', 'hf://org/model', '--public-key', 'key.pub', '--lfs-pointers'];
    const { code, result } = await box.json(args);
    expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
  });
});
