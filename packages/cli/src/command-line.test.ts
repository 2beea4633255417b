import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Request, readCommandLine } from './command-line.ts';
import { CommandError } from './failure.ts';
import { type Command, commandsBelow, type Flag, keyOf } from './grammar.ts';
import { program } from './program.ts';

const commands = commandsBelow([program]).map((path) => ({
  words: path.slice(1).map(({ name }) => name),
  command: path.at(-1) as Command,
}));

function read(line: string): Request {
  return readCommandLine(line.split(' ').filter(Boolean), program);
}

/** What a line runs, in short: the command, its operand and its flags. */
function runOf(request: Request) {
  if (request.kind !== 'run') throw new Error(`this is ${request.kind}`);
  const { words } = commands.find(({ command }) => command === request.command) as (typeof commands)[number];
  return { command: words.join(' '), operand: request.operand, flags: request.flags };
}

function refusal(argv: readonly string[]): { message: string; hints: readonly string[] } {
  try {
    readCommandLine(argv, program);
  } catch (error) {
    if (error instanceof CommandError && error.code === 'command/usage') return error;
    throw error;
  }
  throw new Error(`accepted: ${argv.join(' ')}`);
}

/** A value that each flag takes. */
function valueFor({ name, choices, reads, writes, value }: Flag): fc.Arbitrary<string> {
  if (choices) return fc.constantFrom(...choices);
  const special: Readonly<Record<string, string>> = {
    jobs: '2',
    parts: '4',
    part: '0',
    replica: '1',
    replicas: '2',
    'shard-size': '1GB',
    annotation: 'k=v',
    'verification-time': '2024-05-01',
    'log-level': 'debug',
    'log-format': 'json',
    only: 'tokenizer',
    rehash: 'tokenizer',
    audit: '1%',
    'reuse-fs': 'tmpfs',
    to: 'folder',
    type: 'cyclonedx',
    'build-type': 'https://example.com/train/v1',
    builder: 'https://example.com/trainer',
    extract: 'https://example.com/v1',
    'require-attestation': 'vuln',
    'copy-to': 'folder',
  };
  return special[name]
    ? fc.constant(special[name])
    : fc.constantFrom(
        'x',
        ...(reads || writes || value === 'directory' ? [] : ['', '-']),
        '--',
        '--json',
        '-q',
        'a_b',
        '--a_b',
        'é',
      );
}

/** A flag as it can be typed, with `_` for `-` and its value joined to it or not. */
function typed(flag: Flag): fc.Arbitrary<{ flag: Flag; words: string[]; value: string | null }> {
  const spelled = fc.boolean().map((underscores) => `--${underscores ? flag.name.replaceAll('-', '_') : flag.name}`);
  if (flag.value === undefined) return spelled.map((name) => ({ flag, words: [name], value: null }));
  return fc.tuple(spelled, valueFor(flag), fc.boolean()).map(([name, value, inline]) => ({
    flag,
    words: inline || value === '--json' ? [`${name}=${value}`] : [name, value],
    value,
  }));
}

/** A command line without a fault, with its flags and its operand in any order. */
const validLine = fc.constantFrom(...commands).chain(({ words, command }) => {
  const all = [...command.flags, ...program.flags];
  const needed = all.filter(({ required }) => required);
  return fc
    .subarray(all)
    .map((chosen) => withoutConflicts([...new Set([...needed, ...chosen])]))
    .chain((chosen) => fc.tuple(...chosen.map(typed)))
    .chain((given) => fc.tuple(fc.constant(given), fc.nat({ max: given.length })))
    .map(([given, at]) => {
      const inPlace = given.find(({ flag }) => flag.isOperand)?.value ?? null;
      const operand = inPlace ?? command.operand.choices?.[0] ?? 'it';
      const parts = given.map((one) => one.words);
      const all = inPlace === null ? parts.toSpliced(at, 0, [operand]) : parts;
      return { words, command, given, operand, argv: [...words, ...all.flat()] };
    });
});

function withoutConflicts(flags: readonly Flag[]): Flag[] {
  const kept: Flag[] = [];
  for (const flag of flags) {
    const clash = kept.some((other) => other.conflicts?.includes(flag.name) || flag.conflicts?.includes(other.name));
    if (!clash && !kept.some(({ name }) => keyOf(name) === keyOf(flag.name))) kept.push(flag);
  }
  return kept;
}

describe('the command line', () => {
  it('a command line is read as it was typed, for any flags of any command in any order', () => {
    fc.assert(
      fc.property(validLine, ({ argv, words, given, operand }) => {
        const run = runOf(readCommandLine(argv, program));
        expect(run).toMatchObject({ command: words.join(' '), operand });
        for (const { flag, value } of given) {
          const expected = value === null ? !flag.name.startsWith('no-') : (flag.parse?.(value, undefined) ?? value);
          expect(run.flags[keyOf(flag.name)]).toEqual(expected);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('reading a command line never throws anything but a usage error, whatever words it has', () => {
    const names = [
      ...new Set(commands.flatMap(({ words, command }) => [...words, ...command.flags.map(({ name }) => `--${name}`)])),
    ];
    const word = fc.oneof(
      fc.constantFrom(...names, '--', '-', '-q', '-h', '-qx', '--=', '--__proto__', 'constructor'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (argv) => {
        try {
          readCommandLine(argv, program);
        } catch (error) {
          expect(error).toMatchObject({ name: 'CommandError', code: 'command/usage' });
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['sign model', 'sign sigstore', 'model'],
    ['verify --signature s --identity-provider p model', 'verify sigstore', 'model'],
    ['--json verify model --signature s --identity-provider p', 'verify sigstore', 'model'],
    ['sign -- model', 'sign sigstore', 'model'],
    ['sign ./key', 'sign sigstore', './key'],
    ['sign sigstore -- --odd_name', 'sign sigstore', '--odd_name'],
    ['sign key --private-key k model', 'sign key', 'model'],
    ['sign model --private-key k', 'sign key', 'model'],
    ['sign --private_key=k --password p model', 'sign key', 'model'],
    ['sign model --private-key k --signing-certificate c', 'sign certificate', 'model'],
    ['verify key --oci-manifest m.json --public-key k', 'verify key', 'm.json'],
    ['verify --public-key k --oci_manifest=m.json', 'verify key', 'm.json'],
    ['sign --oci-manifest m.json', 'sign sigstore', 'm.json'],
    ['pull hf://org/model --to d --public-key k', 'pull key', 'hf://org/model'],
    ['pull sigstore hf://org/model --to d --identity-provider p', 'pull sigstore', 'hf://org/model'],
    ['sign model --signing-certificate c --private-key k --certificate-chain d', 'sign certificate', 'model'],
    ['sign model --identity-token t', 'sign sigstore', 'model'],
    ['sign model --signature s --hash blake3', 'sign sigstore', 'model'],
    ['verify model --public-key k', 'verify key', 'model'],
    ['verify model --signature s --public-key k --public-key l --strict', 'verify key', 'model'],
    ['verify model --certificate-chain c', 'verify certificate', 'model'],
    ['verify model --system-roots', 'verify certificate', 'model'],
    ['verify model --identity i --identity-provider p --signature s', 'verify sigstore', 'model'],
    ['sign ./key --private-key k', 'sign key', './key'],
    ['sign key key --private-key k', 'sign key', 'key'],
    ['inspect -', 'inspect', '-'],
    ['digest ./-', 'digest', './-'],
  ])('the command line %j runs %s on %s', (line, command, operand) => {
    expect(runOf(read(line))).toMatchObject({ command, operand });
  });

  it('reading a command line turns on implied flags and fills in presets', () => {
    expect(runOf(read('sign model --allow-external-symlinks')).flags).toEqual({
      allowExternalSymlinks: true,
      allowSymlinks: true,
      engine: 'auto',
      hash: 'sha256',
    });
  });

  it('the values of a flag that can be repeated are collected', () => {
    expect(runOf(read('digest m --ignore-paths a --ignore_paths=b_c')).flags).toMatchObject({
      ignorePaths: ['a', 'b_c'],
    });
  });

  it.each([
    [
      '',
      'model-signing must be followed by one of: sign, verify, pull, attach, signatures, predicate, attest, attestations, lineage, digest, plan, hash, inspect, key, trust, policy, completion',
    ],
    ['sgn model', "unknown command 'sgn'", 'did you mean sign?'],
    [
      'verify key model --oci-manifest m.json --public-key k',
      'takes the place of the model, and both are given',
      'leave',
    ],
    ['verify kye --oci-manifest m.json', "unknown method 'kye'", 'did you mean key?'],
    ['verify key --public-key k --oci-manifest', "option '--oci-manifest <file>' argument missing"],
    ['pull key hf://org/model --public-key k', "the option '--to <directory>' is required"],
    ['verify key model --public-key k --only ./', "option '--only <name>' argument './' is invalid"],
    ['pull key hf://o/m --public-key k --to=', "option '--to <directory>' argument is empty"],
    ['sign', 'model-signing sign must be followed by one of: sigstore, key, certificate'],
    [
      'sign kye model',
      "unknown method 'kye': model-signing sign must be followed by one of: sigstore, key, certificate, pkcs11-key, pkcs11-certificate",
      'did you mean key?',
    ],
    ['sign model --misspelt', "unknown option '--misspelt'"],
    ['verify model --identitty i --signature s', "unknown option '--identitty'", 'did you mean --identity?'],
    ['sign key model', "the option '--private-key <file>' is required"],
    ['sign key --private-key k', "missing required argument 'model'"],
    ['sign key model --private-key', "option '--private-key <file>' argument missing"],
    [
      'sign key model --private-key=k --private_key l',
      'option \'--private-key <file>\' cannot be given more than once: it is "k" and "l"',
    ],
    [
      'verify model --signature a --public-key k --signature=b',
      'option \'--signature <file>\' cannot be given more than once: it is "a" and "b"',
    ],
    [
      '--log-level info digest model --log-level info',
      'option \'--log-level <level>\' cannot be given more than once: it is "info" and "info"',
    ],
    [
      'sign key m --private-key k --password p --password q',
      "option '--password <text>' cannot be given more than once",
    ],
    [
      'digest m --ignore-git-paths --no-ignore-git-paths',
      "option '--ignore-git-paths' cannot be used with option '--no-ignore-git-paths'",
    ],
    [
      'verify m --public-key k --no-ignore_unsigned_files --ignore-unsigned-files',
      "option '--ignore-unsigned-files' cannot be used with option '--no-ignore-unsigned-files'",
    ],
    [
      'sign model --passphrase-file f',
      'model-signing sign needs a method here',
      'did you mean one of sign key, sign certificate?',
    ],
    [
      'verify model --public-key k --identity i',
      "no method takes all of these options: '--public-key <file>' (of key), '--identity <name>' (of sigstore)",
    ],
    ['sign key model --identity-token t', "unknown option '--identity-token'", 'did you mean sign sigstore?'],
    ['verify sigstore model --public-key k', "unknown option '--public-key'", 'did you mean verify key?'],
    [
      'digest model --passphrase-file p',
      "unknown option '--passphrase-file'",
      'it is an option of sign key, sign certificate',
    ],
    ['sign model --private-kye k', "unknown option '--private-kye'", 'did you mean --private-key?'],
    ['sign key -model --private-key k', "unknown option '-m'", 'write ./ before it, or -- before all paths'],
    [
      'sign model key --private-key k',
      "unknown method 'model'",
      'the method comes first: model-signing sign key MODEL',
    ],
    ['sign key --private-key k', "missing required argument 'model'", 'is written ./key'],
    ['sign key - --private-key k', 'the model cannot be read from standard input', './-'],
    [
      'verify m --public-key - --signature /dev/stdin',
      "standard input can be read only once, and not by option '--public-key <file>' and option '--signature <file>'",
    ],
    ['verify m --certificate-chain - --certificate-chain -', 'standard input can be read only once'],
    ['sign key m --private-key - --passphrase-file=-', 'standard input can be read only once'],
    ['verify m --public-key=', "option '--public-key <file>' argument is empty"],
    ['sign key m --private-key k --signature=', "option '--signature <file>' argument is empty"],
    ['verify key m --public-key k --copy-to=', "option '--copy-to <directory>' argument is empty"],
    ['hash p --model m --part 0 --out=', "option '--out <directory>' argument is empty"],
    ['verify key m --public-key k --plan p --digests=', "option '--digests <directory>' argument is empty"],
    ['help sgn', "unknown command 'sgn'", 'did you mean sign?'],
    ['hlep', "unknown command 'hlep'", 'did you mean help?'],
    ['version sign', "too many arguments for 'version'"],
    ['sign m --private-key --signature o.sig', "option '--private-key <file>' argument missing"],
    ['verify m --public-key --json', "option '--public-key <file>' argument missing"],
    ['verify m --public_key --ignore_paths=a', "option '--public-key <file>' argument missing"],
    ['sign key m --private-key --help', "option '--private-key <file>' argument missing"],
    ['digest m --no-strict', "unknown option '--no-strict'", '--strict is off unless it is given'],
    ['digest m --no_hub_cache', "unknown option '--no_hub_cache'", '--hub-cache is off unless it is given'],
    ['-- sign m', 'model-signing must be followed by one of'],
    ['verify --public-key k -- key m', 'model-signing verify must be followed by one of', 'stands before --'],
    ['digest m -v', "unknown option '-v'"],
    [
      'sign key m --password p --passphrase-file f',
      "option '--password <text>' cannot be used with option '--passphrase-file <file>'",
    ],
    ['digest model other', "too many arguments for 'digest'. Expected 1 argument but got 2"],
    ['verify m --policy p --signature a b', "unknown method 'm'", 'a flag takes one value'],
    ['verify key m --public-key a b', "too many arguments for 'key'", 'is repeated for each'],
    ['digest model --json=true', "option '--json' takes no value"],
    [
      'digest model --hash md5',
      "option '--hash <algorithm>' argument 'md5' is invalid. Allowed choices are sha256, blake2b, blake3",
    ],
    [
      'digest model --jobs none',
      "option '--jobs <count>' argument 'none' is invalid. A number of threads is a whole number from 1 to 256",
    ],
    ['digest --version', "unknown option '--version'"],
    ['digest model --__proto__', "unknown option '--__proto__'"],
    ['digest model --ignore_pths', "unknown option '--ignore_pths'", 'did you mean --ignore-paths?'],
    ['completion tcsh', 'the shell "tcsh" is not one of bash, zsh, fish'],
  ])('the command line %j is refused: %s', (line, message, hint = '') => {
    const refused = refusal(line.split(' ').filter(Boolean));
    expect(refused.message).toContain(message);
    expect(refused.hints.join('\n')).toContain(hint);
  });

  it.each(['--passwrd=hunter2', '--pass_word=hunter2', '-phunter2'])(
    'the error about the unknown flag %s does not repeat its value',
    (flag) => {
      const { message, hints } = refusal(['sign', 'key', 'm', '--private-key', 'k', flag]);
      expect([message, ...hints].join()).not.toContain('hunter2');
    },
  );

  it.each([
    ['--help', 'model-signing'],
    ['sign -h', 'model-signing sign'],
    ['sign model --help', 'model-signing sign sigstore'],
    ['sign key --bogus --hash md5 --help', 'model-signing sign key'],
    ['--help digest', 'model-signing digest'],
    ['help', 'model-signing'],
    ['help sign', 'model-signing sign'],
    ['help verify key', 'model-signing verify key'],
    ['help digest model', 'model-signing digest'],
    ['help version', 'model-signing'],
    ['help help', 'model-signing'],
    ['sign model --private-key k --help', 'model-signing sign key'],
    ['sign model --password p --help', 'model-signing sign'],
  ])('the command line %j requests the help of %s', (line, path) => {
    const request = read(line);
    expect(request.kind === 'help' && request.path.map(({ name }) => name).join(' ')).toBe(path);
  });

  it('the words --help and --version are operands after --', () => {
    expect(runOf(read('digest -- --help')).operand).toBe('--help');
    expect(read('--version digest')).toEqual({ kind: 'version' });
    expect(runOf(read('digest -- --version')).operand).toBe('--version');
  });

  it('a word after -- is never the name of a command or method', () => {
    expect(runOf(read('verify --public-key k -- key'))).toMatchObject({ command: 'verify key', operand: 'key' });
    expect(runOf(read('sign -- sigstore'))).toMatchObject({ command: 'sign sigstore', operand: 'sigstore' });
    expect(runOf(read('digest -- help'))).toMatchObject({ command: 'digest', operand: 'help' });
    expect(() => read('-- help')).toThrow('must be followed by one of');
    expect(() => read('-- version')).toThrow('must be followed by one of');
  });

  it('the hint to write ./ before a path is given only for a word that may be one', () => {
    expect(refusal(['digest', 'm', '--bogus']).hints.join()).not.toContain('./');
    expect(refusal(['digest', '-m']).hints.join()).toContain('./');
  });

  it('a word whose bytes are not UTF-8 is refused, since it would name another file', () => {
    for (const argv of [
      ['digest', 'no-such-\ufffd'],
      ['digest', 'm', '--signature', 'no-such-\ufffd'],
      ['sign', 'm', '--signature=new-\ufffd.sig'],
      ['sign', 'key', 'm', '--private-key', 'k', '--password', '\ufffd'],
      ['inspect', '--', '-\ufffd'],
      ['digest', '--\ufffd'],
    ]) {
      expect(refusal(argv).message).toContain('is not UTF-8');
    }
  });

  it.each(['--version', '-v', '-V'])('the command line %s requests the version', (line) => {
    expect(read(line)).toEqual({ kind: 'version' });
  });

  it.each(['version', '--json version', 'version --json'])('the command line %s requests details too', (line) => {
    expect(read(line)).toEqual({ kind: 'version', inDetail: true });
  });

  it('a variable of the environment stands in for a required flag, and selects its method if no flag selects one', () => {
    const env = { MODEL_SIGNING_PRIVATE_KEY: 'k', MODEL_SIGNING_PUBLIC_KEY: 'k' };
    const readWith = (line: string) => runOf(readCommandLine(line.split(' '), program, env));
    expect(readWith('sign key model').command).toBe('sign key');
    expect(readWith('verify key model --signature s').command).toBe('verify key');
    expect(readWith('sign model').command).toBe('sign key');
    expect(readWith('sign model --signature s --hash blake3').command).toBe('sign key');
    expect(readWith('sign model --passphrase-file p').command).toBe('sign key');
    expect(readWith('verify model --ignore-unsigned-files').command).toBe('verify key');
    expect(readWith('sign sigstore model').command).toBe('sign sigstore');
    expect(readWith('sign model --use-ambient-credentials').command).toBe('sign sigstore');
    expect(readWith('sign model --signing-certificate c').command).toBe('sign certificate');
    expect(readWith('verify model --identity-provider p').command).toBe('verify sigstore');
    expect(readWith('verify model --certificate-chain c').command).toBe('verify certificate');
    const unset = { MODEL_SIGNING_PRIVATE_KEY: '', MODEL_SIGNING_PUBLIC_KEY: 'k' };
    expect(runOf(readCommandLine(['sign', 'model'], program, unset)).command).toBe('sign sigstore');
    expect(() => readCommandLine(['sign', 'key', 'model'], program, { MODEL_SIGNING_PRIVATE_KEY: '' })).toThrow(
      "the option '--private-key <file>' is required",
    );
  });

  const single = commands.flatMap(({ words, command }) =>
    [...command.flags, ...program.flags]
      .filter(({ value, repeatable }) => value !== undefined && !repeatable)
      .map((flag) => [[...words].join(' '), flag] as const),
  );

  it.each(single)('%s refuses two values of the flag $name, and repeats them unless they are secret', (words, flag) => {
    const operand = commands.find((one) => one.words.join(' ') === words)?.command.operand.choices?.[0] ?? 'it';
    const [value] = fc.sample(valueFor(flag), 1) as [string];
    const argv = [
      ...words.split(' '),
      operand,
      `--${flag.name}=${value}`,
      `--${flag.name.replaceAll('-', '_')}=${value}`,
    ];
    const { message } = refusal(argv);
    expect(message).toContain('cannot be given more than once');
    expect(message.includes(`it is ${JSON.stringify(value)} and`)).toBe(flag.secret !== true);
  });

  it.each([
    (long: string) => [long],
    (long: string) => ['sign', long, 'model'],
    (long: string) => ['digest', 'model', `--${long}`],
    (long: string) => ['digest', 'model', '--hash', long],
    (long: string) => ['digest', 'model', '--jobs', long],
    (long: string) => ['digest', 'model', '--log-level', long],
    (long: string) => ['completion', long],
    (long: string) => ['verify', 'model', '--signature', long, '--signature', long],
  ])('the error about a word that is as long as a file is short: %s', (line) => {
    const { message, hints } = refusal(line('a'.repeat(5000)));
    expect([message, ...hints].join().length).toBeLessThan(1000);
  });

  it.each([
    ['--only weights.bin', ['weights.bin']],
    ['--only ./tokenizer/ --only a/b.txt', ['tokenizer', 'a/b.txt']],
    ['--only ././a', ['a']],
    ['--only /a', ['/a']],
  ])('the names of %s are read as a shell completes them', (flags, only) => {
    expect(runOf(read(`verify key model --public-key k ${flags}`)).flags).toMatchObject({ only });
  });

  it('every flag that takes a password, a token or an address is declared secret', () => {
    const flags = commands.flatMap(({ command }) => command.flags);
    const secret = [...new Set(flags.filter((flag) => flag.secret).map(({ name }) => name))];
    expect(secret.sort()).toEqual(['client-secret', 'identity-token', 'password', 'timestamp-url', 'tsa-url']);
    const files = flags.filter(({ value, writes }) => value === 'file' && !writes);
    expect(files.filter(({ reads }) => !reads)).toEqual([]);
  });

  it('the version is requested before the first word, even if a value before it is the same word', () => {
    expect(read('--log-level info --version info')).toEqual({ kind: 'version' });
    expect(refusal(['--log-level', 'info', 'info', '--version']).message).toBe("unknown command 'info'");
  });
});
