import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startHub } from '@model-signing/testing/hub';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { huggingFaceModel } from '../huggingface/model.ts';
import * as web from '../web/hub-environment.ts';
import { hubEndpoint, hubToken } from './hub-environment.ts';

afterEach(() => void vi.unstubAllEnvs());

function fileWith(name: string, text: string): string {
  const file = path.join(temporaryDirectory(), name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

it('the hub is the one that HF_ENDPOINT names, else Hugging Face', () => {
  expect(hubEndpoint({ HF_ENDPOINT: ' https://hub.example ' })).toBe('https://hub.example');
  expect(hubEndpoint({ HF_ENDPOINT: '' })).toBe('https://huggingface.co');
  expect(hubEndpoint({})).toBe('https://huggingface.co');
});

it('the token is that of HF_TOKEN, then that of HF_TOKEN_PATH, of HF_HOME and of the cache', async () => {
  const HF_TOKEN_PATH = fileWith('file', 'of-path\n');
  const HF_HOME = path.dirname(fileWith('token', 'of-home'));
  const XDG_CACHE_HOME = path.dirname(path.dirname(fileWith('huggingface/token', 'of-cache')));
  expect(await hubToken({ HF_TOKEN: ' given ', HF_TOKEN_PATH, HF_HOME, XDG_CACHE_HOME })).toBe('given');
  expect(await hubToken({ HF_TOKEN: '', HF_TOKEN_PATH, HF_HOME, XDG_CACHE_HOME })).toBe('of-path');
  expect(await hubToken({ HF_HOME, XDG_CACHE_HOME })).toBe('of-home');
  expect(await hubToken({ XDG_CACHE_HOME })).toBe('of-cache');
});

it('without a file, or with an empty one, there is no token', async () => {
  expect(await hubToken({ HF_TOKEN_PATH: path.join(temporaryDirectory(), 'none') })).toBe(null);
  expect(await hubToken({ HF_TOKEN_PATH: fileWith('file', '\n') })).toBe(null);
});

it('a file of the token that cannot be read is refused by its name, and not taken for none', async () => {
  const directory = temporaryDirectory();
  const error = await hubToken({ HF_TOKEN_PATH: directory }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'source/unauthorized', message: expect.stringContaining(directory) });
  const file = fileWith('file', 'secret');
  chmodSync(file, 0);
  if (process.getuid?.() === 0) return; // root reads every file
  await expect(hubToken({ HF_TOKEN_PATH: file })).rejects.toMatchObject({ code: 'source/unauthorized' });
});

it('the token of the environment is sent to the hub of the environment, and to no other one', async () => {
  const [hub, other] = await Promise.all([0, 1].map(() => startHub({ repositories: { 'org/model': { a: 'a' } } })));
  if (!hub || !other) throw new Error('no hub was started');
  onTestFinished(async () => void (await Promise.all([hub.stop(), other.stop()])));
  vi.stubEnv('HF_ENDPOINT', `${hub.url}/`);
  vi.stubEnv('HF_TOKEN', 'hf_secret');
  await huggingFaceModel('hf://org/model');
  await huggingFaceModel('hf://org/model', { endpoint: hub.url });
  await huggingFaceModel('hf://org/model', { token: null });
  await huggingFaceModel('hf://org/model', { endpoint: other.url });
  expect(hub.log.map(({ authorization }) => authorization)).toEqual(['Bearer hf_secret', 'Bearer hf_secret', null]);
  expect(other.log.map(({ authorization }) => authorization)).toEqual([null]);
});

it('a browser has the usual hub and no token', async () => {
  expect([web.hubEndpoint(), await web.hubToken()]).toEqual(['https://huggingface.co', null]);
});
