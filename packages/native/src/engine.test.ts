import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  type HashJob,
  hashModel,
  keySigner,
  keyVerifier,
  localModel,
  type ModelFile,
  signModel,
  verifyModel,
} from '@model-signing/core';
import { testKey } from '@model-signing/testing/forge';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import type { Failure, HashRequest, Run } from './binding.ts';
import { engineOf, type NativeEngineOptions } from './engine.ts';
import type { Loaded } from './load.ts';
import { FakeBinding } from './testing/fake-binding.ts';

const sha256 = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex');

function fileOf(content: string | Uint8Array, name = 'file'): ModelFile & { content: { path: string } } {
  const at = path.join(temporaryDirectory(), name);
  mkdirSync(path.dirname(at), { recursive: true });
  writeFileSync(at, content);
  return { name, size: content.length, content: { path: at } };
}

const whole = (file: ModelFile): HashJob => ({ file, start: 0, end: null });

/** Many files, of which each has the same content. */
function copiesOf(count: number): HashJob[] {
  const folder = temporaryDirectory();
  return Array.from({ length: count }, (_, i) => {
    const at = path.join(folder, String(i));
    writeFileSync(at, 'x');
    return whole({ name: String(i), size: 1, content: { path: at } });
  });
}

function engineWith(options: NativeEngineOptions = { use: 'always' }) {
  const binding = new FakeBinding();
  const loads: string[] = [];
  const engine = engineOf(async (): Promise<Loaded> => {
    loads.push('loaded');
    return { binding, platform: 'test' };
  }, options);
  return { binding, engine, loads };
}

function engineWithout(options: NativeEngineOptions = {}) {
  const messages: string[] = [];
  const onUnavailable = (message: string) => messages.push(message);
  const problem = 'it is not installed';
  return { engine: engineOf(async () => ({ binding: null, problem }), { onUnavailable, ...options }), messages };
}

/** Claims to have hashed. */
class IdleBinding extends FakeBinding {
  override start({ files }: HashRequest): Run {
    const digests = new Uint8Array(32 * files.length);
    return {
      progress: () => ({ jobs: 0, bytes: 0 }),
      stop() {},
      finished: async () => ({ digests, pointers: new Uint32Array() }),
    };
  }
}

describe('what the compiled engine hashes', () => {
  it.each([
    [50_000, 2],
    [49_999, 0],
  ])('for %i files, freed memory is given back %i times', async (count, times) => {
    const binding = new IdleBinding();
    const engine = engineOf(async () => ({ binding, platform: 'test' }));
    const job = whole({ name: 'file', size: 1, content: { path: '/none' } });
    const digests = await engine.hash(Array(count).fill(job), { algorithm: 'sha256' });
    expect([digests.length, new Set(digests).size, binding.givenBack]).toEqual([count, 1, times]);
  });

  it('a small model is hashed in Node, and nothing is loaded for it', async () => {
    const { engine, binding, loads } = engineWith({});
    expect(await engine.hash([whole(fileOf('abc'))], { algorithm: 'sha256' })).toEqual([sha256('abc')]);
    expect([binding.runs, loads.length, engine.used]).toEqual([0, 0, 'node']);
  });

  it.each([
    ['in one file', () => [whole(fileOf(Buffer.alloc(16_000_000)))]],
    ['in many files', () => copiesOf(400)],
    ['in a file whose size was not looked up', () => [whole({ ...fileOf(Buffer.alloc(16_000_000)), size: null })]],
  ])('a large model is hashed by the compiled engine: %s', async (_, jobs) => {
    const { engine, binding } = engineWith({});
    await engine.hash(jobs(), { algorithm: 'sha256' });
    expect([binding.runs, engine.used]).toEqual([1, 'native']);
  });

  it('an algorithm that it does not know is refused as by the engine in Node', async () => {
    const { engine } = engineWith();
    const hashing = engine.hash([whole(fileOf('abc'))], { algorithm: 'md5' as never });
    await expect(hashing).rejects.toMatchObject({ code: 'manifest/algorithm-unsupported' });
  });

  it('a path that no file can have is left to Node, whose error it is', async () => {
    const { engine, binding } = engineWith();
    const job = whole({ name: 'odd', size: 1, content: { path: 'a\0b' } });
    await expect(engine.hash([job], { algorithm: 'sha256' })).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' });
    expect(binding.runs).toBe(0);
  });

  it('where the system has no thread for it, Node hashes', async () => {
    const { engine, binding } = engineWith();
    binding.start = () => {
      throw Object.assign(new Error('Resource temporarily unavailable'), { code: 'GenericFailure' });
    };
    const totals: unknown[] = [];
    const onProgress = ({ totalBytes }: { totalBytes: number | null }) => void totals.push(totalBytes);
    const found = await engine.hash([whole(fileOf('abc'))], { algorithm: 'sha256', onProgress });
    expect([found, engine.used, totals.at(-1)]).toEqual([[sha256('abc')], 'node', 3]);
  });

  it('files that are read through functions are hashed in Node, beside those that it hashes', async () => {
    const { engine, binding } = engineWith();
    const content = {
      async *read() {
        yield Buffer.from('stream');
      },
    };
    const jobs = [whole(fileOf('a')), { ...whole({ name: 's', size: 6, content }), end: 6 }, whole(fileOf('b'))];
    const seen: number[] = [];
    const digests = await engine.hash(jobs, { algorithm: 'sha256', onProgress: ({ jobs }) => seen.push(jobs) });
    expect(digests).toEqual([sha256('a'), sha256('stream'), sha256('b')]);
    expect([binding.asked.length, seen.at(-1)]).toEqual([2, 3]);
  });

  it('a model is signed and verified with it', async () => {
    const { engine, binding } = engineWith();
    const model = localModel(path.dirname(fileOf('abc').content.path));
    const { privateKey, publicKey } = testKey();
    const { bundle } = await signModel(model, keySigner({ privateKey }), { engine });
    await verifyModel(model, bundle, keyVerifier({ publicKey }), { engine });
    expect([binding.runs, engine.used]).toEqual([2, 'native']);
  });
});

describe('what the compiled engine is asked for', () => {
  it('ranges of one file share it, whichever jobs lie between them, and paths are in UTF-8', async () => {
    const { engine, binding } = engineWith();
    const [a, b] = [fileOf('0123456789', 'ä/€ 🙂'), fileOf('xyz')];
    const jobs = [{ file: a, start: 0, end: 4 }, whole(b), { file: a, start: 4, end: 10 }];
    const digests = await engine.hash(jobs, { algorithm: 'sha256', threads: 3 });
    expect(digests).toEqual([sha256('0123'), sha256('xyz'), sha256('456789')]);
    expect(binding.asked).toEqual([
      { path: a.content.path, size: 10, file: 0, start: 0, end: 4 },
      { path: b.content.path, size: 3, file: 1, start: 0, end: -1 },
      { path: a.content.path, size: 10, file: 0, start: 4, end: 10 },
    ]);
    expect(binding.threads).toBe(3);
  });

  it('a file that was listed with two sizes is asked for as two, of which one fails', async () => {
    const { engine, binding } = engineWith();
    const file = fileOf('0123456789');
    await engine.hash([whole(file), whole({ ...file, size: 9 })], { algorithm: 'sha256' });
    expect(binding.asked.map(({ file, size }) => [file, size])).toEqual([
      [0, 10],
      [1, 9],
    ]);
  });

  it('more digests than are converted at once are in the order of their jobs', async () => {
    const { engine } = engineWith();
    const file = fileOf(Buffer.from(Array.from({ length: 3000 }, (_, i) => i)));
    const jobs = Array.from({ length: 1100 }, (_, start) => ({ file, start, end: start + 5 }));
    const bytes = Buffer.from(Array.from({ length: 3000 }, (_, i) => i));
    const expected = jobs.map(({ start, end }) => sha256(bytes.subarray(start, end)));
    expect(await engine.hash(jobs, { algorithm: 'sha256' })).toEqual(expected);
  });

  it('pointers that it reports are reported if they are whole ones', async () => {
    const { engine } = engineWith();
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 5\n`;
    const jobs = [whole(fileOf('version 1\n', 'notes')), whole(fileOf(pointer, 'weights'))];
    const found: [string, string][] = [];
    const onPointer = ({ file }: HashJob, kind: string) => found.push([file.name, kind]);
    await engine.hash(jobs, { algorithm: 'sha256', onPointer });
    expect(found).toEqual([['weights', 'git-lfs']]);
  });
});

describe('how it fails', () => {
  const failure = (change: Partial<Failure>): Failure => ({
    ...{ job: 1, kind: 'changed', message: 'was replaced', syscall: '', errno: 0 },
    ...change,
  });
  const hashWith = async (change: Partial<Failure>) => {
    const { engine, binding } = engineWith();
    binding.failure = failure(change);
    await engine.hash([whole(fileOf('a', 'a')), whole(fileOf('b', 'b'))], { algorithm: 'sha256' });
  };

  it('a file that changed is named, with what happened to it', async () => {
    const message = 'the file "b" was replaced while the model was read';
    await expect(hashWith({})).rejects.toMatchObject({ code: 'model/changed', message });
  });

  it('a failing system call is described as Node does', async () => {
    const message = 'the file "b" cannot be read: i/o error (EIO)';
    const expected = { code: 'model/unreadable', message, cause: { code: 'EIO', errno: -5, syscall: 'read' } };
    await expect(hashWith({ kind: 'system', syscall: 'read', errno: -5 })).rejects.toMatchObject(expected);
  });

  it('an error number that Node does not know is told as it is', async () => {
    const message = /the operating system reports an error \(error -9999\)/;
    await expect(hashWith({ kind: 'system', syscall: 'read', errno: -9999 })).rejects.toThrow(message);
  });

  it('a failure that is about no file is a bug, and no verdict', async () => {
    const hashing = hashWith({ kind: 'stopped', message: 'a thread ended' });
    await expect(hashing).rejects.toThrow('the native engine failed: a thread ended');
    await expect(hashing).rejects.not.toHaveProperty('stage');
  });

  it('an abort stops it with the reason, and nothing is left running', async () => {
    const { engine, binding } = engineWith();
    const controller = new AbortController();
    const jobs = copiesOf(500);
    const onProgress = () => controller.abort(new Error('enough'));
    const hashing = engine.hash(jobs, { algorithm: 'sha256', signal: controller.signal, onProgress });
    await expect(hashing).rejects.toThrow('enough');
    expect(binding.running).toBe(0);
  });

  it('a verb that is aborted rejects once nothing is left running', async () => {
    const { engine, binding } = engineWith();
    const folder = path.dirname(
      (copiesOf(500)[0] as HashJob & { file: { content: { path: string } } }).file.content.path,
    );
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error('enough'));
    const hashing = hashModel(localModel(folder), { engine, signal: controller.signal, onProgress });
    await expect(hashing).rejects.toThrow('enough');
    expect([binding.runs, binding.running]).toEqual([1, 0]);
  });

  it('a progress callback that throws stops it with that error, and nothing is left running', async () => {
    const { engine, binding } = engineWith();
    const jobs = copiesOf(500);
    const onProgress = () => {
      throw new RangeError('display broke');
    };
    await expect(engine.hash(jobs, { algorithm: 'sha256', onProgress })).rejects.toThrow('display broke');
    expect(binding.running).toBe(0);
  });
});

describe('an engine that cannot be loaded', () => {
  it('Node hashes in its place, and one message says why', async () => {
    const { engine, messages } = engineWithout({ use: 'always' });
    for (const text of ['a', 'b']) {
      expect(await engine.hash([whole(fileOf(text))], { algorithm: 'sha256' })).toEqual([sha256(text)]);
    }
    expect(messages).toEqual(['the native engine is not used, because it is not installed']);
    expect(engine.used).toBe('node');
  });

  it('nothing is said of it for a model that is too small for it', async () => {
    const { engine, messages } = engineWithout();
    await engine.hash([whole(fileOf('a'))], { algorithm: 'sha256' });
    expect(messages).toEqual([]);
  });

  it('threads of Node are started ahead for a model of many files', async () => {
    const { engine } = engineWithout();
    const jobs = copiesOf(1500);
    await using prepared = await engine.prepare?.(jobs.length, {});
    expect(await prepared?.hash(jobs, { algorithm: 'sha256' })).toEqual(jobs.map(() => sha256('x')));
  });
});
