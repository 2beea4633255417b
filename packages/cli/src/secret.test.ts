import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it, onTestFinished, test, vi } from 'vitest';
import { Output } from './output.ts';
import { fromEnvironment, openSecret, readKey, withoutLineBreak } from './secret.ts';

const VARIABLE = 'MODEL_SIGNING_TEST_SECRET';

afterEach(() => vi.unstubAllEnvs());

/** A context whose messages are collected. */
function context() {
  const said: string[] = [];
  const stderr = new PassThrough().setEncoding('utf8') as unknown as NodeJS.WriteStream;
  stderr.on('data', (text) => said.push(text));
  const output = new Output(
    { json: false, quiet: false, logLevel: 'debug', logFormat: 'text' },
    { stdout: stderr, stderr },
  );
  return { output, signal: new AbortController().signal, said };
}

function fileOf(content: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'secret-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'secret');
  writeFileSync(file, content);
  return file;
}

interface Given {
  readonly value?: string;
  readonly file?: string;
}

async function open({ value, file }: Given) {
  const { said, ...rest } = context();
  const flag = { name: '--secret', value };
  const sources = { what: 'secret', flag, fileFlag: { name: '--secret-file', value: file }, variable: VARIABLE };
  const bytes = await openSecret(sources, rest);
  return { secret: bytes && Buffer.from(bytes).toString(), said: said.join('') };
}

test.each([
  ['secret', 'secret'],
  ['secret\n', 'secret'],
  ['secret\r\n', 'secret'],
  ['secret\n\n', 'secret\n'],
  ['secret\r', 'secret\r'],
  [' secret ', ' secret '],
  ['\n', ''],
  ['', ''],
])('the file %j holds the passphrase %j', (content, passphrase) => {
  expect(Buffer.from(withoutLineBreak(Buffer.from(content))).toString()).toBe(passphrase);
});

describe('openSecret', () => {
  it('openSecret prefers a flag to a file, and a file to the environment', async () => {
    vi.stubEnv(VARIABLE, 'from the environment');
    const file = fileOf('from a file\n');
    expect((await open({ value: 'from a flag', file })).secret).toBe('from a flag');
    expect((await open({ file })).secret).toBe('from a file');
    expect((await open({})).secret).toBe('from the environment');
  });

  it('openSecret returns nothing without a source, and takes an empty variable for none', async () => {
    expect((await open({})).secret).toBeUndefined();
    vi.stubEnv(VARIABLE, '');
    expect((await open({})).secret).toBeUndefined();
    expect(fromEnvironment(VARIABLE)).toBeUndefined();
  });

  it('openSecret warns of a flag that others can see, without repeating it, and of nothing else', async () => {
    expect((await open({ value: 'hunter2' })).said).toBe(
      'model-signing: warning: other users of this machine can see --secret: --secret-file is safer [command/secret-visible]\n',
    );
    expect((await open({ file: fileOf('hunter2') })).said).toBe('');
    vi.stubEnv(VARIABLE, 'hunter2');
    expect((await open({})).said).toBe('');
  });

  it('openSecret names the file that is missing', async () => {
    await expect(open({ file: 'none' })).rejects.toMatchObject({
      code: 'command/not-found',
      message: 'there is no secret file at "none"',
    });
  });
});

describe('readKey', () => {
  const source = { what: 'key', flag: '--key', variable: VARIABLE };
  const pem = '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n';
  const read = async (file?: string) => Buffer.from(await readKey(file, source)).toString();

  it('readKey reads the file of the flag before the environment', async () => {
    vi.stubEnv(VARIABLE, pem);
    expect(await read(fileOf('of the flag'))).toBe('of the flag');
  });

  it('readKey reads a key from a variable that holds a path, the text itself, or the text in one line', async () => {
    vi.stubEnv(VARIABLE, fileOf(pem));
    expect(await read()).toBe(pem);
    vi.stubEnv(VARIABLE, pem);
    expect(await read()).toBe(pem);
    vi.stubEnv(VARIABLE, pem.replaceAll('\n', '\\n'));
    expect(await read()).toBe(pem);
  });

  it.each([
    { what: 'a variable that holds half a key', value: 'hunter2', code: 'command/not-found' },
    { what: 'a variable that holds a very long key', value: 'hunter2'.repeat(1000), code: 'command/unreadable' },
    { what: 'a hyphen in the variable', value: '-', code: 'command/usage' },
    { what: 'an empty variable', value: '', code: 'command/usage' },
    { what: 'a key in place of its file', value: '', file: pem, code: 'command/usage' },
  ])('readKey refuses $what, and repeats no part of it', async ({ value, file, code }) => {
    vi.stubEnv(VARIABLE, value);
    const error = await readKey(file, source).catch((reason) => reason);
    expect(error.code).toBe(code);
    expect([error.message, ...error.hints].join()).not.toContain('hunter2');
    expect([error.message, ...error.hints].join()).toContain(VARIABLE);
  });
});
