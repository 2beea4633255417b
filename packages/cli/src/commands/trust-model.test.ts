import { chmodSync, existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { localModel, signModel } from '@model-signing/core';
import { makeChain } from '@model-signing/testing/certificates';
import { TestInstance, testIdentity, testIssuer } from '@model-signing/testing/sigstore-instance';
import { describe, expect, it } from 'vitest';
import { PolicySandbox } from '../testing/policies.ts';

const isRoot = process.geteuid?.() === 0;

/** Trusts the key of a signer for a name. */
function trust(box: PolicySandbox, signer: string, name: string, ...more: string[]) {
  const key = ['--public-key', `${signer}.pub`, '--signature', `${signer}.sig`];
  return box.call(['trust', 'model', '--as', name, ...key, ...more]);
}

function verify(box: PolicySandbox, signer: string, name: string) {
  return box.call(['verify', 'model', '--as', name, '--signature', `${signer}.sig`]);
}

const known = (box: PolicySandbox) => box.path('config/model-signing/known-signers.json');

describe('trust on first use', () => {
  it('a signer that the user trusts is accepted from then on, and the file is private', async () => {
    const box = await PolicySandbox.with('alice');
    const before = await verify(box, 'alice', 'hf://acme/model');
    expect(before.result.error).toMatchObject({ code: 'policy/no-rule', exitCode: 1 });
    expect(before.result.error.hints[0]).toContain('model-signing trust model --as hf://acme/model');
    const { code, result } = await trust(box, 'alice', 'hf://acme/model', '--yes');
    expect(code, result.error?.message).toBe(0);
    expect(result).toMatchObject({
      command: 'trust',
      name: 'hf://acme/model',
      knownSigners: known(box),
      ...{ wasThere: false, replaced: false, signature: 'alice.sig', signer: { method: 'key' } },
    });
    expect(statSync(known(box)).mode & 0o777).toBe(0o600);
    expect(statSync(box.path('config/model-signing')).mode & 0o777).toBe(0o700);
    expect((await verify(box, 'alice', 'hf://acme/model')).code).toBe(0);
    expect((await trust(box, 'alice', 'hf://acme/model')).result).toMatchObject({ ok: true, wasThere: true });
  });

  it.each([
    ['yes\n', 0],
    ['y\n', 0],
    ['no\n', 1],
    ['\n', 1],
    ['', 1],
    ['yesterday\n', 1],
  ])('the answer %j to the question ends with %i', async (input, code) => {
    const box = await PolicySandbox.with('alice');
    const line = ['trust', 'model', '--as', 'acme/model', '--public-key', 'alice.pub', '--signature', 'alice.sig'];
    const finished = await box.run(line, { env: box.env, input });
    expect(finished.code).toBe(code);
    expect(finished.stderr).toMatch(/signer: {4}key on P-256 with hint [0-9a-f]{64}\n[\s\S]*Trust this signer/);
    expect(existsSync(known(box))).toBe(code === 0);
    if (code !== 0) expect(finished.stderr).toContain('[command/declined]');
  });

  it('a name on a hub that is known in another case is neither new nor accepted', async () => {
    const box = await PolicySandbox.with('alice', 'eve');
    await trust(box, 'alice', 'hf://acme/model', '--yes');
    const before = readFileSync(known(box), 'utf8');
    for (const refused of [
      await verify(box, 'eve', 'hf://ACME/model'),
      await trust(box, 'eve', 'hf://acme/Model', '--yes'),
      await trust(box, 'eve', 'hf://acme/Model', '--yes', '--replace'),
    ]) {
      expect(refused.result.error).toMatchObject({
        ...{ code: 'policy/no-rule', exitCode: 1 },
        message: expect.stringContaining('"hf://acme/model"'),
      });
    }
    expect(readFileSync(known(box), 'utf8')).toBe(before);
  });

  it.each([
    ['trust model', '--public-key FILE'],
    ['trust sigstore model', '--public-key FILE'],
  ])('%s of a signature by a key says what to type', async (words, flag) => {
    const box = await PolicySandbox.with('alice');
    const names = ['--as', 'hf://acme/model', '--signature', 'alice.sig'];
    const { code, result } = await box.call([...words.split(' '), ...names]);
    expect({ code, error: result.error.code }).toEqual({ code: 1, error: 'signer/method-mismatch' });
    expect(result.error.hints[0]).toContain(`model-signing trust key model ${names.join(' ')} ${flag}`);
    const init = await box.call(['policy', 'init', 'model', '--signature', 'alice.sig']);
    expect(init.result.error.hints[0]).toContain(`model-signing policy init key model --signature alice.sig ${flag}`);
  });

  it('trust of a signature by a certificate says what to type', async () => {
    const box = await PolicySandbox.with('alice');
    const { leaf, root } = makeChain({ intermediates: 0 });
    box.write('leaf.pem', leaf.pem);
    box.write('leaf.key', leaf.privateKeyPem);
    box.write('ca.pem', root.pem);
    const paths = ['--signing-certificate', 'leaf.pem', '--private-key', 'leaf.key', '--certificate-chain', 'ca.pem'];
    const signed = await box.call(['sign', 'certificate', 'model', '--signature', 'leaf.sig', ...paths]);
    expect(signed.code, signed.stderr).toBe(0);
    const names = ['--as', 'acme/model', '--signature', 'leaf.sig'];
    const { result } = await box.call(['trust', 'model', ...names]);
    const [hint] = result.error.hints;
    expect(hint).toContain(`model-signing trust certificate model ${names.join(' ')} --certificate-chain FILE`);
    const line = ['trust', 'certificate', 'model', ...names, '--certificate-chain', 'ca.pem', '--yes'];
    expect((await box.call(line)).code).toBe(0);
  });

  it('the hints at a new and at a changed signer work as they are typed', async () => {
    const box = await PolicySandbox.with('alice', 'eve');
    const follow = (hint = '', key = '') => {
      const [, line = ''] = /model-signing (.*?)(?: trusts| shows| verifies)/.exec(hint) ?? [];
      return box.call([...line.replace('FILE', key).split(' '), '--yes']);
    };
    const isNew = (await verify(box, 'alice', 'acme/model')).result.error.hints[0];
    const byMethod = (await follow(isNew)).result.error.hints[0];
    expect((await follow(byMethod, 'alice.pub')).result).toMatchObject({ ok: true, command: 'trust' });
    const changed = (await verify(box, 'eve', 'acme/model')).result.error.hints[1];
    expect(changed).toContain('trust key model --as acme/model --signature eve.sig --public-key FILE --replace');
    const again = ['trust', 'model', '--as', 'acme/model', '--signature', 'eve.sig', '--public-key', 'eve.pub'];
    expect((await box.call([...again, '--yes'])).result.error.hints[1]).toBe(changed);
    expect((await follow(changed, 'eve.pub')).result).toMatchObject({ ok: true, replaced: true });
    expect((await verify(box, 'eve', 'acme/model')).code).toBe(0);
  });

  it('another signer is refused with both of them named, and nothing is replaced without --replace', async () => {
    const box = await PolicySandbox.with('alice', 'eve');
    await trust(box, 'alice', 'acme/model', '--yes');
    const before = readFileSync(known(box), 'utf8');
    const [old = ''] =
      /[0-9a-f]{64}/.exec((await box.call(['key', 'public', 'alice.pub'])).stdout.split('hint')[1] ?? '') ?? [];
    for (const refused of [await verify(box, 'eve', 'acme/model'), await trust(box, 'eve', 'acme/model', '--yes')]) {
      expect(refused.result.error).toMatchObject({
        code: 'policy/signer-changed',
        exitCode: 1,
        signers: { known: [{ method: 'key', fingerprint: old }], found: [{ signature: 'eve.sig' }] },
      });
      expect(refused.result.error.message.match(/hint [0-9a-f]{64}/g)).toHaveLength(2);
    }
    expect(readFileSync(known(box), 'utf8')).toBe(before);
    const { code, result } = await trust(box, 'eve', 'acme/model', '--yes', '--replace');
    expect({ code, result }).toMatchObject({ code: 0, result: { replaced: true } });
    expect((await verify(box, 'eve', 'acme/model')).code).toBe(0);
    expect((await verify(box, 'alice', 'acme/model')).result.error.code).toBe('policy/signer-changed');
    expect(Object.keys(JSON.parse(readFileSync(known(box), 'utf8')).signers)).toHaveLength(1);
  });

  it('one name for all revisions and one for a revision each keep their signer', async () => {
    const box = await PolicySandbox.with('alice', 'bob');
    await trust(box, 'alice', 'hf://acme/model', '--yes');
    const other = await trust(box, 'bob', 'hf://acme/model@v2', '--yes');
    expect(other.result.error.code).toBe('policy/signer-changed');
    expect((await trust(box, 'bob', 'hf://acme/model@v2', '--yes', '--replace')).code).toBe(0);
    expect((await verify(box, 'bob', 'hf://acme/model@v2')).code).toBe(0);
    expect((await verify(box, 'alice', 'hf://acme/model@v1')).code).toBe(0);
    expect((await verify(box, 'bob', 'hf://acme/model@v1')).result.error.code).toBe('policy/signer-changed');
  });

  it('a signature of another model is not trusted, nor a model that differs from what was signed', async () => {
    const box = await PolicySandbox.with('alice');
    box.write('model/config.json', 'changed');
    expect((await trust(box, 'alice', 'acme/model', '--yes')).result.error.code).toBe('model/mismatch');
    expect(existsSync(known(box))).toBe(false);
  });

  it('signers that are trusted at the same time are all kept', async () => {
    const box = await PolicySandbox.with('alice');
    const names = ['a', 'b', 'c', 'd'].map((name) => `acme/${name}`);
    const finished = await Promise.all(names.map((name) => trust(box, 'alice', name, '--yes')));
    expect(finished.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const { models } = JSON.parse(readFileSync(known(box), 'utf8'));
    expect(models.flatMap(({ match }: { match: string[] }) => match).sort()).toEqual(names);
  });

  it.each([
    [['--as', ''], 'the name to trust the signer for is empty'],
    [['--as', 'hf://acme/*'], '* would trust the signer for others too'],
    [['--as', 'x', '--only', 'config.json'], '--only'],
    [['--as', 'x', '--metadata-only'], '--metadata-only'],
    [['--as', 'x', '--signature', '-'], 'cannot both be read from standard input'],
    [[], "'--as <name>' is required"],
  ])('a wrong command line is refused: %j', async (more, said) => {
    const box = await PolicySandbox.with('alice');
    const { code, stderr } = await box.call(['trust', 'key', 'model', '--public-key', 'alice.pub', ...more]);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
  });
});

describe('the file of the known signers', () => {
  it.each<[string, (file: string) => void, string]>([
    ['others can write to it', (file) => chmodSync(file, 0o602), 'is writable by other users'],
    ['it is a link', (file) => linkTo(file), 'it is a symbolic link'],
    ['its directory is open', (file) => chmodSync(path.dirname(file), 0o777), 'is writable by other users'],
  ])('is not used and not changed if %s', async (_, change, said) => {
    const box = await PolicySandbox.with('alice');
    await trust(box, 'alice', 'acme/model', '--yes');
    change(known(box));
    for (const refused of [
      await verify(box, 'alice', 'acme/model'),
      await trust(box, 'alice', 'acme/other', '--yes'),
    ]) {
      expect(refused.code).toBe(3);
      expect(refused.result.error.message).toContain(said);
    }
  });

  it('is refused as a whole if it is damaged, and is never taken for none', async () => {
    const box = await PolicySandbox.with('alice');
    await trust(box, 'alice', 'acme/model', '--yes');
    for (const text of ['', '{}', '{"policyVersion":2}', '[1']) {
      writeFileSync(known(box), text);
      const { code, result } = await verify(box, 'alice', 'acme/model');
      expect({ code, error: result.error.code }).toEqual({ code: 3, error: 'policy/invalid' });
      expect(result.error.message).toContain('known-signers.json');
    }
  });

  it.skipIf(process.platform !== 'linux' || !isRoot)(
    'is not looked for in a relative folder (skipped where the home directory cannot be taken away)',
    async () => {
      const box = await PolicySandbox.with('alice');
      const env = { XDG_CONFIG_HOME: 'config', HOME: box.path('home') };
      const { code, result } = await box.json(
        ['trust', 'model', '--as', 'x', '--public-key', 'alice.pub', '--signature', 'alice.sig', '--yes'],
        { env },
      );
      expect({ code, result }).toMatchObject({
        code: 0,
        result: { knownSigners: box.path('home/.config/model-signing/known-signers.json') },
      });
      expect(existsSync(box.path('config'))).toBe(false);
    },
  );
});

function linkTo(file: string): void {
  const content = readFileSync(file);
  writeFileSync(`${file}.real`, content, { mode: 0o600 });
  chmodSync(file, 0o600);
  symlinkAt(`${file}.real`, file);
}

function symlinkAt(target: string, file: string): void {
  rmSync(file);
  symlinkSync(target, file);
}

describe('what is trusted of other methods', () => {
  it('an identity is shown without naming one first, and is kept with its provider and its trust root', async () => {
    const box = await PolicySandbox.with();
    const instance = new TestInstance();
    const { bundle } = await signModel(localModel(box.path('model')), instance.signer());
    box.write('model.sig', bundle);
    box.write('root.json', JSON.stringify(instance.trustedRoot()));
    const line = ['--as', 'hf://acme/model', '--trusted-root', 'root.json', '--signature', 'model.sig'];
    const { code, result } = await box.call(['trust', 'model', ...line, '--yes']);
    expect(code, result.error?.message).toBe(0);
    expect(result).toMatchObject({ signer: { identity: testIdentity, issuer: testIssuer } });
    rmSync(box.path('root.json'));
    expect((await box.call(['verify', 'model', '--as', 'hf://acme/model', '--signature', 'model.sig'])).code).toBe(0);
    box.writeKeys('eve');
    await box.signAs('eve');
    const refused = await verify(box, 'eve', 'hf://acme/model');
    expect(refused.result.error).toMatchObject({
      code: 'policy/signer-changed',
      signers: { known: [{ identity: { exact: testIdentity } }], found: [{ claims: { method: 'key' } }] },
    });
  });

  it('the holder of a certificate is kept by name, with the certificates that are trusted', async () => {
    const box = await PolicySandbox.with();
    const { root, leaf, intermediates } = makeChain();
    box.write('leaf.key', leaf.privateKeyPem);
    box.write('leaf.pem', leaf.pem);
    box.write('root.pem', root.pem);
    box.write('ca.pem', intermediates.map(({ pem }) => pem).join(''));
    const material = [
      '--private-key',
      'leaf.key',
      '--signing-certificate',
      'leaf.pem',
      '--certificate-chain',
      'ca.pem',
    ];
    expect((await box.run(['sign', 'certificate', 'model', ...material])).code).toBe(0);
    const line = ['trust', 'model', '--as', 'acme/model', '--certificate-chain', 'root.pem', '--yes'];
    const { code, result } = await box.call(line);
    expect(code, result.error?.message).toBe(0);
    expect((await box.call(['verify', 'model', '--as', 'acme/model'])).code).toBe(0);
  });
});
