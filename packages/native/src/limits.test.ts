import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Script } from 'node:vm';
import type { HashAlgorithm, HashJob } from '@model-signing/core';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { engines } from './testing/engines.ts';

const SCRIPT = path.join(import.meta.dirname, 'testing/restricted.ts');

/** Files of which the last is large, for the threads to open at the same time. */
function manyFiles(): string {
  const folder = temporaryDirectory();
  for (let i = 100; i < 400; i++) writeFileSync(path.join(folder, String(i)), `file ${i}`);
  writeFileSync(path.join(folder, '400'), '');
  truncateSync(path.join(folder, '400'), 9_000_000);
  return folder;
}

/** Hashes a folder in a process of its own, at first freely and then restricted. It can open 2,048 files. */
function restricted(index: number, restriction: string, folder: string, env: Readonly<Record<string, string>> = {}) {
  const node = `exec "${process.execPath}" --no-warnings --conditions=@model-signing/source`;
  const command = `ulimit -n 2048 && ${node} "${SCRIPT}" ${index} "${restriction}" "${folder}"`;
  const { stdout } = spawnSync('/bin/sh', ['-c', command], { encoding: 'utf8', env: { ...process.env, ...env } });
  return JSON.parse(stdout);
}

/** A library that makes reads fail, as of a disk that is broken. */
function failingDisk(): string {
  const library = path.join(temporaryDirectory(), 'failing-disk.so');
  execFileSync('cc', [
    '-shared',
    '-fPIC',
    '-o',
    library,
    path.join(import.meta.dirname, 'testing/failing-disk.c'),
    '-ldl',
  ]);
  return library;
}

/** A file that takes a while to hash, and has no blocks on the disk. */
function sparseFile(bytes: number): HashJob {
  const at = path.join(temporaryDirectory(), 'weights');
  writeFileSync(at, '');
  truncateSync(at, bytes);
  return { file: { name: 'weights', size: bytes, content: { path: at } }, start: 0, end: bytes };
}

const LARGE = 2 * 1024 ** 3;

const isLinux = process.platform === 'linux';
const isWindows = process.platform === 'win32';

/** The restricted processes read the sources, which have syntax that Node 22 does not know. */
const readsSources = canRead('async () => { await using file = null; }');

function canRead(source: string): boolean {
  try {
    return new Script(source) instanceof Script;
  } catch {
    return false;
  }
}

const hasCompiler = spawnSync('cc', ['--version']).status === 0;

describe.each(engines.map((tested, index) => ({ ...tested, index })))('$name', ({ engine, isThere, index }) => {
  it.runIf(isThere && readsSources && isLinux)(
    'a process with 2,000 open files hashes with the few that are left',
    () => {
      const { before, open, after } = restricted(index, 'few descriptors', manyFiles());
      expect(open).toBeGreaterThan(1900);
      expect(after).toEqual(before);
      expect(before.digests).toHaveLength(301);
    },
  );

  it.runIf(isThere && readsSources && isLinux)(
    'a process that may open no more files says so of the file that it cannot open',
    () => {
      const message = expect.stringMatching(/^the file "\d+" cannot be read: too many open files \(EMFILE\)$/);
      const { after } = restricted(index, 'no descriptors', manyFiles());
      expect(after).toMatchObject({ code: 'model/unreadable', message });
    },
  );

  it.runIf(isThere && readsSources && !isWindows)('a file that the user may not read is named, with the reason', () => {
    const folder = temporaryDirectory();
    chmodSync(folder, 0o755);
    writeFileSync(path.join(folder, 'secret'), 'abc', { mode: 0o000 });
    const message = 'the file "secret" cannot be read: permission denied (EACCES)';
    const { after } = restricted(index, 'another user', folder);
    expect(after).toEqual({ code: 'model/unreadable', message });
  });

  it.runIf(isThere && readsSources && isLinux && hasCompiler)(
    'a disk that fails in the middle of a file is a failure of that file',
    () => {
      const folder = temporaryDirectory();
      for (const name of ['before', 'failing', 'ok']) writeFileSync(path.join(folder, name), Buffer.alloc(9_000_000));
      const { before } = restricted(index, 'none', folder, { LD_PRELOAD: failingDisk() });
      const message = 'the file "failing" cannot be read: i/o error (EIO)';
      expect(before).toEqual({ code: 'model/unreadable', message });
    },
  );

  it.runIf(isThere).each<HashAlgorithm>(['sha256', 'blake2b', 'blake3'])(
    'an abort ends %s long before a large file is hashed, with its reason',
    async (algorithm) => {
      const controller = new AbortController();
      let hashed = 0;
      const onProgress = ({ bytes }: { readonly bytes: number }) => {
        hashed = bytes;
        controller.abort(new Error('enough'));
      };
      const jobs = [sparseFile(16 * LARGE), sparseFile(16 * LARGE)];
      const hashing = engine.hash(jobs, { algorithm, signal: controller.signal, onProgress });
      await expect(hashing).rejects.toThrow('enough');
      expect(hashed).toBeLessThan(2 * LARGE);
    },
  );

  it.runIf(isThere)('an abort before anything is hashed ends it at once', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(engine.hash([sparseFile(16 * LARGE)], { algorithm: 'sha256', signal })).rejects.toThrow('enough');
  });

  it.runIf(isThere)('an abort right after the start ends it', async () => {
    for (const turns of [0, 1, 2, 5]) {
      const controller = new AbortController();
      const hashing = engine.hash([sparseFile(16 * LARGE)], { algorithm: 'sha256', signal: controller.signal });
      hashing.catch(() => {});
      for (let turn = 0; turn < turns; turn++) await setImmediate();
      controller.abort(new Error('enough'));
      await expect(hashing).rejects.toThrow('enough');
    }
  });

  it.runIf(isThere)('the event loop turns while a large file is hashed', async () => {
    let turns = 0;
    let isDone = false;
    const hashing = engine.hash([sparseFile(LARGE / 8)], { algorithm: 'sha256' }).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      turns++;
      await setImmediate();
    }
    await hashing;
    expect(turns).toBeGreaterThan(3);
  });
});
