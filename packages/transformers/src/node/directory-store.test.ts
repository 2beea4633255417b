import { readFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { expect, it } from 'vitest';
import { directoryStore } from './directory-store.ts';

it('the directories above a file are made with it', async () => {
  const directory = path.join(temporaryDirectory(), 'not', 'yet');
  const store = directoryStore(directory, 'acme/model', 'main');
  await store.write('onnx/model.onnx', new Response('weights'));
  expect(readFileSync(path.join(directory, 'acme/model/onnx/model.onnx'), 'utf8')).toBe('weights');
  expect(Buffer.from((await store.read('onnx/model.onnx')) ?? []).toString()).toBe('weights');
});

it.runIf(process.platform === 'linux')('a place in which no directory can be made is refused at once', async () => {
  const store = directoryStore('/proc/no/such/cache', 'acme/model', 'main');
  await expect(store.write('config.json', new Response('{}'))).rejects.toMatchObject({ code: 'ENOENT' });
});
