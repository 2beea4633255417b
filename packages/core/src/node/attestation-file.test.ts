import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { allOf } from '../testing/all-of.ts';
import { refusal } from '../testing/refusal.ts';
import { appendAttestations, readAttestationFile } from './attestation-file.ts';
import { takeFileLock } from './file-lock.ts';

const bundle = (value: unknown) => Buffer.from(JSON.stringify({ value }));
const place = () => path.join(temporaryDirectory(), 'model.attestations.jsonl');
const linesOf = (file: string) => readFileSync(file, 'utf8').split('\n').slice(0, -1);

/** Starts Node on statements that can append to `file`. */
function node(file: string, statements: string) {
  const module = path.join(import.meta.dirname, 'attestation-file.ts');
  const script = `import { appendAttestations } from ${JSON.stringify(module)}; const file = ${JSON.stringify(file)}; ${statements}`;
  const child = spawn(process.execPath, ['--conditions=@model-signing/source', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, ended: once(child, 'exit') as Promise<[number | null, string | null]> };
}

/** The lock of a process that has ended. */
async function leaveLock(file: string): Promise<void> {
  const { child, ended } = node(file, '');
  await ended;
  writeFileSync(`${file}.lock`, JSON.stringify({ host: hostname(), pid: child.pid, token: 'x' }));
  utimesSync(`${file}.lock`, new Date(0), new Date(0));
}

describe('a file of attestations', () => {
  it('bundles are added, each on a line of its own, and those that are there are left out', async () => {
    const file = place();
    expect(await appendAttestations(file, [bundle(1), bundle(2), bundle(1)])).toEqual({ added: 2, duplicates: 1 });
    expect(await appendAttestations(file, [bundle(2), bundle(3)])).toEqual({ added: 1, duplicates: 1 });
    expect(linesOf(file)).toEqual([1, 2, 3].map((n) => bundle(n).toString()));
    expect(readdirSync(path.dirname(file))).toEqual([path.basename(file)]);
  });

  it('a bundle on several lines is written on one, and is not written again', async () => {
    const file = place();
    writeFileSync(file, JSON.stringify({ value: 1 }, null, 2));
    const pretty = Buffer.from(JSON.stringify({ value: 2 }, null, 2));
    expect(await appendAttestations(file, [bundle(1), pretty])).toEqual({ added: 1, duplicates: 1 });
    expect(linesOf(file).at(-1)).toBe('{"value":2}');
    expect(await allOf(readAttestationFile(file))).toHaveLength(2);
  });

  it('lines that are no bundle stay as they are, and a last line that was cut off spoils no other', async () => {
    const file = place();
    writeFileSync(file, 'note\n{"cut":');
    await appendAttestations(file, [bundle(1)]);
    expect(linesOf(file)).toEqual(['note', '{"cut":', '{"value":1}']);
    const kinds = (await allOf(readAttestationFile(file))).map(({ kind }) => kind);
    expect(kinds).toEqual(['unknown', 'unknown', 'bundle']);
  });

  it('a file keeps its permissions, and a link stays a link', async () => {
    const file = place();
    const link = `${file}.link`;
    writeFileSync(file, '', { mode: 0o640 });
    symlinkSync(file, link);
    await appendAttestations(link, [bundle(1)]);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(linesOf(file)).toHaveLength(1);
  });

  it('what is no file is not replaced, and what is no bundle is not added', async () => {
    const file = place();
    await expect(appendAttestations(path.dirname(file), [bundle(1)])).rejects.toThrow('not a regular file');
    await refusal('bundle/not-json', () => appendAttestations(file, [Buffer.from('{\n')]));
    expect(existsSync(file)).toBe(false);
  });

  it('a file holds at most 10,000 bundles, and stays as it was', { timeout: 240_000 }, async () => {
    const file = place();
    const many = Array.from({ length: 9999 }, (_, i) => bundle(i));
    await appendAttestations(file, many);
    await refusal('bundle/too-large', () => appendAttestations(file, [bundle('a'), bundle('b')]));
    expect(linesOf(file)).toHaveLength(9999);
    await appendAttestations(file, [bundle('a')]);
    expect(linesOf(file)).toHaveLength(10_000);
  });

  it('processes that add at the same time lose nothing', { timeout: 240_000 }, async () => {
    const file = place();
    const statements = (id: number) =>
      `for (let i = 0; i < 5; i++) await appendAttestations(file, [Buffer.from(JSON.stringify({ value: ${id} * 100 + i }))]);`;
    const codes = await Promise.all([1, 2, 3, 4].map(async (id) => (await node(file, statements(id)).ended)[0]));
    expect(codes).toEqual([0, 0, 0, 0]);
    const values = linesOf(file).map((line) => JSON.parse(line).value as number);
    expect(values.sort((a, b) => a - b)).toEqual(
      [1, 2, 3, 4].flatMap((id) => [0, 1, 2, 3, 4].map((i) => id * 100 + i)),
    );
    expect(readdirSync(path.dirname(file))).toEqual([path.basename(file)]);
  });

  it('a process that is killed while it adds leaves the file as it was, and holds up no other', {
    timeout: 240_000,
  }, async () => {
    const file = place();
    await appendAttestations(file, [bundle(0)]);
    const endless = `for (let i = 1; ; i++) { await appendAttestations(file, [Buffer.from(JSON.stringify({ value: 'a'.repeat(9999) + process.pid + i }))]); process.stdout.write('.'); }`;
    for (let round = 0; round < 3; round++) {
      const { child, ended } = node(file, endless);
      await once(child.stdout, 'data');
      child.kill('SIGKILL');
      await ended;
      for (const line of linesOf(file)) JSON.parse(line);
    }
    const before = linesOf(file).length;
    expect(before).toBeGreaterThan(3);
    await appendAttestations(file, [bundle('last')]);
    expect(linesOf(file)).toHaveLength(before + 1);
    expect(readdirSync(path.dirname(file))).toEqual([path.basename(file)]);
  });

  it('what a process left behind that was killed is removed, and no other file', async () => {
    const file = place();
    writeFileSync(`${file}.0123456789ab.tmp`, '{');
    writeFileSync(`${file}.mine.tmp`, '{');
    await appendAttestations(file, [bundle(1)]);
    expect(readdirSync(path.dirname(file)).sort()).toEqual([path.basename(file), `${path.basename(file)}.mine.tmp`]);
  });
});

describe('the lock of a file', () => {
  it('a lock of a process that has ended is removed', { timeout: 240_000 }, async () => {
    const file = place();
    await leaveLock(file);
    await appendAttestations(file, [bundle(1)]);
    expect(linesOf(file)).toHaveLength(1);
  });

  it.each([
    ['of a process that runs', { host: hostname(), pid: process.pid }],
    ['of another machine', { host: 'elsewhere.example', pid: 2 ** 22 + 1 }],
    ['that says nothing', ''],
  ])('a lock %s is waited for, and never removed', async (_, content) => {
    const lock = `${place()}.lock`;
    writeFileSync(lock, JSON.stringify(content));
    utimesSync(lock, new Date(0), new Date(0));
    await expect(takeFileLock(lock, 200)).rejects.toThrow(/another process is changing it: if none is, remove /);
    expect(existsSync(lock)).toBe(true);
  });

  it('a lock says whose it is whenever it can be seen, so that none is left that says nothing', async () => {
    const lock = `${place()}.lock`;
    const seen = new Set<string>();
    let isDone = false;
    const look = async () => {
      while (!isDone) seen.add(await readFile(lock, 'utf8').catch(() => 'absent'));
    };
    const looking = [look(), look(), look()];
    for (let i = 0; i < 200; i++) await (await takeFileLock(lock)).release();
    isDone = true;
    await Promise.all(looking);
    seen.delete('absent');
    expect(seen.size).toBeGreaterThan(10);
    for (const content of seen) expect(JSON.parse(content)).toMatchObject({ pid: process.pid });
  });

  it('a holder notices that its lock was removed, and does not release that of another', async () => {
    const lock = `${place()}.lock`;
    const held = await takeFileLock(lock);
    await held.check();
    writeFileSync(lock, 'of another');
    await expect(held.check()).rejects.toThrow('another process removed');
    await held.release();
    expect(existsSync(lock)).toBe(true);
  });

  it.each<[string, (lock: string) => void]>([
    ['removed', (lock) => rmSync(lock)],
    ['taken by another', (lock) => writeFileSync(lock, 'of another')],
  ])('a file stays as it was if its lock is %s while bundles are added', async (_, lose) => {
    const file = place();
    await appendAttestations(file, [bundle(1)]);
    const adding = appendAttestations(file, [bundle(2)]).catch((error: unknown) => error);
    // It reads and writes several times more before it looks at its lock.
    while (!existsSync(`${file}.lock`)) await setImmediate();
    lose(`${file}.lock`);
    expect(await adding).toMatchObject({ message: expect.stringContaining('another process removed') });
    expect(linesOf(file)).toEqual([bundle(1).toString()]);
    expect(readdirSync(path.dirname(file)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('of many processes that find a stale lock, one at a time goes on', { timeout: 240_000 }, async () => {
    const file = place();
    await leaveLock(file);
    const statements = (id: number) => `await appendAttestations(file, [Buffer.from('{"value":${id}}')]);`;
    const codes = await Promise.all([1, 2, 3, 4].map(async (id) => (await node(file, statements(id)).ended)[0]));
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(linesOf(file)).toHaveLength(4);
  });
});
