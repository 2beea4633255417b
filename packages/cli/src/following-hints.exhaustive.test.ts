import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { makeChain } from '@model-signing/testing/certificates';
import { describe, expect, test } from 'vitest';
import { type Finished, type JsonResult, Sandbox } from './testing/command.ts';

const verifyKey = ['verify', 'key', 'model', '--signature', 'model.sig', '--public-key', 'key.pub'];

/** As root, everything may be read, so the command becomes another user first. */
const asUser =
  process.getuid?.() === 0 ? ['--import', 'data:text/javascript,process.setgid(65534);process.setuid(65534)'] : [];

/** The `--ignore-paths` that a hint names, as a shell would pass them on, and the other flags it names. */
function flagsOf(hint: string): string[] {
  const [, typed = ''] = /(--ignore-paths .*?)(?:; --|\?$|$)/.exec(hint) ?? [];
  const words = execFileSync('sh', ['-c', `printf '%s\\n' ${typed}`], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);
  return [...words, ...['--ignore-unsigned-files', '--allow-symlinks'].filter((flag) => hint.includes(flag))];
}

type Refused = Finished & { readonly result: JsonResult };

const hintsOf = ({ code, result }: Refused, expected: string): readonly string[] => {
  expect({ code: code !== 0, error: result.error.code }).toEqual({ code: true, error: expected });
  return result.error.hints;
};

describe('a hint leads to something that works', () => {
  test.each([
    [['.DS_Store', 'sub/__pycache__/x.pyc', '.cache/huggingface/download/w.lock']],
    [['notes.txt']],
    [["it's new.txt", 'with space/x']],
    [['.DS_Store', ...Array.from({ length: 9 }, (_, i) => `n${i}`)]],
  ])('the flags of the hint for the unsigned files %j are enough', async (names) => {
    const box = new Sandbox();
    await box.sign();
    for (const name of names) box.write(`model/${name}`, 'x');
    const [hint = ''] = hintsOf(await box.json(verifyKey), 'model/mismatch');
    const flags = flagsOf(hint).filter((flag) => names.length > 5 || flag !== '--ignore-unsigned-files');
    const followed = await box.run([...verifyKey, ...flags]);
    expect({ flags, code: followed.code }).toEqual({ flags, code: 0 });
  });

  test.each([
    [['--strict'], ['.DS_Store', '__pycache__/x.pyc']],
    [['--no-ignored-files'], ['__pycache__/x.pyc']],
    [['--strict', '--no-ignored-files'], ['__pycache__/x.pyc']],
    [['--strict', '--ignore-paths', 'model/__pycache__'], ['__pycache__/x.pyc']],
    [['--no-ignored-files', '--ignore-paths', 'model/__pycache__'], ['__pycache__/x.pyc']],
  ])('with %j, leftovers are removed as the hint says, at once', async (flags, names) => {
    const box = new Sandbox();
    await box.sign();
    for (const name of names) box.write(`model/${name}`, 'x');
    const { result } = await box.json([...verifyKey, ...flags]);
    expect(result.error.hints).toEqual(['other tools left these files behind: remove them']);
  });

  test('what the verifier left out is not blamed on the signer', async () => {
    const box = new Sandbox();
    await box.sign();
    box.write('model/notes.txt', 'x');
    for (const flag of ['--strict', '--no-ignored-files']) {
      const args = [...verifyKey, flag, '--ignore-paths', 'model/notes.txt'];
      const hints = hintsOf(await box.json(args), 'model/ignored-files').join('\n');
      expect(hints).toContain('leave out --ignore-paths');
      expect(hints).not.toContain('sign');
    }
  });

  test.each([
    ['git lfs pull', `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 1\n`],
    ['git xet checkout', "# xet version 0\nfilesize = 123\nhash = '0f1e'\n"],
    ['git annex get', '/annex/objects/SHA256E-s123--0f1e.bin\n'],
  ])('a pointer is fetched with %s, whether it was signed or not', async (command, pointer) => {
    const box = new Sandbox();
    await box.sign();
    const content = readFileSync(box.path('model/weights.bin'));
    box.write('model/weights.bin', pointer);
    const commands = ['git lfs pull', 'git xet checkout', 'git annex get'];
    const only = (hints: readonly string[]) => commands.filter((one) => hints.join('\n').includes(one));
    expect(only(hintsOf(await box.json(verifyKey), 'model/mismatch'))).toEqual([command]);
    await box.sign();
    const { code, result } = await box.json(verifyKey);
    expect({ code, warnings: result.warnings }).toMatchObject({ code: 0, warnings: [{ code: 'model/pointer-file' }] });
    expect(only(hintsOf(await box.json([...verifyKey, '--strict']), 'model/pointer-file'))).toEqual([command]);
    box.write('model/weights.bin', content);
  });

  test('a link that was added is left out as the hint says, and following links is not offered', async () => {
    const box = new Sandbox();
    await box.sign();
    symlinkSync('config.json', box.path('model/added'));
    const hints = hintsOf(await box.json(verifyKey), 'model/symlink');
    expect(hints.join('\n')).not.toContain('symlinks');
    expect(hints.join('\n')).toContain('--ignore-paths');
    expect((await box.run([...verifyKey, '--ignore-paths', 'model/added'])).code).toBe(0);
  });

  test('a link that the signer followed is followed as the hint says', async () => {
    const box = new Sandbox();
    symlinkSync('config.json', box.path('model/link'));
    const [hint = ''] = hintsOf(await box.json(['sign', 'key', 'model', '--private-key', 'key.pem']), 'model/symlink');
    expect(hint).toContain('--allow-symlinks');
    expect((await box.sign('--allow-symlinks')).code).toBe(0);
    const [verifying = ''] = hintsOf(await box.json(verifyKey), 'model/symlink');
    expect((await box.run([...verifyKey, ...flagsOf(verifying)])).code).toBe(0);
  });

  describe('what the signature lists cannot be left out, so no hint offers that', () => {
    const replaced = (name: string, by: (at: string) => void) => (box: Sandbox) => {
      rmSync(box.path(name), { recursive: true });
      by(box.path(name));
    };
    /** That a file cannot be read shows only once every entry is one that can be hashed. */
    const closed = (box: Sandbox, name: string, mode: number) => {
      rmSync(box.path('model/added'));
      chmodSync(box.path(name), mode);
    };
    const fifo = (at: string) => execFileSync('mkfifo', [at]);

    test.skipIf(process.platform === 'win32').each([
      ['a listed file that is a link', replaced('model/config.json', (at) => symlinkSync('weights.bin', at))],
      ['a listed directory that is a link', replaced('model/tokenizer', (at) => symlinkSync('.', at))],
      ['a listed file that is a pipe', replaced('model/config.json', fifo)],
      ['a model that is a pipe', replaced('model', fifo)],
      ['a listed file that may not be read', (box: Sandbox) => closed(box, 'model/config.json', 0)],
      ['a listed directory that may not be read', (box: Sandbox) => chmodSync(box.path('model/tokenizer'), 0)],
      ['a listed directory that may not be entered', (box: Sandbox) => closed(box, 'model/tokenizer', 0o444)],
      ['a model that may not be read', (box: Sandbox) => chmodSync(box.path('model'), 0)],
      ['a model that may not be entered', (box: Sandbox) => chmodSync(box.path('model'), 0o444)],
    ] satisfies [string, (box: Sandbox) => void][])('%s', async (_, change) => {
      const box = new Sandbox();
      await box.sign();
      symlinkSync('weights.bin', box.path('model/added'));
      chmodSync(box.dir, 0o755);
      change(box);
      const { code, stderr, result } = await box.json(verifyKey, { nodeArgs: asUser });
      expect(code).not.toBe(0);
      expect(result.error.hints.join('\n')).not.toContain('--ignore-paths');
      expect(result.error.hints).not.toEqual([]);
      expect(stderr).toMatch(/"(?:\S*\/)?(?:config\.json|tokenizer\/?|tokenizer\/vocab\.txt|model)"/);
      for (const name of ['model', 'model/tokenizer']) if (existsSync(box.path(name))) chmodSync(box.path(name), 0o755);
    });
  });

  test('a path outside the model is ignored as the hint says', async () => {
    const box = new Sandbox();
    const args = ['sign', 'key', 'model', '--private-key', 'key.pem'];
    const [hint = ''] = hintsOf(await box.json([...args, '--ignore-paths', 'config.json']), 'command/usage');
    expect((await box.run([...args, ...flagsOf(hint)])).code).toBe(0);
  });

  test('a signature in a draft is verified as the hint says', async () => {
    const box = new Sandbox();
    await box.sign('--draft', '1.1');
    const [hint = ''] = hintsOf(await box.json(verifyKey), 'statement/predicate-type');
    expect(hint).toContain('--draft');
    expect((await box.run([...verifyKey, '--draft', '1.1'])).code).toBe(0);
  });

  test('a public key in place of a private key is named', async () => {
    const box = new Sandbox();
    const { code, stderr } = await box.run(['sign', 'key', 'model', '--private-key', 'key.pub']);
    expect(code).toBe(3);
    expect(stderr).toContain('a private key was expected, and this is a public key: give its private half');
  });

  test('an intermediate is trusted only without --require-self-signed-root, as the hint says', async () => {
    const box = new Sandbox();
    const { root, intermediates, leaf } = makeChain();
    box.write('leaf.key', leaf.privateKeyPem);
    box.write('leaf.pem', leaf.pem);
    box.write('ca.pem', intermediates.map(({ pem }) => pem).join(''));
    box.write('root.pem', root.pem);
    await box.run(
      'sign certificate model --private-key leaf.key --signing-certificate leaf.pem --certificate-chain ca.pem'.split(
        ' ',
      ),
    );
    const verify = ['verify', 'certificate', 'model', '--signature', 'model.sig', '--require-self-signed-root'];
    const [hint = ''] = hintsOf(
      await box.json([...verify, '--certificate-chain', 'ca.pem']),
      'signer/certificate-untrusted',
    );
    expect(hint).toContain('must name the root itself');
    expect((await box.run([...verify, '--certificate-chain', 'root.pem'])).code).toBe(0);
    const early = await box.json([...verify, '--certificate-chain', 'root.pem', '--verification-time', '2001-01-01']);
    expect(hintsOf(early, 'signer/certificate-not-yet-valid').join('\n')).toMatch(/--verification-time is before/);
    expect(early.stderr).not.toContain('clock');
  });
});
