import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCommandLine } from './command-line.ts';
import { failureOf } from './failure.ts';
import { type Command, commandsBelow, type Flag } from './grammar.ts';
import { Output } from './output.ts';
import { program } from './program.ts';
import { contentIn, Redaction, secretWords } from './secret-text.ts';
import { settingsFrom } from './settings.ts';
import type { Streams } from './standard-streams.ts';
import { Sandbox } from './testing/command.ts';

const { privateKey: key, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const { privateKey: edwards } = generateKeyPairSync('ed25519');
const folded = (text: string, width: number) => text.replace(new RegExp(`.{${width}}`, 'g'), '$&\n');
const der = (from: KeyObject, type: 'pkcs8' | 'sec1' = 'pkcs8') => from.export({ type, format: 'der' }) as Buffer;
const pem = key.export({ type: 'pkcs8', format: 'pem' }) as string;
const locked = key.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: 'p' }) as Buffer;

/** A private key or a token, in the forms in which a shell can put one on a command line. */
const secrets: Readonly<Record<string, string>> = {
  PEM: pem,
  'PEM in one line': pem.replaceAll('\n', '\\n'),
  'PEM with spaces for line breaks': pem.replaceAll('\n', ' '),
  'PEM of SEC 1': key.export({ type: 'sec1', format: 'pem' }) as string,
  'Base64 of PEM': Buffer.from(pem).toString('base64'),
  'lines of Base64 of PEM': folded(Buffer.from(pem).toString('base64'), 76),
  'hex of PEM': Buffer.from(pem).toString('hex'),
  'Base64 of DER': der(key).toString('base64'),
  'Base64 of an Edwards key': der(edwards).toString('base64'),
  'Base64 of an RSA key': der(rsa).toString('base64'),
  'base64url of DER': der(key).toString('base64url'),
  'lines of Base64 of DER': folded(der(key).toString('base64'), 64),
  'short lines of Base64 of DER': folded(der(key).toString('base64'), 16),
  'Base64 of SEC 1': der(key, 'sec1').toString('base64'),
  'Base64 of an encrypted key': locked.toString('base64'),
  'hex of DER': der(key).toString('hex'),
  'lines of hex of DER': folded(der(key).toString('hex'), 60),
  JWK: JSON.stringify(key.export({ format: 'jwk' })),
  'JWK over lines': JSON.stringify(key.export({ format: 'jwk' }), null, 2),
  'Base64 of JWK': Buffer.from(JSON.stringify(key.export({ format: 'jwk' }))).toString('base64'),
  JWT: `eyJ${'aGVsbG8'.repeat(6)}.eyJ${'d29ybGQ'.repeat(6)}.${randomBytes(32).toString('base64url')}`,
};

const commands = commandsBelow([program]).map((path) => ({
  words: path.slice(1).map(({ name }) => name),
  command: path.at(-1) as Command,
}));

/** Every place of a command line in which a word can stand, of every command. */
function linesWith(secret: string): string[][] {
  const anywhere = [[secret], ['help', secret], ['version', secret], ['sign', secret], ['verify', 'm', secret]];
  const values = (flag: Flag) => [[`--${flag.name}=${secret}`], [`--${flag.name}`, 'x', `--${flag.name}`, secret]];
  const lines = commands.flatMap(({ words, command }) => [
    [...words, secret],
    [...words, '--', secret],
    [...words, 'm', secret],
    [...words, `--${secret}`],
    [...words, `-${secret}`],
    [...words, 'm', '--bogus', secret],
    [...words, 'm', `--bogus=${secret}`],
    ...[...command.flags, ...program.flags].flatMap((flag) => values(flag).map((given) => [...words, 'm', ...given])),
  ]);
  return [...anywhere, ...lines];
}

/** What the command prints if a line is refused while it is read; null if it is not. */
function refusal(argv: readonly string[], environment: NodeJS.ProcessEnv = {}): string | null {
  try {
    const request = readCommandLine(argv, program, environment);
    if (request.kind === 'run') settingsFrom(request.flags, environment);
    return null;
  } catch (error) {
    const said: string[] = [];
    const write = (text: string) => said.push(text);
    const streams = { stdout: { write }, stderr: Object.assign(new PassThrough(), { write }) };
    const settings = { json: true, quiet: false, logLevel: 'debug', logFormat: 'text' } as const;
    const output = new Output(settings, streams as unknown as Streams, secretWords(argv, environment));
    output.failure(failureOf(error));
    output.debug((error as Error).stack ?? '');
    return said.join('');
  }
}

/** What an output and a secret have in common. */
function shared(output: string, secret: string): string[] {
  const plain = secret.replaceAll(/-----[A-Z ]+-----/g, '');
  const pieces = (text: string) => Array.from(text, (_, at) => text.slice(at, at + 12)).slice(0, -11);
  const printed = new Set(pieces(output));
  return pieces(plain).filter((piece) => printed.has(piece));
}

test.each(Object.keys(secrets))(
  'no word of any command line that is refused repeats a key or a token as %s',
  (form) => {
    const secret = secrets[form] as string;
    let refused = 0;
    const outputs = new Set<string>();
    for (const argv of linesWith(secret)) {
      const output = refusal(argv);
      if (output === null) continue;
      refused += 1;
      if (outputs.has(output)) continue;
      outputs.add(output);
      expect(shared(output, secret), argv.join(' ').replaceAll(secret, 'SECRET')).toEqual([]);
    }
    expect(refused).toBeGreaterThan(100);
  },
);

test.each(Object.keys(secrets))(
  '%s is refused as a model, as any file and as any value that is not a secret',
  (form) => {
    const secret = secrets[form] as string;
    expect(contentIn(secret)).not.toBeNull();
    for (const { words, command } of commands) {
      expect(() => readCommandLine([...words, secret], program)).toThrow();
      for (const flag of command.flags.filter(({ value, secret, freeText }) => value && !secret && !freeText)) {
        expect(() => readCommandLine([...words, 'm', `--${flag.name}=${secret}`], program)).toThrow();
      }
    }
  },
);

test.each(Object.keys(secrets).filter((form) => /\s/.test(secrets[form] as string)))(
  'no word of a key that the shell has split into words is repeated: %s',
  (form) => {
    const words = (secrets[form] as string).trim().split(/\s+/);
    for (const before of [
      ['sign', 'key', 'm'],
      ['inspect'],
      ['digest'],
      ['verify', 'm', '--public-key'],
      ['sign', 'key', 'm', '--private-key'],
    ]) {
      const output = refusal([...before, ...words]);
      expect(output).not.toBeNull();
      expect(words.flatMap((word) => shared(output ?? '', word))).toEqual([]);
    }
  },
);

test('a variable with a secret in the wrong place is not repeated', () => {
  for (const secret of Object.values(secrets)) {
    const output = refusal(['digest', 'm'], { MODEL_SIGNING_LOG_LEVEL: secret });
    expect(output).toContain('MODEL_SIGNING_LOG_LEVEL');
    expect(shared(output ?? '', secret)).toEqual([]);
  }
});

/** Bytes as a key may have them, the same at each run. */
const keyBytes = (seed: string) => createHash('sha256').update(seed).digest();

const random = {
  'a bare private key in hex': keyBytes('hex').toString('hex'),
  'a bare private key in Base64': keyBytes('Base64').toString('base64'),
  'a bare private key in Base64 with slashes': keyBytes('120').toString('base64'),
};

test('bare private keys in Base64 are recognised, also those with several slashes', () => {
  const words = Array.from({ length: 5000 }, (_, i) => keyBytes(String(i)).toString('base64'));
  expect(words.filter((word) => word.split('/').length > 4).length).toBeGreaterThan(10);
  expect(secretWords(words, {}).length).toBeGreaterThan(0.98 * words.length);
});

test.each(Object.entries(random))(
  'a file with the name of %s can be used, and is not named if it is not there',
  async (_, word) => {
    const box = new Sandbox();
    for (const args of [
      ['digest', word],
      ['inspect', word],
      ['sign', 'key', 'model', '--private-key', word],
      ['verify', 'key', 'model', '--signature', word, '--public-key', 'key.pub'],
      ['digest', 'model', '--jobs', word],
      ['completion', word],
    ]) {
      const { code, stdout, stderr } = await box.json([...args, '--log-level', 'debug']);
      expect(code).toBeGreaterThan(0);
      expect(shared(stdout + stderr, word), args.join(' ')).toEqual([]);
    }
    const name = word.replaceAll('/', '');
    box.write(name, 'a model');
    expect((await box.run(['digest', name])).code).toBe(0);
  },
);

test('a key in the wrong place is refused by the command itself, with no piece of it on a stream', async () => {
  const box = new Sandbox();
  for (const args of [
    ['inspect', pem],
    ['sign', 'key', 'model', pem],
    ['sign', 'key', 'model', '--private-key', secrets.JWK as string],
    ['sign', 'key', 'model', '--private-key', 'key.pem', '--signature', pem],
  ]) {
    const { code, stdout, stderr } = await box.json([...args, '--log-level', 'debug']);
    expect(code).toBe(2);
    expect(shared(stdout + stderr, args.find((word) => word.length > 100) as string)).toEqual([]);
  }
  expect(box.list()).toEqual(['key.pem', 'key.pub', 'model']);
});

test.each([
  'my-model',
  'Meta-Llama-3.1-405B-Instruct-FP8-quantized.w8a8-v2-2024-07-23',
  'Models/teams/research/2024/checkpoints/finetuned/instruct/version12/epoch3/final/weights',
  'models--meta-llama--Llama-3.1-8B/snapshots/0e9e39f249a16976918f6564b8830bc894c89659',
  '/very/long/path/of/folders/that/goes/on/and/on/until/it/is/long/enough/to/be/taken/for/something/else',
  'https://github.com/owner/repository/.github/workflows/release.yml@refs/heads/main',
  'thequickbrownfoxjumpsoverthelazydogthequickbrownfox',
])('the name %s is not taken for a secret', (name) => {
  expect(contentIn(name)).toBeNull();
  expect(secretWords([name, `--signature=${name}`], {})).toEqual([]);
});

test('an annotation may hold a public key, and not a private one', () => {
  const pub = publicKey.export({ type: 'spki', format: 'pem' });
  const read = (text: unknown) =>
    readCommandLine(
      ['sign', 'key', 'm', '--private-key', 'k', '--draft', '1.1', '--annotation', `key=${text}`],
      program,
    );
  expect(read(pub).kind).toBe('run');
  expect(() => read(pem)).toThrow('is the text of a key');
});

test('redaction removes every piece of eight characters of a secret, and nothing of other texts', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 8, maxLength: 60 }),
      fc.string(),
      fc.string(),
      fc.nat(52),
      (secret, a, b, at) => {
        const piece = secret.slice(at, at + 20);
        const left = new Redaction([secret]).apply(`${a}${piece}${b}`).split('(secret)');
        for (const part of left) {
          for (let i = 0; i + 8 <= part.length; i++) expect(secret.includes(part.slice(i, i + 8))).toBe(false);
        }
        expect(new Redaction([]).apply(a)).toBe(a);
      },
    ),
  );
});

test.each([
  ['"https://user:pw@host/x?sig=1" is', '"https://(secret)@host/x?(secret)" is'],
  ['https://token@host/x', 'https://(secret)@host/x'],
  ['"oci://user:pw@host/name:v1"', '"oci://(secret)@host/name:v1"'],
  ['"hf://user:pw@org/model"', '"hf://(secret)@org/model"'],
  ['"pkcs11:token=a;id=%01?pin-value=1234&module-name=m"', '"pkcs11:token=a;id=%01?pin-value=(secret)&module-name=m"'],
  ['pkcs11:?module-name=m&PIN-VALUE=12%2034 is wrong', 'pkcs11:?module-name=m&PIN-VALUE=(secret) is wrong'],
])('what the address %s hides is in no message', (message, shown) => {
  expect(new Redaction([]).apply(message)).toBe(shown);
});

test.each([
  'hf://gpt2@main',
  'hf://org/model@refs/pr/1',
  'oci://host:5000/name:v1@sha256:ab',
  'https://host/@scope/x is it? yes',
  '"https://github.com/owner/repository/.github/workflows/release.yml@refs/heads/main"',
  'to a@b.example from https://issuer.example',
  'pkcs11:token=a?pin-source=file:/run/pin',
])('the message %j is left as it is', (message) => {
  expect(new Redaction([]).apply(message)).toBe(message);
});

test('credentials and queries of addresses on the command line are repeated by no failure', async () => {
  const box = new Sandbox();
  const address = 'https://user:sekret@host.example/model.sig?key=sekrat';
  for (const args of [
    ['verify', 'key', 'model', '--public-key', 'key.pub', '--signature', address, '--signature', 'other'],
    ['verify', 'key', 'model', '--public-key', 'key.pub', '--signature', address],
    ['verify', 'key', address, '--public-key', 'key.pub'],
    ['verify', 'key', 'oci://user:sekret@host.example/name', '--public-key', 'key.pub'],
    ['digest', 'hf://user:sekret@org/model'],
    ['inspect', address],
    ['inspect', address, '--require-pinned'],
  ]) {
    const { code, stdout, stderr } = await box.json([...args, '--log-level', 'debug']);
    expect({ args, code, leaked: /sekr[ea]t/.test(stdout + stderr) }).toEqual({ args, code: 2, leaked: false });
  }
});

test('a very long word is checked quickly', () => {
  for (const word of ['eyJ', 'eyJa.', '"d" ', 'A1b', '-----BEGIN ', '\\n']) {
    const long = word.repeat(130_000 / word.length);
    expect(() => refusal(['digest', long, `--${long}`])).not.toThrow();
  }
});

test.each([
  '/srv/My Models/granite-3-8b-instruct/final release',
  'a name of a folder typed with a great many spaces in it',
  '/data/case-LnSqUk/work of another day/name.sig',
  'models/2026-11-28/granite embedding 278m multilingual/weights',
  'checkpoints\\run-of-the-28th-of-November\\new-tokenizer-and-vocabulary',
  'checkpoints\\run-with-a-new-tokenizer-and-a-large-vocabulary',
  'MLowRankAdaptationExperimentsWithLargeModels',
  '/data/0123456789abcdef0123456789abcdef01234567/a b',
])('the name %j is not taken for a key', (name) => {
  expect(contentIn(name)).toBeNull();
});

test.each([
  'snapshots/5f2c0a1b9e7d4c3f8a6b2d1e0f9c8b7a6d5e4f3c',
  '9e23bf19924a227301465b394ca59e7fbb3655ba',
  'a/b1/c2/d3/e4/f5/g6/h7/i8/j9/k0/l1/m2/n3/o4',
  `blobs/${'0a1b2c3d'.repeat(8)}`,
  'models--ibm-granite--granite-3.3-8b-instruct/snapshots/main',
])('a message about %j names it', (name) => {
  expect(secretWords(['verify', name], {})).toEqual([]);
});
