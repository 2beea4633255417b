import { execFileSync, spawnSync } from 'node:child_process';
import { truncateSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commandsBelow, flagTerm, ownFlags, type Path, pathText } from './grammar.ts';
import { helpText } from './help.ts';
import { program } from './program.ts';
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

test.skipIf(!hasScript)('the prompt for a passphrase can be left with Ctrl-D, which is not reported as a bug', () => {
  const box = new Sandbox();
  box.writeKeys('key', 'hunter2');
  const sign = () => onTerminal(box, 'sign key model --private-key key.pem', { input: '\u0004' });
  expect(sign).toThrow(
    expect.objectContaining({ status: 3, stdout: expect.stringContaining('no passphrase was typed') }),
  );
});

test.skipIf(!hasScript)('on a terminal the passphrase of a new key is prompted for twice, without echo', async () => {
  const box = new Sandbox();
  const generate = 'key generate new.pem --passphrase-file -';
  const seen = onTerminal(box, generate, { input: 'hunter2\nhunter2\n' });
  expect(seen).toContain('the same again: ');
  expect(seen).toContain('"new.pem" (encrypted)');
  box.write('pass', 'hunter2');
  const sign = ['sign', 'key', 'model', '--private-key', 'new.pem', '--passphrase-file', 'pass'];
  expect((await box.run(sign)).code).toBe(0);
  const other = () => onTerminal(box, generate.replace('new', 'other'), { input: 'hunter2\nhunter3\n' });
  expect(other).toThrow(expect.objectContaining({ status: 2, stdout: expect.stringContaining('differ') }));
  expect(box.list()).not.toContain('other.pem');
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

test.each([40, 50, 60, 72, 80, 120])(
  'help for every command fits into %i columns, apart from its examples and long terms',
  (width) => {
    const paths: Path[] = [
      [program],
      ...program.commands.map((entry): Path => [program, entry]),
      ...commandsBelow([program]),
    ];
    for (const path of paths) {
      const [text = ''] = helpText(path, width).split('Examples:');
      const terms = [...ownFlags(path), ...program.flags].map((flag) => `  ${flagTerm(flag)}`);
      const wide = text.split('\n').filter((line) => line.length > width && !terms.includes(line));
      expect({ path: pathText(path), wide }).toEqual({ path: pathText(path), wide: [] });
    }
  },
);

test('help says of each flag whether it is required and which variable stands in for it', () => {
  const [sign, verify] = [
    [program, ...pathTo('sign', 'key')],
    [program, ...pathTo('verify', 'certificate')],
  ] as const;
  expect(helpText(sign as Path, 200)).toMatch(
    /--private-key <file> .*\(required, or MODEL_SIGNING_PRIVATE_KEY, or --key\)/,
  );
  expect(helpText(sign as Path, 200)).toMatch(/--passphrase-file <file> .*\(or MODEL_SIGNING_PASSPHRASE\)/);
  expect(helpText(verify as Path, 200)).toMatch(/--certificate-chain <file> .*\(required without --system-roots\)/);
});

function pathTo(...names: string[]) {
  return (commandsBelow([program]).find((path) => pathText(path.slice(1)) === names.join(' ')) as Path).slice(1);
}
