import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { finish, Sandbox } from '../testing/command.ts';
import { PolicySandbox } from '../testing/policies.ts';
import { filesIn, signedHub } from '../testing/stores.ts';

async function signed(): Promise<Sandbox> {
  const box = new Sandbox();
  await box.sign();
  return box;
}

describe('verify --copy-to', () => {
  it('a copy of the signed files is made, and the result says where it is', async () => {
    const box = await signed();
    const { code, result } = await box.verify('--copy-to', 'new/copy');
    expect({ code, result }).toMatchObject({
      code: 0,
      result: {
        verdict: 'verified',
        engine: 'node',
        copy: { to: box.path('new/copy'), files: 3, bytes: 1023, reflink: false, synced: true },
      },
    });
    expect(filesIn(box, 'new/copy')).toEqual(filesIn(box, 'model'));
    expect(readdirSync(box.path('new'))).toEqual(['copy']);
    expect((await box.json(['verify', 'key', 'new/copy', ...line])).code).toBe(0);
  });

  it('the line for people says where the copy is, and how many bytes it has', async () => {
    const box = await signed();
    const { code, stdout } = await box.run(['verify', 'key', 'model', ...line, '--copy-to', 'copy']);
    expect(code).toBe(0);
    expect(stdout).toContain(`copy:      "${box.path('copy')}": 3 files, 1.0 kB\n`);
  });

  it('with --no-sync, the result says that the copy is not yet on the disk', async () => {
    const box = await signed();
    const { code, result } = await box.verify('--copy-to', 'copy', '--no-sync');
    expect({ code, result }).toMatchObject({ code: 0, result: { copy: { files: 3, bytes: 1023, synced: false } } });
    expect(filesIn(box, 'copy')).toEqual(filesIn(box, 'model'));
    const { stdout } = await box.run(['verify', 'key', 'model', ...line, '--copy-to', 'other', '--no-sync']);
    expect(stdout).toContain(': 3 files, 1.0 kB, not yet on the disk\n');
  });

  it('without the flag, the result has no copy', async () => {
    const { result } = await (await signed()).verify();
    expect(result).not.toHaveProperty('copy');
  });

  it('with --only, the copy holds these files alone, and the verdict is partial', async () => {
    const box = await signed();
    const { code, result } = await box.verify('--copy-to', 'copy', '--only', 'tokenizer');
    expect({ code, result }).toMatchObject({
      code: 0,
      result: { verdict: 'partial', checked: { files: 1, unchecked: 2 }, copy: { files: 1, bytes: 4 } },
    });
    expect(Object.keys(filesIn(box, 'copy'))).toEqual(['tokenizer/vocab.txt']);
  });

  it('a model on a hub is copied while it is read', async () => {
    const { box, env } = await signedHub();
    const { code, result } = await box.json(['verify', 'key', 'hf://org/model', ...trust, '--copy-to', 'copy'], {
      env,
    });
    expect({ code, result }).toMatchObject({ code: 0, result: { copy: { files: 3, bytes: 1023 } } });
    expect(filesIn(box, 'copy')).toEqual(filesIn(box, 'model'));
  });

  it.each<[string, (box: Sandbox) => void, string]>([
    ['a changed file', (box) => box.write('model/config.json', '{}'), 'model/mismatch'],
    ['an unsigned file', (box) => box.write('model/run.py', ''), 'model/mismatch'],
    ['a link', (box) => symlinkSync('config.json', box.path('model/link')), 'model/symlink'],
  ])('with %s in the model, nothing is left', async (_, change, code) => {
    const box = await signed();
    change(box);
    const before = box.list();
    const { code: exit, result } = await box.verify('--copy-to', 'copy');
    expect({ exit, result }).toMatchObject({ exit: 1, result: { error: { code } } });
    expect(box.list()).toEqual(before);
  });

  it.each(['model', 'model/copy', '.', 'model.sig', 'key.pub'])('the target %j is refused', async (target) => {
    const box = await signed();
    const before = filesIn(box, '.');
    const { code, result } = await box.verify('--copy-to', target);
    expect({ code, result }).toMatchObject({ code: 3, result: { error: { code: 'source/target-unusable' } } });
    expect(result.error.hints.join()).toContain('name another directory with --copy-to');
    expect(filesIn(box, '.')).toEqual(before);
  });

  it.each<[string, ...string[]]>([
    ['stated digests', '--copy-to', 'copy', '--metadata-only'],
    ['pointers', '--copy-to', 'copy', '--lfs-pointers'],
    ['no name', '--copy-to', ''],
    ['standard output', '--copy-to', '-'],
    ['two targets', '--copy-to', 'a', '--copy-to', 'b'],
    ['clones of nothing', '--reflink'],
    ['no wait for nothing', '--no-sync'],
    ['an engine that does not write', '--copy-to', 'copy', '--engine', 'native'],
  ])('a combination that makes no sense is a usage error: %s', async (_, ...flags) => {
    const box = await signed();
    const before = box.list();
    const { code, result } = await box.verify(...flags);
    expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
    expect(box.list()).toEqual(before);
  });

  it('clones of what is in a store are a usage error', async () => {
    const box = await signed();
    const { code, result } = await box.json([
      ...['verify', 'key', 'hf://org/model', ...trust],
      ...['--copy-to', 'copy', '--reflink'],
    ]);
    expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
  });

  it('where files cannot be cloned, the refusal says to leave out --reflink', async () => {
    const box = await signed();
    const { code, result } = await box.verify('--copy-to', 'copy', '--reflink');
    if (code === 0) expect(result).toMatchObject({ copy: { reflink: true } });
    else expect(result.error.hints).toEqual(['leave out --reflink: the files are then written']);
    expect(existsSync(box.path('copy'))).toBe(code === 0);
  });

  it.skipIf(process.platform === 'win32').each<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('%s while it copies leaves nothing', { timeout: 240_000 }, async (signal, expected) => {
    const box = new Sandbox();
    box.write('model/large.bin', Buffer.alloc(400_000_000));
    await box.sign();
    const before = box.list();
    const child = box.start(['verify', 'key', 'model', ...line, '--copy-to', 'copy']);
    const finished = finish(child);
    while (child.exitCode === null && box.list().length === before.length) await new Promise(setImmediate);
    expect(box.list().find((name) => !before.includes(name))).toMatch(/^copy\.partial-[0-9a-f]{12}$/);
    child.kill(signal);
    const { code, stderr, signal: killed } = await finished;
    if (killed === undefined) expect({ code, stderr }).toMatchObject({ code: expected });
    expect(box.list()).toEqual(before);
  });
});

/** The key, and the signature as well. */
const trust = ['--public-key', 'key.pub'];
const line = ['--signature', 'model.sig', ...trust];

describe('verify --copy-to, with a policy', () => {
  const judge = ['verify', 'model', '--policy', 'policy.json', '--as', 'hf://acme/model', '--copy-to', 'copy'];

  it('the copy is of what enough signers signed', async () => {
    const box = await PolicySandbox.with('alice', 'bob');
    box.writePolicy(['alice', 'bob'], { threshold: 2 });
    const signatures = ['--signature', 'alice.sig', '--signature', 'bob.sig'];
    const { code, result } = await box.json([...judge, ...signatures]);
    expect({ code, result }).toMatchObject({
      code: 0,
      result: { policy: { threshold: 2 }, copy: { to: box.path('copy') } },
    });
    expect(filesIn(box, 'copy')).toEqual(filesIn(box, 'model'));
  });

  it.each(['enforce', 'warn'] as const)(
    'in the mode %s, what the policy refuses is not copied, and the command fails',
    async (mode) => {
      const box = await PolicySandbox.with('alice', 'eve');
      box.writePolicy(['alice'], {}, { mode });
      const before = box.list();
      const { code, result } = await box.json([...judge, '--signature', 'eve.sig']);
      expect({ code, result }).toMatchObject({ code: 1, result: { ok: false } });
      expect(box.list()).toEqual(before);
    },
  );
});

describe('verify --only-from', () => {
  it('names are read line by line: CRLF, empty lines and repetitions are fine, and --only adds to them', async () => {
    const box = await signed();
    box.write('names.txt', '\ufefftokenizer/\r\n\r\n./tokenizer/vocab.txt\n\ntokenizer');
    const { code, result } = await box.verify('--only-from', 'names.txt', '--only', 'config.json');
    expect({ code, result }).toMatchObject({
      code: 0,
      result: { verdict: 'partial', checked: { files: 2, bytes: 23, unchecked: 1 } },
    });
  });

  it('names are read from standard input', async () => {
    const box = await signed();
    const { code, result } = await box.json(['verify', 'key', 'model', ...line, '--only-from', '-'], {
      input: 'config.json\n',
    });
    expect({ code, result }).toMatchObject({ code: 0, result: { checked: { files: 1, unchecked: 2 } } });
  });

  it('nothing but the named files is opened or listed', async () => {
    const box = await signed();
    box.write('names.txt', 'tokenizer\n');
    box.write('model/weights.bin', 'changed');
    box.write('model/other/run.py', '');
    symlinkSync('nowhere', box.path('model/link'));
    const { code, result } = await box.verify('--only-from', 'names.txt');
    expect({ code, result }).toMatchObject({ code: 0, result: { listing: 'not-compared', unsigned: [] } });
  });

  it('an unsigned file in a named directory is not looked at, and one that was signed there must be there', async () => {
    const box = await signed();
    box.write('model/tokenizer/run.py', '');
    expect((await box.verify('--only', 'tokenizer', '--copy-to', 'copy')).code).toBe(0);
    expect(Object.keys(filesIn(box, 'copy'))).toEqual(['tokenizer/vocab.txt']);
  });

  it('a name that is not signed is refused, and named', async () => {
    const box = await signed();
    box.write('names.txt', 'config.json\n../model.sig\n');
    const { code, result } = await box.verify('--only-from', 'names.txt');
    expect({ code, result }).toMatchObject({ code: 1, result: { error: { code: 'model/not-signed' } } });
    expect(result.error.message).toContain('"../model.sig"');
  });

  it.each<[string, string | Uint8Array, string]>([
    ['nothing', '', 'it has no names'],
    ['empty lines', '\r\n\n', 'it has no names'],
    ['the model itself', 'config.json\r\n\n./\n', 'line 3 is "./"'],
    ['bytes that are no text', Uint8Array.of(0x61, 0x0a, 0x62, 0xff, 0x0a), 'line 2 is not valid UTF-8'],
    ['UTF-16', Buffer.from('\ufeffconfig.json', 'utf16le'), 'it is in UTF-16'],
    [
      'more names than a signature can list',
      `${Array.from({ length: 1_000_001 }, (_, i) => i).join('\n')}`,
      'more than 1000000 names',
    ],
    ['more than a list can have', Buffer.alloc(64 * 1024 * 1024 + 1, 'a\n'), 'more than 67108864 bytes'],
  ])('a list is refused that holds %s', { timeout: 240_000 }, async (_, content, why) => {
    const box = await signed();
    box.write('names.txt', content);
    const { code, result } = await box.verify('--only-from', 'names.txt');
    expect({ code, result }).toMatchObject({ code: 3, result: { error: { code: 'command/unreadable' } } });
    expect(result.error.message).toContain(why);
  });

  it.each<[string, number, string]>([
    ['none', 3, 'command/not-found'],
    ['folder', 3, 'command/unreadable'],
    ['', 2, 'command/usage'],
  ])('a list that is not there is refused: %j', async (name, exit, error) => {
    const box = await signed();
    mkdirSync(box.path('folder'));
    const { code, result } = await box.verify('--only-from', name);
    expect({ code, result }).toMatchObject({ code: exit, result: { error: { code: error } } });
  });

  it.each(['--ignore-unsigned-files', '--no-ignored-files', '--ignored-files'])(
    'a flag about the rest of the model is refused beside it: %s',
    async (flag) => {
      const { code, result } = await (await signed()).verify('--only-from', 'key.pub', flag);
      expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
    },
  );

  it('a list and a signature cannot both be standard input', async () => {
    const box = await signed();
    const args = ['verify', 'key', 'model', '--signature', '-', ...trust, '--only-from', '-'];
    const { code, result } = await box.json(args, { input: readFileSync(box.path('model.sig'), 'utf8') });
    expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
  });
});
