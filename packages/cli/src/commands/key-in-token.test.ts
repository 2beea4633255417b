import { describe, expect, it } from 'vitest';
import { type CallOptions, Sandbox } from '../testing/command.ts';

const PIN = '73912';

/** The URI of a key whose module is not there, so that nothing of a token is needed. */
const uri = (query: string) => `pkcs11:token=release;object=models?module-path=/nonexistent/module.so${query}`;

/** A machine on which the package for tokens is not installed: it is looked for from a folder that has no packages. */
const withoutPackage: CallOptions = {
  nodeArgs: [
    '--import',
    `data:text/javascript,${encodeURIComponent(`
      import { registerHooks } from 'node:module';
      registerHooks({ resolve(name, context, next) {
        const isPackage = name === '@model-signing/pkcs11';
        return next(name, isPackage ? { ...context, parentURL: 'file:///nonexistent/file.js' } : context);
      } });`)}`,
  ],
};

/** Every way to name a key in a token. */
const calls: readonly (readonly [title: string, args: (key: string) => readonly string[]])[] = [
  ['sign key', (key) => ['sign', 'key', 'model', '--key', key]],
  ['sign', (key) => ['sign', 'model', '--key', key]],
  ['sign certificate', (key) => ['sign', 'certificate', 'model', '--key', key]],
  ['sign pkcs11-key', (key) => ['sign', 'pkcs11-key', 'model', '--pkcs11-uri', key]],
  ['sign pkcs11-key, as in Python', (key) => ['sign', 'pkcs11-key', 'model', `--pkcs11_uri=${key}`]],
  ['sign pkcs11-certificate', (key) => ['sign', 'pkcs11-certificate', 'model', '--pkcs11-uri', key]],
  ['sign, by the URI', (key) => ['sign', 'model', '--pkcs11-uri', key]],
  ['verify key', (key) => ['verify', 'key', 'model', '--signature', 'model.sig', '--key', key]],
  ['key public', (key) => ['key', 'public', key]],
];

describe('a key in a token', () => {
  it.each(calls)('%s reaches for the module of the token, and says that it is not there', async (_, args) => {
    const box = new Sandbox();
    await box.sign();
    const { code, result } = await box.json(args(uri('')));
    expect({ code, result }).toMatchObject({ code: 3, result: { error: { code: 'key/module-missing', stage: null } } });
    expect(result.error.message).toContain('/nonexistent/module.so');
  });

  it.each(calls)('%s says how to install the package for tokens if it is not there', async (_, args) => {
    const box = new Sandbox();
    await box.sign();
    const { code, result } = await box.json(args(uri('')), withoutPackage);
    expect({ code, result }).toMatchObject({ code: 3, result: { error: { code: 'key/module-missing' } } });
    expect(result.error.message).toContain('@model-signing/pkcs11, which is not installed');
    expect(result.error.hints.join()).toContain('npm install @model-signing/pkcs11');
  });

  it.each(calls)('%s warns of a PIN in the URI, and repeats it nowhere', async (_, args) => {
    const box = new Sandbox();
    await box.sign();
    for (const more of [[], ['--json']]) {
      const line = [...args(uri(`&pin-value=${PIN}`)), '--log-level', 'debug', ...more];
      const { code, stdout, stderr } = await box.run(line);
      expect(code).toBe(3);
      expect(stdout + stderr).not.toContain(PIN);
      expect(stderr).toContain('[command/secret-visible]');
    }
  });

  it.each([
    [`pkcs11:tokn=a?pin-value=${PIN}`],
    [`pkcs11:token=a?pin-valeu=${PIN}`],
    [`pkcs11:token=a;pin-value=${PIN}`],
    [`pkcs11:token=a?pin-value=${PIN}&pin-value=${PIN}`],
    [`pkcs11:token=a?pin-value=${PIN}&pin-source=file:/pin`],
  ])('a wrong URI is refused without its PIN: %s', async (key) => {
    const { code, result, stdout, stderr } = await new Sandbox().json(['sign', 'key', 'model', '--key', key]);
    expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'key/reference-invalid' } } });
    expect(stdout + stderr).not.toContain(PIN);
  });

  it('two URIs where one is expected are refused without their PINs', async () => {
    const keys = ['--key', uri(`&pin-value=${PIN}`), '--key', uri(`&pin-value=${PIN}`)];
    const { code, stdout, stderr } = await new Sandbox().json(['sign', 'key', 'model', ...keys]);
    expect(code).toBe(2);
    expect(stdout + stderr).not.toContain(PIN);
  });

  it.each(['&pin-value=1', '&pin-source=file:/pin'])(
    'a PIN in the URI as %s and in a file is given twice',
    async (pin) => {
      const box = new Sandbox();
      box.write('pin', PIN);
      const { code, result } = await box.json(['sign', 'key', 'model', '--key', uri(pin), '--pin-file', 'pin']);
      expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
      expect(result.error.message).toContain('given twice');
    },
  );

  it.each([
    ['none', 'command/not-found'],
    ['empty', 'command/unreadable'],
    ['model', 'command/unreadable'],
  ])('a PIN file that is %s is a mistake that shows before the token is asked', async (name, code) => {
    const box = new Sandbox();
    box.write('empty', '\n');
    const answer = await box.json(['sign', 'key', 'model', '--key', uri(''), '--pin-file', name]);
    expect(answer).toMatchObject({ code: 3, result: { error: { code } } });
  });

  it('a folder of modules needs the name of one, and the module is not named twice', async () => {
    const box = new Sandbox();
    box.write('modules/libm.so', '');
    const sign = (key: string) =>
      box.json(['sign', 'pkcs11-key', 'model', '--module-path', 'modules', '--pkcs11-uri', key]);
    const unnamed = await sign('pkcs11:object=models');
    expect(unnamed).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
    expect(unnamed.result.error.hints.join()).toContain('module-name=NAME');
    expect(await sign(uri(''))).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
    const { code, result } = await sign('pkcs11:object=models?module-name=m');
    expect({ code, result }).toMatchObject({ code: 3, result: { error: { code: 'key/module-missing' } } });
    expect(result.error.message).toContain('libm.so');
  });
});
