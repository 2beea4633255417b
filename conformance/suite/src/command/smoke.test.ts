import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { main } from './main.ts';

/** A folder with these files, the scripts among them executable. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'oms-conformance-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(path.join(folder, name), text);
    if (text.startsWith('#!')) chmodSync(path.join(folder, name), 0o755);
  }
  return folder;
}

/** Runs the command; returns its exit code and everything that it printed. */
async function run(...args: readonly string[]): Promise<{ code: number; said: string }> {
  let said = '';
  const writes = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      said += text;
      return true;
    }),
  );
  try {
    return { code: await main(['run', ...args]), said };
  } finally {
    for (const write of writes) write.mockRestore();
  }
}

const sh = (body: string) => `#!/bin/sh\n${body}\n`;
const level0 = '[ "$1" = capabilities ] && exit 2';

/** A script that refuses a changed file and accepts everything else; it signs nothing. */
const verifies = `${level0}
[ "$1" = verify-model ] || exit 1
while [ $# -gt 0 ]; do [ "$1" = --model-path ] && model=$2; shift; done
[ "$(cat "$model/config.json" "$model/weights/a.bin" "$model/weights/b.bin")" = "$(printf '{}\\naaaabbbb')" ]`;

/** The flags that select little more vectors than those for which there is a smoke stage. */
const few = ['--only', 'OMS-JSON-2'];

describe.skipIf(process.platform === 'win32')('the smoke stage (skipped without a POSIX shell)', () => {
  it.each([
    ['/bin/false, which refuses everything', 'exit 1', ['refuses everything', 'read as:   refused, without a word']],
    ['/bin/true, which accepts everything', 'exit 0', ['whatever it is asked', 'reports success and wrote no bundle']],
    ['one that prints junk', 'echo hello', ['printed what is not JSON: "hello"', 'whatever it is asked']],
    ['one that takes no flags', `${level0}\necho usage >&2; exit 2`, ['wrong command line', 'exit code 2', 'usage']],
    ['one that dies', `${level0}\nkill -SEGV $$`, ['crashes in every call', 'ended by SIGSEGV']],
    ['one whose interpreter env does not find', 'exec nothing-here', ['exit code 127', 'install what', 'nothing-here']],
    ['one that needs what it cannot run', 'exec /dev/null', ['exit code 126', 'cannot run']],
  ])('a run is stopped for %s, with the reason and what to do', async (_, body, expected) => {
    const report = path.join(folderWith({}), 'report.json');
    const { code, said } = await run('--json', report, '--', path.join(folderWith({ adapter: sh(body) }), 'adapter'));
    expect(code).toBe(3);
    for (const text of ['bundle_plain, which has to be accepted', '--no-smoke', ...expected]) {
      expect(said).toContain(text);
    }
    expect(existsSync(report)).toBe(false);
  });

  it('a run is stopped at the first call that hangs, and at capabilities that do not end', async () => {
    const folder = folderWith({ late: sh(`${level0}\nsleep 600`), never: sh('sleep 600') });
    const late = await run('--timeout', '2', '--', path.join(folder, 'late'));
    expect([late.code, late.said]).toEqual([3, expect.stringContaining('the adapter hangs')]);
    expect(late.said.match(/has to be/g)).toHaveLength(1);
    const never = await run('--timeout', '2', '--', path.join(folder, 'never'));
    expect([never.code, never.said]).toEqual([3, expect.stringContaining('did not end within 2 seconds')]);
  });

  it.each([
    ['a file that is missing', './missing', 'there is no such file'],
    ['a program that is missing', 'missing-program', 'no such program on the PATH'],
    ['a directory', 'FOLDER/directory', 'it is a directory'],
    ['a script that is not executable', 'FOLDER/plain.py', 'chmod +x'],
    ['a script without its interpreter', 'FOLDER/alien', 'interpreter /nothing/here, which does not exist'],
  ])('a run with %s as adapter says so', async (_, adapter, expected) => {
    const folder = folderWith({ 'plain.py': 'pass', alien: '#!/nothing/here\n' });
    mkdirSync(path.join(folder, 'directory'));
    const { code, said } = await run('--', adapter.replace('FOLDER', folder));
    expect([code, said]).toEqual([3, expect.stringContaining(expected)]);
  });

  it('a run goes on with an adapter that only verifies', async () => {
    const adapter = path.join(folderWith({ adapter: sh(verifies) }), 'adapter');
    const { code, said } = await run(...few, '--only', 'model_modified', '--only', 'bundle_sign*', '--', adapter);
    expect(code).toBe(1);
    expect(said).toContain('does not conform');
  });

  it('a run is stopped for an adapter that does nothing right in the core, whatever it does beside it', async () => {
    const certificates = `${level0}
[ "$1" = verify-model ] || exit 1
case "$*" in *'--method certificate'*) ;; *) echo no such method; exit 1;; esac
while [ $# -gt 0 ]; do [ "$1" = --model-path ] && model=$2; shift; done
[ "$(cat "$model/config.json" "$model/weights/a.bin" "$model/weights/b.bin")" = "$(printf '{}\\naaaabbbb')" ]`;
    const adapter = path.join(folderWith({ adapter: sh(certificates) }), 'adapter');
    const { code, said } = await run('--', adapter);
    expect([code, said]).toEqual([3, expect.stringContaining('no such method')]);
    const alone = await run('--profile', 'certificate', '--only', 'OMS-CERT-1', '--', adapter);
    expect(alone.said).not.toContain('nothing worked');
  });

  it('the vectors of a run are counted apart from their controls, and a name is corrected', async () => {
    const { said } = await run('--only', 'model_modified', '--', '/bin/false');
    expect(said).toMatch(/^1 vector and \d controls? at protocol level 0/m);
    const wrong = await run('--only', 'model_modifid', '--', '/bin/false');
    expect([wrong.code, wrong.said]).toEqual([2, expect.stringContaining('did you mean model_modified?')]);
  });

  it('--no-smoke goes on with an adapter that does nothing right', async () => {
    const { code, said } = await run('--no-smoke', ...few, '--', '/bin/false');
    expect(code).toBe(1);
    expect(said).toContain('does not conform');
    const stopped = await run(...few, '--', '/bin/false');
    expect(stopped.code).toBe(3);
  });

  it('a run of a few vectors has no smoke stage', async () => {
    const { code, said } = await run('--only', 'model_modified', '--', '/bin/false');
    expect(code).toBe(1);
    expect(said).toContain('does not conform');
  });

  it('no more is asked in the smoke stage than an adapter declares', async () => {
    const declares = JSON.stringify({ oms: { protocol: 2, roles: ['verify'], profiles: ['certificate'] } });
    const adapter = sh(`[ "$1" = capabilities ] && echo '${declares}' && exit\nexit 1`);
    const { said } = await run('--profile', 'certificate', '--', path.join(folderWith({ adapter }), 'adapter'));
    expect(said).toContain('signer_certificate');
    expect(said).not.toMatch(/shards|sign-/);
  });
});
