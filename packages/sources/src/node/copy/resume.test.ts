import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { keySigner, openSignature, signModel } from '@model-signing/core';
import { describe, expect, it } from 'vitest';
import { Cut } from '../../testing/memory-source.ts';
import { big, cut, filesIn, key, pullWorld, verifier } from '../../testing/pull-world.ts';
import { pull as pullModel } from '../pull.ts';

const onUnix = it.skipIf(process.platform === 'win32'); // links need POSIX

const whole = 'weights/a.bin:0:10000';
const rest = 'weights/a.bin:4000:10000';

describe('a pull after one that was cut', () => {
  it('nothing is in the target after a cut, and what came is kept', async () => {
    const { to, part } = await cut();
    expect(existsSync(to)).toBe(false);
    expect(Object.values(filesIn(part)).sort()).toEqual([0, 2, 4000]);
    expect(Object.keys(filesIn(part)).every((name) => name.startsWith('parts/'))).toBe(true);
  });

  it('a pull goes on where the last one was cut, and hashes again what was there', async () => {
    const { source, to, parent, pull } = await cut();
    const result = await pull({ concurrency: 1 });
    expect(result).toMatchObject({ resumedBytes: 4002, downloadedBytes: 6004, verification: { verdict: 'verified' } });
    expect(source.reads).toEqual([rest, 'weights/b.bin:0:4']);
    expect(readFileSync(path.join(to, 'weights/a.bin'))).toEqual(big);
    expect(readdirSync(parent)).toEqual(['pulled']);
  });

  it('a pull in shards goes on within the shard that was cut', async () => {
    const world = await pullWorld({ shardSize: 3000 });
    world.source.faults.set('weights/a.bin', { cutAfter: 1000, times: 2 });
    await expect(world.pull({ concurrency: 1 })).rejects.toThrow(Cut);
    await expect(world.pull({ concurrency: 1 })).rejects.toThrow(Cut);
    world.source.reads.length = 0;
    expect(await world.pull({ concurrency: 1 })).toMatchObject({ resumedBytes: 2002, downloadedBytes: 8004 });
    expect(world.source.reads[0]).toBe('weights/a.bin:2000:3000');
  });

  it('a shard that is wrong on the disk is fetched again, and the ones after it are kept', async () => {
    const { source, part, to, pull } = await pullWorld({ shardSize: 2000 });
    source.faults.set('weights/b.bin', { cutAfter: 0, times: 1 });
    await expect(pull({ concurrency: 1 })).rejects.toThrow(Cut);
    const [name = ''] = Object.entries(filesIn(part)).find(([, size]) => size === 10_000) ?? [];
    const wrong = Buffer.from(big);
    wrong.fill(0, 2500, 2600);
    writeFileSync(path.join(part, name), wrong);
    source.reads.length = 0;
    await pull({ concurrency: 1 });
    expect(source.reads).toEqual(['weights/a.bin:2000:4000', 'weights/b.bin:0:4']);
    expect(readFileSync(path.join(to, 'weights/a.bin'))).toEqual(big);
  });

  it.each<[string, (large: string) => void, string]>([
    ['has a wrong byte', (large) => writeFileSync(large, Buffer.alloc(4000)), whole],
    ['is longer than the file', (large) => writeFileSync(large, Buffer.alloc(20_000)), whole],
    ['is empty', (large) => truncateSync(large), whole],
    ['is gone', (large) => rmSync(large), whole],
    ['is complete', (large) => writeFileSync(large, big), ''],
    ['is complete, with more after it', (large) => writeFileSync(large, Buffer.concat([big, big])), ''],
  ])('a part that %s never lands unverified', async (_, change, read) => {
    const { source, to, large, pull } = await cut();
    change(large);
    expect((await pull()).verification.verdict).toBe('verified');
    expect(source.reads.filter((each) => each.startsWith('weights/a')).at(-1) ?? '').toBe(read);
    expect(readFileSync(path.join(to, 'weights/a.bin'))).toEqual(big);
  });

  onUnix.each<[string, (large: string, other: string) => void]>([
    ['a link', (large, other) => symlinkSync(other, large)],
    ['a second name of another file', (large, other) => linkSync(other, large)],
    ['a directory', (large) => mkdirSync(large)],
  ])('a part that is %s is replaced, and what it leads to is left as it is', async (_, make) => {
    const { parent, to, large, pull } = await cut();
    const other = path.join(parent, 'other');
    writeFileSync(other, 'other');
    rmSync(large);
    make(large, other);
    expect((await pull()).verification.verdict).toBe('verified');
    expect(readFileSync(other, 'utf8')).toBe('other');
    expect(readFileSync(path.join(to, 'weights/a.bin'))).toEqual(big);
  });

  it('a model that was put together but not put in place is taken up again', async () => {
    const { source, to, part, pull } = await pullWorld();
    await pull();
    mkdirSync(path.join(part, 'parts'), { recursive: true });
    renameSync(to, path.join(part, 'tree'));
    source.reads.length = 0;
    expect(await pull()).toMatchObject({ wasThere: false, downloadedBytes: 0, resumedBytes: 10_006 });
    expect(source.reads).toEqual([]);
  });

  onUnix('a link in what was put together leads to no file that is not ours', async () => {
    const { to, part, parent, pull } = await pullWorld();
    mkdirSync(path.join(part, 'tree'), { recursive: true });
    mkdirSync(path.join(parent, 'home'));
    writeFileSync(path.join(parent, 'home/a.bin'), 'secret');
    symlinkSync(path.join(parent, 'home'), path.join(part, 'tree/weights'));
    expect((await pull()).resumedBytes).toBe(0);
    expect(readFileSync(path.join(parent, 'home/a.bin'), 'utf8')).toBe('secret');
    expect(readFileSync(path.join(to, 'weights/a.bin'))).toEqual(big);
  });

  it('files that are the same in another version of the model are not fetched again', async () => {
    const { source, to, part } = await cut();
    writeFileSync(path.join(part, 'parts/unknown'), 'x');
    source.files.set('config.json', Buffer.from('{"v":2}'));
    const { bundle } = await signModel(source, keySigner(key));
    const signed = await openSignature(bundle, verifier);
    source.reads.length = 0;
    expect(await pullModel(source, signed, { to, bundle, concurrency: 1 })).toMatchObject({ resumedBytes: 4000 });
    expect(source.reads).toEqual(['config.json:0:7', rest, 'weights/b.bin:0:4']);
    expect(Object.keys(filesIn(to))).toHaveLength(5);
  });
});

describe('a pull that is aborted', () => {
  it('a pull that is aborted ends with the reason, leaves no read behind, and can be resumed', async () => {
    const { source, to, part, pull } = await pullWorld();
    source.faults.set('weights/a.bin', { stall: true });
    const controller = new AbortController();
    const reason = new Error('enough');
    const onProgress = () => setImmediate(() => controller.abort(reason));
    await expect(pull({ signal: controller.signal, onProgress })).rejects.toBe(reason);
    expect(existsSync(to)).toBe(false);
    expect(existsSync(path.join(part, 'lock'))).toBe(false);
    await expect.poll(() => source.isIdle, { timeout: 240_000 }).toBe(true);
    source.faults.clear();
    expect((await pull()).verification.verdict).toBe('verified');
  });

  it('a pull that is aborted before it begins does nothing', async () => {
    const { parent, pull } = await pullWorld();
    await expect(pull({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    expect(readdirSync(parent)).toEqual([]);
  });
});
