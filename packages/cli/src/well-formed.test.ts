import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWithCommander } from './commander.ts';
import { type Command, type FlagValues, keyOf } from './grammar.ts';
import { globalFlags } from './options.ts';
import { Output } from './output.ts';
import { commands, groups } from './program.ts';
import { readWellFormed } from './well-formed.ts';

const paths = [
  ...groups.flatMap(({ name, commands }) => commands.map((command) => ({ words: [name, command.name], command }))),
  ...commands.map((command) => ({ words: [command.name], command })),
];

/** What Commander makes of a command line: the flags that the command is called with, or null if it refuses the line. */
async function readByCommander(argv: readonly string[]): Promise<{ operand: string; flags: FlagValues } | null> {
  const quiet = new Output(
    { json: false, quiet: true, logLevel: 'critical' },
    { stdout: process.stderr, stderr: process.stderr },
  );
  const originals = paths.map(({ command }) => [command, command.run] as const);
  let read: { operand: string; flags: FlagValues } | null = null;
  for (const { command } of paths) {
    command.run = async (operand: string, flags: FlagValues) => {
      read = { operand, flags };
    };
  }
  try {
    await parseWithCommander(
      argv,
      '',
      (_, work) => work({ output: quiet, signal: new AbortController().signal }),
      quiet,
    );
  } catch {
    return null;
  } finally {
    for (const [command, run] of originals) command.run = run;
  }
  return read;
}

const text = fc.constantFrom(
  'a',
  'model',
  'b c',
  '',
  '-',
  '--',
  '--json',
  '-q',
  '1.1',
  'sha256',
  '2',
  '1GB',
  'k=v',
  'k=w',
  'é',
);

/** A line of a command: its words, then flags of its own and others, with and without a value, and operands. */
const line = fc
  .constantFrom(...paths)
  .chain(({ words, command }) =>
    fc.array(argument(command), { maxLength: 8 }).map((parts) => [...words, ...required(command), ...parts.flat()]),
  );

function argument(command: Command): fc.Arbitrary<string[]> {
  const flag = fc.constantFrom(...command.flags, ...globalFlags);
  const written = flag.chain(
    (one): fc.Arbitrary<string[]> =>
      one.value === undefined
        ? fc.constant([`--${one.name}`])
        : fc.oneof(
            {
              weight: 6,
              arbitrary: fc
                .oneof(fc.constantFrom(...(one.choices ?? ['x'])), text)
                .map((value) => [`--${one.name}`, value]),
            },
            text.map((value) => [`--${one.name}=${value}`]),
            fc.constant<string[]>([`--${one.name.replaceAll('-', '_')}`, 'x']),
          ),
  );
  return fc.oneof(
    { weight: 4, arbitrary: written },
    text.map((value): string[] => [value]),
    fc.constant<string[]>(['--nothing']),
  );
}

function required({ flags }: Command): string[] {
  return flags.flatMap(({ name, required }) => (required ? [`--${name}`, 'given'] : []));
}

describe('readWellFormed', () => {
  it('reads nothing otherwise than Commander does', async () => {
    let understood = 0;
    await fc.assert(
      fc.asyncProperty(line, async (argv) => {
        const read = readWellFormed(argv);
        if (!read) return;
        understood++;
        expect(await readByCommander(argv)).toEqual({ operand: read.operand, flags: read.flags });
      }),
      { numRuns: 3000 },
    );
    expect(understood).toBeGreaterThan(50);
  });

  it.each(paths.map(({ words, command }) => [words.join(' '), command] as const))(
    'reads all flags of %s',
    (words, command) => {
      const own = command.flags.filter(({ conflicts, implies, required }) => !conflicts && !implies && !required);
      const values = (name: string) =>
        ({
          jobs: '2',
          'shard-size': '1GB',
          annotation: 'k=v',
          draft: '1.1',
          hash: 'blake3',
          'verification-time': '2024-05-01',
        })[name] ?? 'x';
      const written = own.flatMap(({ name, value }) => (value ? [`--${name}`, values(name)] : [`--${name}`]));
      const read = readWellFormed([
        ...words.split(' '),
        'it',
        ...required(command),
        ...written,
        '--json',
        '--log-level',
        'debug',
      ]);
      expect(read).toMatchObject({ command, operand: 'it', flags: { json: true, logLevel: 'debug' } });
      expect(Object.keys(read?.flags ?? {})).toEqual(expect.arrayContaining(own.map(({ name }) => keyOf(name))));
    },
  );

  it.each([
    ['a flag before the command', '--json digest model'],
    ['a method that is left out', 'sign model'],
    ['a short flag', 'digest model -q'],
    ['a flag with its value behind an equals sign', 'digest model --hash=blake3'],
    ['an underscore', 'digest model --ignore_paths x'],
    ['a flag that is not known', 'digest model --nothing'],
    ['a value that looks like a flag', 'digest model --ignore-paths --json'],
    ['a value that is missing', 'digest model --hash'],
    ['a value that is none of the choices', 'digest model --hash md5'],
    ['a value that does not parse', 'digest model --jobs none'],
    ['a flag that is missing', 'verify key model --signature s'],
    ['flags that exclude each other', 'sign key model --private-key k --password p --passphrase-file f'],
    ['a flag that turns on another', 'digest model --allow-external-symlinks'],
    ['an operand too many', 'digest model other'],
    ['no operand', 'digest'],
    ['help', 'digest model --help'],
    ['the end of the flags', 'digest -- model'],
    ['a command of the shell', 'completion bash'],
    ['nothing', ''],
  ])('leaves %s to Commander', (_, line) => {
    expect(readWellFormed(line.split(' ').filter(Boolean))).toBeNull();
  });
});
