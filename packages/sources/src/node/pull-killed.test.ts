import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { keySigner, openSignature, signModel } from '@model-signing/core';
import { startHub } from '@model-signing/testing/hub';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { expect, it, onTestFinished } from 'vitest';
import { huggingFaceModel } from '../huggingface/model.ts';
import { filesIn, key, verifier } from '../testing/pull-world.ts';
import { pull } from './pull.ts';

const program = path.join(import.meta.dirname, '../testing/pull-process.ts');

it('a pull whose process is killed leaves nothing in the target, and the next one goes on from there', async () => {
  const files = { 'a.bin': randomBytes(100_000), 'b.bin': randomBytes(3_000_000) };
  const hub = await startHub({ repositories: { 'org/model': files } });
  onTestFinished(() => hub.stop());
  const open = () => huggingFaceModel('hf://org/model', { endpoint: hub.url, token: null });
  const { bundle } = await signModel(await open(), keySigner(key));
  hub.commit('org/model', { ...files, 'model.sig': bundle });
  hub.faults.set('b.bin', { stallAfter: 2_000_000, times: 1 });
  const parent = temporaryDirectory();
  const [to, publicKey] = [path.join(parent, 'model'), path.join(parent, 'key.pub')];
  writeFileSync(publicKey, key.publicKey);

  const child = spawn(process.execPath, [program, hub.url, publicKey, to]);
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const written = () => Math.max(0, ...(existsSync(`${to}.part`) ? Object.values(filesIn(`${to}.part`)) : []));
  await expect.poll(() => child.exitCode !== null || written() > 1_000_000, { timeout: 240_000 }).toBe(true);
  expect(errors).toBe('');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(existsSync(to)).toBe(false);
  expect(existsSync(path.join(`${to}.part`, 'lock'))).toBe(true);

  const result = await pull(await open(), await openSignature(bundle, verifier), { to, bundle });
  expect(result.verification.verdict).toBe('verified');
  expect(result.resumedBytes).toBeGreaterThan(1_000_000);
  expect(result.resumedBytes + result.downloadedBytes).toBe(3_100_000);
  expect(readFileSync(path.join(to, 'b.bin'))).toEqual(files['b.bin']);
  expect(existsSync(`${to}.part`)).toBe(false);
});
