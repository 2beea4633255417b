import { execFileSync, spawnSync } from 'node:child_process';
import { truncateSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bin, Sandbox } from './testing/command.ts';

/** The program `script`, which gives a command a terminal. Only that of util-linux takes these arguments. */
const script = 'script';
const hasScript = process.platform === 'linux' && spawnSync(script, ['--version']).status === 0;

/** Runs the command on a pseudo-terminal and returns all that a person sees. */
function onTerminal(box: Sandbox, args: string, { input = '', env = {}, columns = 100 } = {}): string {
  const { CI, NO_COLOR, FORCE_COLOR, ...environment } = process.env;
  return execFileSync(script, ['-qec', `stty cols ${columns}; '${process.execPath}' '${bin}' ${args}`, '/dev/null'], {
    cwd: box.dir,
    input,
    encoding: 'utf8',
    env: { ...environment, TERM: 'xterm', ...env },
  });
}

test.skipIf(!hasScript)('on a terminal the passphrase of an encrypted key is prompted for without echo', async () => {
  const box = new Sandbox();
  box.writeKeys('key', 'hunter2');
  const seen = onTerminal(box, 'sign key model --private-key key.pem', { input: 'hunter2\n' });
  expect(seen).toContain('passphrase of "key.pem": ');
  expect(seen).toContain('Signing succeeded');
  expect((await box.verify()).code).toBe(0);
});

test.skipIf(!hasScript)('progress is shown on a terminal and erased, unless it is turned off', () => {
  const box = new Sandbox();
  box.write('model/large.bin', '');
  truncateSync(box.path('model/large.bin'), 2_000_000_000);
  const seen = onTerminal(box, 'digest model');
  expect(seen).toMatch(/\[#*-*\] +\d+% {2}.* of 2\.0 GB/);
  expect(seen.split('\r\u001b[K').at(-1)).toMatch(/^sha256:[0-9a-f]{64}\r\n$/);
  for (const env of [{ TERM: 'dumb' }, { CI: 'true' }])
    expect(onTerminal(box, 'digest model', { env })).not.toContain('%');
  expect(onTerminal(box, 'digest model --json')).not.toContain('%');
});

test.skipIf(!hasScript)('help is as wide as the terminal, and 80 columns wide elsewhere', async () => {
  const box = new Sandbox();
  const widest = (text: string) => {
    const [options = ''] = text.split('Examples:');
    return Math.max(...options.split(/\r?\n/).map(({ length }) => length));
  };
  const narrow = widest(onTerminal(box, '--help', { columns: 70 }));
  const wide = widest(onTerminal(box, '--help', { columns: 120 }));
  const { stdout } = await box.run(['--help']);
  expect([narrow <= 70, wide > 80, wide <= 120, widest(stdout) > 70, widest(stdout) <= 80]).not.toContain(false);
});
