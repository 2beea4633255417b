import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { isOmsError, keySigner, keyVerifier, localModel, signModel } from '@model-signing/core';
import { testKey } from '@model-signing/testing/forge';
import { type Hub, type HubFile, startHub } from '@model-signing/testing/hub';
import { modelDirectory, type Tree, temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TransformersEnv } from './environment.ts';
import { guard } from './guard.ts';
import type { GuardOptions } from './guard-options.ts';
import type { GuardCache } from './store.ts';
import { externalDataOf } from './stored-model.ts';
import { type LoadOptions, loadFile, newEnv } from './testing/loader.ts';

const key = testKey();
const verifier = keyVerifier(key);

/** More than is read before it is handed over. */
const LARGE = 'w'.repeat(3_000_000);

const FILES = { 'config.json': '{}', 'onnx/model.onnx': LARGE, 'onnx/model.onnx_data': 'data', 'empty.txt': '' };

type Settings = Partial<GuardOptions<never>> & { readonly shardSize?: number; readonly files?: Tree };

/** A hub with a signed model, and an `env` in which the model is guarded. */
async function startGuard({ shardSize, files: tree = FILES, ...options }: Settings = {}) {
  const signedAs = shardSize === undefined ? {} : { shardSize };
  const { bundle } = await signModel(localModel(modelDirectory(tree)), keySigner(key), signedAs);
  const files: Record<string, HubFile> = { ...tree, 'model.sig': bundle };
  const hub = await startHub({ repositories: { 'org/tiny': files, 'org/other': { 'config.json': '{}' } } });
  onTestFinished(hub.stop);
  const directory = temporaryDirectory();
  const env = newEnv(hub.url, directory);
  const revision = hub.head('org/tiny');
  const guarded = await guard(env, { model: 'org/tiny', revision, verifier, ...options } as GuardOptions<never>);
  const load = (name: string, how: LoadOptions = {}) => loadFile(env, name, { revision, ...how });
  const cached = (name: string) => path.join(directory, 'org/tiny', revision, name);
  hub.log.length = 0;
  return { hub, env, directory, bundle, revision, guarded, load, cached, files };
}

async function refusalOf(attempt: () => Promise<unknown>): Promise<unknown> {
  try {
    await attempt();
  } catch (error) {
    return isOmsError(error) ? [error.code, ...error.differences.map(({ kind, path }) => `${kind} ${path}`)] : error;
  }
  return 'accepted';
}

const contentRequests = (hub: Hub) => hub.log.filter(({ bytes }) => bytes > 100);

describe('guard', () => {
  it('a guarded model loads as it was signed, and the report says what was read', async () => {
    const { guarded, load, cached } = await startGuard();
    expect(await load('config.json')).toBe('{}');
    expect(await load('onnx/model.onnx', { forRuntime: true })).toBe(cached('onnx/model.onnx'));
    expect(readFileSync(cached('onnx/model.onnx'), 'utf8')).toBe(LARGE);
    guarded.confirm();
    expect(guarded.report).toMatchObject({
      signer: { method: 'key' },
      verified: ['config.json', 'onnx/model.onnx'],
      unchecked: 2,
      refused: [],
      evicted: [],
      otherRevisions: [],
      passed: [],
    });
  });

  it('a second load reads the cache, and compares each file again', async () => {
    const { hub, guarded, load, directory, env, revision } = await startGuard();
    await load('config.json');
    await load('onnx/model.onnx', { forRuntime: true });
    guarded.release();
    hub.log.length = 0;
    const again = await guard(env, { model: 'org/tiny', revision, verifier });
    await load('config.json');
    await load('onnx/model.onnx', { forRuntime: true });
    expect(contentRequests(hub).map(({ path }) => path.includes('model.sig'))).toEqual([true]);
    expect(again.report.verified).toEqual(['config.json', 'onnx/model.onnx']);
    expect(readdirSync(path.join(directory, 'org/tiny', revision, 'onnx'))).toEqual(['model.onnx']);
  });

  it.each([
    ['by its path', { forRuntime: true }, {}],
    ['in memory', { forRuntime: true }, { inMemory: true }],
  ])('a file that was changed in the cache is removed and fetched again, %s', async (_, how, settings) => {
    const { hub, guarded, load, cached } = await startGuard(settings);
    await load('onnx/model.onnx', how);
    guarded.confirm();
    for (const content of [LARGE.replace('w', 'x'), LARGE.slice(1), `${LARGE}w`, '']) {
      writeFileSync(cached('onnx/model.onnx'), content);
      hub.log.length = 0;
      const loaded = await load('onnx/model.onnx', how);
      expect('inMemory' in settings ? loaded : readFileSync(loaded, 'utf8')).toBe(LARGE);
      expect(contentRequests(hub)).toHaveLength(1);
    }
    expect(guarded.report.evicted).toEqual(['onnx/model.onnx']);
    guarded.confirm();
  });

  it('a link in the place of a cached file is removed, and the file is fetched again', async () => {
    const { guarded, load, cached, directory } = await startGuard();
    await load('onnx/model.onnx', { forRuntime: true });
    const elsewhere = path.join(directory, 'elsewhere');
    writeFileSync(elsewhere, LARGE);
    rmSync(cached('onnx/model.onnx'));
    symlinkSync(elsewhere, cached('onnx/model.onnx'));
    await load('onnx/model.onnx', { forRuntime: true });
    expect(guarded.report.evicted).toEqual(['onnx/model.onnx']);
    expect(readFileSync(elsewhere, 'utf8')).toBe(LARGE);
    guarded.confirm();
  });

  it.each(['onnx/model.onnx', 'onnx/tokenizer.json'])(
    'a link in the place of a directory of %s is removed, and what is behind it stays',
    async (name) => {
      const { guarded, load, cached, directory } = await startGuard({ files: { ...FILES, [name]: 'signed' } });
      const how = { forRuntime: name.endsWith('.onnx') };
      const elsewhere = path.join(directory, 'elsewhere');
      for (const content of [{}, { [path.basename(name)]: 'of others' }]) {
        rmSync(elsewhere, { recursive: true, force: true });
        mkdirSync(elsewhere);
        for (const [file, text] of Object.entries(content)) writeFileSync(path.join(elsewhere, file), text);
        rmSync(cached('onnx'), { recursive: true, force: true });
        mkdirSync(cached(''), { recursive: true });
        symlinkSync(elsewhere, cached('onnx'));
        const loaded = await load(name, how);
        expect(how.forRuntime ? readFileSync(loaded, 'utf8') : loaded).toBe('signed');
        expect(readdirSync(elsewhere)).toEqual(Object.keys(content));
        guarded.confirm();
      }
      expect(guarded.report.evicted).toEqual([name]);
    },
  );

  it('confirm fails if a file was changed on the disk after it was compared, even if its time is set back', async () => {
    const { guarded, load, cached } = await startGuard();
    await load('onnx/model.onnx', { forRuntime: true });
    writeFileSync(cached('onnx/model.onnx'), LARGE.replace('w', 'x'));
    utimesSync(cached('onnx/model.onnx'), 0, 0);
    expect(() => guarded.confirm()).toThrow(
      'the file "onnx/model.onnx" in the cache was changed after it was compared with what was signed',
    );
    expect(guarded.report.refused.map(({ code }) => code)).toEqual(['model/changed']);
  });

  it('external data that lies beside an ONNX file is compared even if only ONNX Runtime asks for it', async () => {
    const { guarded, load, cached } = await startGuard();
    await load('onnx/model.onnx', { forRuntime: true });
    await load('onnx/model.onnx_data', { forRuntime: true });
    writeFileSync(cached('onnx/model.onnx_data'), 'evil');
    await load('onnx/model.onnx', { forRuntime: true });
    expect(existsSync(cached('onnx/model.onnx_data'))).toBe(false);
    expect(guarded.report.evicted).toEqual(['onnx/model.onnx_data']);
    expect(guarded.report.verified).toContain('onnx/model.onnx');
    await load('onnx/model.onnx_data', { forRuntime: true });
    guarded.confirm();
  });

  it('confirm fails if external data appeared that was not there to be compared, unless the guard wrote it', async () => {
    const { guarded, load, cached } = await startGuard();
    await load('onnx/model.onnx', { forRuntime: true });
    guarded.confirm();
    writeFileSync(cached('onnx/model.onnx_data'), 'evil');
    expect(() => guarded.confirm()).toThrow(
      'the file "onnx/model.onnx_data" in the cache appeared after its ONNX file was handed over',
    );
    await load('onnx/model.onnx', { forRuntime: true });
    expect(existsSync(cached('onnx/model.onnx_data'))).toBe(false);
    await load('onnx/model.onnx_data', { forRuntime: true });
    guarded.confirm();
  });

  it.each([
    ['the data of another ONNX file', 'onnx/model.onnx_data'],
    ['a file that is usually read in memory', 'onnx/weights.json'],
    ['a file in a directory below', 'onnx/model.onnx_parts/1'],
  ])('%s is compared if an ONNX file names it, which only ONNX Runtime reads', async (_, data) => {
    const graph = `${'x'.repeat(2_097_145)}${data.slice('onnx/'.length)}x`; // across a limit of what is read at once
    const files = { ...FILES, [data]: 'data', 'onnx/merged.onnx': graph, 'onnx/other.onnx': 'other' };
    const { guarded, load, cached } = await startGuard({ files });
    const poison = () => {
      mkdirSync(path.dirname(cached(data)), { recursive: true });
      writeFileSync(cached(data), 'evil');
    };
    await load('onnx/other.onnx', { forRuntime: true });
    await load('onnx/merged.onnx', { forRuntime: true });
    guarded.confirm();
    poison();
    expect(() => guarded.confirm()).toThrow(`the file "${data}" in the cache appeared after its ONNX file`);
    await load('onnx/other.onnx', { forRuntime: true });
    expect(existsSync(cached(data))).toBe(true); // it means other data
    await load('onnx/merged.onnx', { forRuntime: true });
    expect(existsSync(cached(data))).toBe(false);
    expect(guarded.report.evicted).toEqual([data]);
    poison();
    await load('onnx/merged.onnx', { forRuntime: true });
    expect(existsSync(cached(data))).toBe(false);
    await load(data, { forRuntime: true });
    await load('onnx/merged.onnx', { forRuntime: true });
    guarded.confirm();
    poison();
    expect(() => guarded.confirm()).toThrow(`the file "${data}" in the cache was changed after it was compared`);
  });

  it('external data of an ONNX file is what is beside or below it, of any name, and hardly that of another', () => {
    const names = ['onnx/a.onnx', 'onnx/a.onnx_data', 'onnx/ab.onnx', 'onnx/ab.onnx_data_1', 'onnx/layer.weight'];
    const signed = new Set([...names, 'onnx/sub/x.bin', 'onnx/config.json', 'other.bin']);
    expect(externalDataOf('onnx/a.onnx', signed)).toEqual({
      likely: ['onnx/a.onnx_data', 'onnx/layer.weight', 'onnx/sub/x.bin'],
      unlikely: ['onnx/ab.onnx_data_1', 'onnx/config.json'],
    });
    expect(externalDataOf('onnx/a.onnx_data', signed)).toEqual({ likely: [], unlikely: [] });
  });

  it.each([
    ['config.json', { flip: 1 }, ['model/mismatch', 'modified config.json']],
    ['config.json', { bare: true, flip: 1 }, ['model/mismatch', 'modified config.json']],
    ['onnx/model.onnx', { flip: 2_999_999 }, ['model/mismatch', 'modified onnx/model.onnx']],
    ['config.json', { status: 404 }, ['model/mismatch', 'missing config.json']],
    ['config.json', { status: 410 }, ['model/mismatch', 'missing config.json']],
    ['config.json', { status: 403 }, ['model/unreadable']],
    ['config.json', { status: 500 }, ['model/unreadable']],
    ['config.json', { status: 204 }, ['model/unreadable']],
    ['onnx/model.onnx', { cutAfter: 1_000_000 }, ['model/unreadable']],
    ['onnx/model.onnx', { bare: true, cutAfter: 1_000_000 }, ['model/unreadable']],
    [
      'onnx/model.onnx_data',
      { respond: () => ({ body: 'other' }) },
      ['model/mismatch', 'modified onnx/model.onnx_data'],
    ],
  ])('%s is refused if the server does this: %j', async (name, fault, expected) => {
    const { hub, guarded, load, cached } = await startGuard();
    hub.faults.set(name, fault);
    for (const forRuntime of [false, true]) expect(await refusalOf(() => load(name, { forRuntime }))).toEqual(expected);
    expect(guarded.report.verified).toEqual([]);
    expect(guarded.report.refused).toHaveLength(2);
    expect(await refusalOf(async () => guarded.confirm())).toEqual(expected);
    expect(existsSync(cached(name))).toBe(false);
    hub.faults.delete(name);
    await load(name);
    guarded.confirm();
  });

  it('an endless file is refused at the end of the last shard that was signed', async () => {
    const { hub, load } = await startGuard({ shardSize: 1_000_000 });
    hub.faults.set('onnx/model.onnx', { endless: true });
    expect(await refusalOf(() => load('onnx/model.onnx'))).toEqual(['model/mismatch', 'modified onnx/model.onnx']);
  });

  it('a length that the server states for encoded content does not reach the loader', async () => {
    const { hub, env, load, revision } = await startGuard();
    const gzip = new Response(new Response('{}').body?.pipeThrough(new CompressionStream('gzip')));
    const body = new Uint8Array(await gzip.arrayBuffer());
    const headers = { 'content-encoding': 'gzip', 'content-length': String(body.length) };
    hub.faults.set('config.json', { respond: () => ({ headers, body }) });
    expect(await load('config.json')).toBe('{}');
    const response = await env.fetch(`${hub.url}/org/tiny/resolve/${revision}/config.json`);
    expect([...response.headers]).toEqual([['content-length', '2']]);
  });

  it('a body that is shorter than the server states is refused, since the loader would fill it up with zeros', async () => {
    const { env, guarded, load, bundle, revision } = await startGuard();
    guarded.release();
    const headers = { 'content-length': '4000000' };
    env.fetch = async () => new Response(LARGE, { headers });
    const again = await guard(env, { model: 'org/tiny', revision, verifier, signature: bundle });
    expect(await refusalOf(() => load('onnx/model.onnx'))).toEqual(['model/unreadable']);
    expect(again.report.refused[0]?.message).toContain('the server states 4000000 bytes and sends 3000000');
  });

  it('a redirect is followed, and what comes from there is compared', async () => {
    const { hub, guarded, load, revision } = await startGuard();
    const location = `${hub.url}/org/other/resolve/main/config.json`;
    hub.faults.set(`/org/tiny/resolve/${revision}/config.json`, { location });
    hub.commit('org/other', { 'config.json': '[]' });
    expect(await refusalOf(() => load('config.json'))).toEqual(['model/mismatch', 'modified config.json']);
    hub.commit('org/other', { 'config.json': '{}' });
    expect(await load('config.json')).toBe('{}');
    guarded.confirm();
  });

  it('a file that is not signed is refused if the server has it, and is absent if it has none', async () => {
    const { hub, files, env, guarded } = await startGuard({ revision: 'main' });
    const load = () => loadFile(env, 'generation_config.json');
    await expect(load()).rejects.toThrow('status 404');
    guarded.confirm();
    hub.commit('org/tiny', { ...files, 'generation_config.json': '{}' });
    expect(await refusalOf(load)).toEqual(['model/mismatch', 'unsigned generation_config.json']);
    expect(await refusalOf(async () => guarded.confirm())).toEqual([
      'model/mismatch',
      'unsigned generation_config.json',
    ]);
  });

  it('the guarded revision is read whichever one is asked for', async () => {
    const { hub, files, load, guarded } = await startGuard();
    hub.commit('org/tiny', { ...files, 'config.json': '[]' });
    for (const revision of ['main', 'refs/pr/1']) expect(await load('config.json', { revision })).toBe('{}');
    expect(guarded.report.otherRevisions).toEqual(['main', 'refs/pr/1']);
    expect(contentRequests(hub).every(({ path }) => path.includes(guarded.revision))).toBe(true);
  });

  it('another model on the same host is refused, unless it is guarded as well or named', async () => {
    const { hub, env, load, guarded, bundle } = await startGuard();
    expect(await refusalOf(() => load('config.json', { model: 'org/other' }))).toEqual(['model/not-signed']);
    for (const address of [`${hub.url}/x/../org/other/resolve/main/config.json`, new URL('/any', hub.url)]) {
      expect(await refusalOf(() => env.fetch(address))).toEqual(['model/not-signed']);
    }
    expect(await refusalOf(async () => guarded.confirm())).toEqual(['model/not-signed']);
    const options = { revision: 'main', verifier, signature: bundle };
    const other = await guard(env, { ...options, model: 'org/other', unguarded: [`${hub.url}/org/free/`] });
    expect(await refusalOf(() => load('config.json', { model: 'org/other', revision: 'main' }))).toBe('accepted');
    expect(other.report.verified).toEqual(['config.json']);
    expect((await env.fetch(`${hub.url}/org/free/resolve/main/a?token=secret`)).ok).toBe(false);
    expect(other.report.passed).toEqual([`${hub.url}/org/free/resolve/main/a`]);
    await expect(guard(env, { ...options, model: 'org/other' })).rejects.toThrow('is guarded already');
    other.release();
    expect(await refusalOf(() => load('config.json', { model: 'org/other' }))).toEqual(['model/not-signed']);
  });

  it('what is requested from another host passes, and is listed without its query', async () => {
    const { hub, env, guarded } = await startGuard();
    await env.fetch(`${hub.bridge}/ort.wasm?key=secret`);
    expect(guarded.report.passed).toEqual([`${hub.bridge}/ort.wasm`]);
  });

  it('a part of a file gives its size and no content', async () => {
    const { hub, env, guarded, revision } = await startGuard();
    const address = `${hub.url}/org/tiny/resolve/${revision}/onnx/model.onnx`;
    const part = await env.fetch(address, { headers: { Range: 'bytes=0-0' } });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
      206,
      `bytes 0-0/${LARGE.length}`,
      '',
    ]);
    hub.faults.set('onnx/model.onnx', { ignoreRange: true });
    const whole = await env.fetch(address, { headers: { Range: 'bytes=0-0' } });
    expect([whole.status, await whole.text()]).toEqual([200, '']);
    expect(guarded.report.verified).toEqual([]);
    for (const status of [416, 404, 403]) {
      hub.faults.set('onnx/model.onnx', { status });
      expect(await refusalOf(() => env.fetch(address, { headers: { Range: 'bytes=0-0' } }))).not.toBe('accepted');
    }
    const empty = `${hub.url}/org/tiny/resolve/${revision}/empty.txt`;
    expect((await env.fetch(empty, { headers: { Range: 'bytes=0-0' } })).status).toBe(416);
  });

  it('names are those that transformers.js means, and not what their address would be shortened to', async () => {
    const { load, hub } = await startGuard();
    for (const name of [
      'config.json?a',
      'config.json#a',
      'c%6Fnfig.json',
      './config.json',
      'onnx/../config.json',
      'onnx//model.onnx',
    ]) {
      expect(await refusalOf(() => load(name))).not.toBe('accepted');
    }
    const paths = hub.log.map(({ path }) => path.split('/').at(-1));
    expect(paths).toContain('config.json%3Fa');
    expect(paths).toContain('c%256Fnfig.json');
  });

  it('a cache of the caller is used, and its entries are compared', async () => {
    const entries = new Map<string, Uint8Array<ArrayBuffer> | string>();
    const cache: GuardCache = {
      match: async (address) => {
        const found = entries.get(address);
        return typeof found === 'object' ? new Response(found) : found;
      },
      put: async (address, response) => void entries.set(address, new Uint8Array(await response.arrayBuffer())),
    };
    const { guarded, load, hub, revision } = await startGuard({ cache });
    expect(await load('onnx/model.onnx', { forRuntime: true })).toBe(LARGE);
    expect(await load('config.json', { revision: 'main' })).toBe('{}');
    const addressOf = (name: string) => `${hub.url}/org/tiny/resolve/${revision}/${name}`;
    expect([...entries.keys()]).toEqual(['onnx/model.onnx', 'config.json'].map(addressOf));
    entries.set(addressOf('config.json'), new TextEncoder().encode('[]'));
    expect(await load('config.json')).toBe('{}');
    expect(guarded.report.evicted).toEqual(['config.json']);
    entries.set(addressOf('config.json'), '/etc/passwd');
    expect(await load('config.json')).toBe('{}');
  });

  it('without a cache, ONNX files are handed over in memory', async () => {
    const { load, directory } = await startGuard({ cache: null });
    expect(await load('onnx/model.onnx', { forRuntime: true })).toBe(LARGE);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('what belongs to no guarded model is neither read from the cache nor kept', async () => {
    const { env } = await startGuard();
    const cache = env.customCache as GuardCache;
    await cache.put('https://cdn.example/ort.wasm', new Response('code'));
    expect(await cache.match('https://cdn.example/ort.wasm')).toBeUndefined();
    expect(await cache.delete?.('https://cdn.example/ort.wasm')).toBe(false);
  });

  it('bytes that are handed over twice are compared twice', async () => {
    const { env, hub, revision, load } = await startGuard({ inMemory: true });
    await load('config.json');
    const cache = env.customCache as GuardCache;
    const address = `${hub.url}/org/tiny/resolve/${revision}/config.json`;
    const [first, second] = [(await cache.match(address)) as Response, (await cache.match(address)) as Response];
    const taken = (await first.body?.getReader().read())?.value as Uint8Array;
    taken.fill(0);
    expect(await second.text()).toBe('{}');
  });

  it('settings that would lead around the guard cannot be changed until it is released', async () => {
    const { env, guarded } = await startGuard();
    const settings = env as unknown as Record<string, unknown>;
    for (const name of [
      'fetch',
      'customCache',
      'useCustomCache',
      'allowLocalModels',
      'remoteHost',
      'remotePathTemplate',
    ]) {
      expect(() => (settings[name] = 'x')).toThrow(`env.${name} cannot be changed while a model is guarded`);
    }
    expect(env.allowLocalModels).toBe(false);
    const plain = newEnv(env.remoteHost, env.cacheDir);
    guarded.release();
    guarded.release();
    expect(Object.keys(env)).toEqual(Object.keys(plain));
    expect({ ...env, fetch: null }).toEqual({ ...plain, fetch: null });
    env.fetch = plain.fetch;
  });

  it('settings that an env inherits are inherited again after the release', async () => {
    const { hub, bundle } = await startGuard();
    const plain = newEnv(hub.url);
    const env = Object.create(plain) as TransformersEnv;
    const guarded = await guard(env, { model: 'org/tiny', revision: 'main', verifier, signature: bundle });
    expect(env.fetch).not.toBe(plain.fetch);
    guarded.release();
    expect(Object.keys(env)).toEqual([]);
    expect(env.fetch).toBe(plain.fetch);
  });

  it('what is unguarded must be an address: the beginning of nothing would be that of all', async () => {
    const env = newEnv('https://hub.example');
    for (const wrong of ['', '/org', 'org/free', 'https://', 'https:///', 'ftp://hub.example/', 'https://[']) {
      const options = { model: 'org/tiny', revision: 'main', verifier, unguarded: ['https://hub.example/a/', wrong] };
      await expect(guard(env, options)).rejects.toThrow('the option unguarded must be');
    }
  });

  it('a signature by another key, or none, is refused before anything is guarded', async () => {
    const { hub, env, guarded, bundle } = await startGuard();
    guarded.release();
    const options = { model: 'org/tiny', revision: 'main', verifier };
    const attempts = [
      [{ verifier: keyVerifier(testKey()) }, ['signer/key-mismatch']],
      [{ signature: 'other.sig' }, ['model/not-found']],
      [{ signature: new TextEncoder().encode('{') }, ['bundle/not-json']],
      [{ model: 'org/other' }, ['model/not-found']],
    ] as const;
    for (const [change, expected] of attempts) {
      expect(await refusalOf(() => guard(env, { ...options, ...change }))).toEqual(expected);
      expect(env.allowLocalModels).toBe(true);
    }
    hub.faults.set('model.sig', { endless: true });
    expect(await refusalOf(() => guard(env, options))).toEqual(['bundle/too-large']);
    hub.faults.set('model.sig', { status: 500 });
    expect(await refusalOf(() => guard(env, options))).toEqual(['model/unreadable']);
    expect(await refusalOf(() => guard(env, { ...options, signature: bundle }))).toBe('accepted');
  });

  it('an env of another release is refused, since it may read past the guard', async () => {
    const options = { model: 'org/tiny', revision: 'main', verifier, signature: new Uint8Array() };
    const env = newEnv('https://hub.example');
    const wrong = [
      [{ ...env, version: '3.8.1' }, 'it says that it is version "3.8.1"'],
      [{ ...env, fetch: undefined }, 'it lacks fetch'],
      [{ ...env, remoteHost: '/models' }, 'env.remoteHost must be an absolute address'],
      [{ ...env, remotePathTemplate: '{model}/' }, 'env.remotePathTemplate must name {revision} once'],
      [null, 'it lacks fetch'],
    ] as const;
    for (const [each, message] of wrong) {
      await expect(guard(each as TransformersEnv, options)).rejects.toThrow(message);
    }
  });

  it('a model or revision that has no address of its own is refused', async () => {
    const env = newEnv('https://hub.example');
    for (const wrong of ['..', 'a/../b', '/a', 'a/', 'a b', 'a?b', 'a#b', '%2e%2e', 'a\\b']) {
      for (const option of ['model', 'revision']) {
        const options = { model: 'org/tiny', revision: 'main', verifier, [option]: wrong };
        await expect(guard(env, options)).rejects.toThrow(`the option ${option} must be a name on the hub`);
      }
    }
  });
});
