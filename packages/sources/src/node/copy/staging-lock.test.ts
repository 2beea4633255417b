import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { refusalOf } from '@model-signing/testing/refusal';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SourceError } from '../../source-error.ts';
import { StagingLock } from './staging-lock.ts';

const failed = refusalOf(SourceError);
const mine = { process: process.pid, host: hostname() };

function lockPath(holder?: object | string): string {
  const file = path.join(temporaryDirectory(), 'lock');
  if (holder !== undefined) writeFileSync(file, typeof holder === 'string' ? holder : JSON.stringify(holder));
  return file;
}

/** A process that runs until the test ends, or has ended. */
async function child(isRunning: boolean): Promise<number> {
  const started = spawn(process.execPath, ['-e', isRunning ? 'setInterval(() => {}, 1000)' : '']);
  if (isRunning) onTestFinished(() => void started.kill());
  else await once(started, 'exit');
  return started.pid ?? 0;
}

describe('the lock of the folder beside a target', () => {
  it('the lock says which process holds it, and is gone once it is disposed of', async () => {
    const file = lockPath();
    const lock = await StagingLock.take(file);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(mine);
    const error = await failed('source/target-unusable', () => StagingLock.take(file));
    expect(error.message).toContain(`process ${process.pid} on`);
    await lock[Symbol.asyncDispose]();
    expect(existsSync(file)).toBe(false);
    await using _ = await StagingLock.take(file);
  });

  it.each<[string, () => Promise<object | string>]>([
    ['of a process that has ended', async () => ({ ...mine, process: await child(false) })],
    ['of an earlier process with the number of this one', async () => mine],
    ['that was not written to its end', async () => '{"proc'],
    ['that is empty', async () => ''],
    ['with an impossible process', async () => ({ ...mine, process: -1 })],
  ])('a lock %s is taken over', async (_, holder) => {
    const file = lockPath(await holder());
    await using _lock = await StagingLock.take(file);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(mine);
    expect(readdirSync(path.dirname(file))).toEqual(['lock']);
  });

  it.each<[string, () => Promise<object>]>([
    ['of a process that runs', async () => ({ ...mine, process: await child(true) })],
    ['of another machine', async () => ({ ...mine, host: 'elsewhere' })],
  ])('a lock %s is respected, and the message says what to do', async (_, holder) => {
    const held = await holder();
    const file = lockPath(held);
    const { message } = await failed('source/target-unusable', () => StagingLock.take(file));
    expect(message).toContain(`if it no longer runs, delete "${file}"`);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(held);
  });
});
