import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { keySigner, keyVerifier, type ListOptions, signModel, verifyModel } from '@model-signing/core';
import { type Hub, type HubFault, type HubOptions, startHub } from '@model-signing/testing/hub';
import { refusalOf } from '@model-signing/testing/refusal';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Transport } from '../http/transport.ts';
import { defaultTransport } from '../node/transport.ts';
import { parseReference } from '../reference.ts';
import { SourceError, type SourceErrorCode } from '../source-error.ts';
import { openRepository, type RepositoryOptions } from './model.ts';

const refused = refusalOf(SourceError);

const TOKEN = 'hf_0123456789abcdef';

const files = { 'config.json': '{}', 'sub/a.txt': 'a', 'weights.bin': Buffer.alloc(5000, 1) };

async function hubWith(options: Partial<HubOptions> = {}): Promise<Hub> {
  const hub = await startHub({ repositories: { 'org/model': files }, ...options });
  onTestFinished(() => hub.stop());
  return hub;
}

function open(hub: Hub, name = 'hf://org/model', options: Partial<RepositoryOptions> = {}) {
  const reference = parseReference(name);
  if (reference.kind !== 'huggingface') throw new Error(`${name} is not on a hub`);
  return openRepository(reference, { endpoint: hub.url, token: null, client: { pause: 1, attempts: 2 }, ...options });
}

const everything: ListOptions = { followSymlinks: false, excludes: () => false, sizes: false };

const listOf = async (hub: Hub, options: Partial<ListOptions> = {}) =>
  (await open(hub)).list({ ...everything, ...options });

const revision = '/api/models/org/model';
const treeOf = (hub: Hub) => `/api/models/org/model/tree/${hub.head('org/model')}`;

const json = (value: unknown, headers: Record<string, string> = {}): HubFault => ({
  respond: () => ({ headers, body: typeof value === 'string' ? value : JSON.stringify(value) }),
});

const file = (path: unknown, more: object = {}) => ({ type: 'file', oid: 'a'.repeat(40), size: 1, path, ...more });

describe('the commit', () => {
  it.each([
    ['none', {}],
    ['null', null],
    ['a list', []],
    ['a number', { sha: 7 }],
    ['a branch', { sha: 'main' }],
    ['an abbreviation', { sha: 'abcdef0' }],
    ['in capitals', { sha: 'A'.repeat(40) }],
    ['too long', { sha: 'a'.repeat(64) }],
    ['a path', { sha: `${'a'.repeat(37)}/..` }],
    ['two', '{"sha":"0000000000000000000000000000000000000000","sha":"1111111111111111111111111111111111111111"}'],
  ])('a hub that gives as the commit %s is refused', async (_, answer) => {
    const hub = await hubWith();
    hub.faults.set(revision, json(answer));
    await refused('source/response-invalid', () => open(hub));
    expect(hub.log).toHaveLength(1);
  });

  it('a hub that has another commit for a pinned one is refused', async () => {
    const hub = await hubWith();
    const pinned = 'b'.repeat(40);
    hub.faults.set(`${revision}/revision/${pinned}`, json({ sha: 'c'.repeat(40) }));
    await refused('source/response-invalid', () => open(hub, `hf://org/model@${pinned}`));
  });

  it('a revision is one part of an address, whatever it is', async () => {
    const hub = await hubWith();
    hub.commit('org/model', files, 'refs/pr/1');
    hub.commit('org/model', files, 'a#b%41&c');
    for (const name of ['refs/pr/1', 'a#b%41&c']) {
      const { location } = await open(hub, `hf://org/model@${name}`);
      expect(location.revision).toBe(hub.head('org/model', name));
    }
  });
});

describe('the listing', () => {
  it.each([
    ['steps up', '../evil'],
    ['steps up inside', 'a/../../evil'],
    ['is absolute', '/etc/passwd'],
    ['is empty', ''],
    ['ends in a slash', 'a/'],
    ['has an empty component', 'a//b'],
    ['has a NUL character', 'a\0b'],
    ['is a number', 7],
    ['is missing', undefined],
    ['has members that programs call', { toString: 1, valueOf: 1 }],
    ['has 257 components', `${'a/'.repeat(256)}a`],
    ['has 4097 characters', 'a'.repeat(4097)],
  ])('a file whose name %s is refused', async (_, name) => {
    const hub = await hubWith();
    hub.faults.set(treeOf(hub), json([file('fine'), file(name)]));
    await refused('source/response-invalid', () => listOf(hub));
  });

  it.each([
    ['a file twice', [file('a'), file('a')]],
    ['a file and a directory of one name', [file('a'), { type: 'directory', path: 'a', size: 0 }]],
    ['a negative size', [file('a', { size: -1 })]],
    ['a broken size', [file('a', { size: 1.5 })]],
    ['a size that is a text', [file('a', { size: '1' })]],
    ['no size', [file('a', { size: undefined })]],
    ['a size beyond what can be counted', [file('a', { size: 2 ** 53 })]],
    ['a short digest', [file('a', { lfs: { oid: '55', size: 1 } })]],
    ['a digest in capitals', [file('a', { lfs: { oid: 'A'.repeat(64), size: 1 } })]],
    ['two sizes of one file', [file('a', { lfs: { oid: 'a'.repeat(64), size: 2 } })]],
    ['a digest that is a text of its own', [file('a', { lfs: 'a'.repeat(64) })]],
    ['an entry that is nothing', [null]],
    ['no list', { error: 'no' }],
    ['a page for people', '<html>'],
  ])('a list with %s is refused', async (_, page) => {
    const hub = await hubWith();
    hub.faults.set(treeOf(hub), json(page));
    await refused('source/response-invalid', () => listOf(hub));
  });

  it('a next page at another origin is refused, and that origin is asked for nothing', async () => {
    const hub = await hubWith({ token: TOKEN });
    const thief = await hubWith();
    const next = `<${thief.url}${treeOf(hub)}?cursor=1>; rel="next"`;
    hub.faults.set(treeOf(hub), json([file('a')], { link: next }));
    const model = await open(hub, 'hf://org/model', { token: TOKEN });
    await refused('source/response-invalid', () => model.list(everything));
    expect(thief.log).toEqual([]);
  });

  it.each([
    ['another place of the hub', (hub: Hub) => `<${hub.url}/api/whoami-v2>; rel="next"`],
    ['the listing of another commit', (hub: Hub) => `<${hub.url}${treeOf(hub).slice(0, -1)}>; rel="next"`],
    ['an address with a password', (hub: Hub) => `<${hub.url.replace('//', '//a:b@')}${treeOf(hub)}>; rel="next"`],
    ['no address', () => '<http://[>; rel="next"'],
    ['a form that is not understood', (hub: Hub) => `${hub.url}${treeOf(hub)}; rel="next"`],
  ])('a next page that is %s is refused', async (_, link) => {
    const hub = await hubWith();
    hub.faults.set(treeOf(hub), json([file('a')], { link: link(hub) }));
    await refused('source/response-invalid', () => listOf(hub));
    expect(hub.log).toHaveLength(2);
  });

  it('a page that breaks off is asked for again', async () => {
    const hub = await hubWith();
    const send = defaultTransport();
    let pages = 0;
    const transport: Transport = async (url, request) => {
      const response = await send(url, request);
      if (!url.pathname.includes('/tree/') || pages++ > 0) return response;
      return { ...response, body: new ReadableStream({ start: (controller) => controller.error(new Error('cut')) }) };
    };
    const model = await open(hub, 'hf://org/model', { client: { transport, pause: 1, attempts: 2 } });
    expect((await model.list(everything)).files).toHaveLength(3);
    expect(pages).toBe(2);
  });

  it('a next page is found among other links', async () => {
    const hub = await hubWith();
    const url = `${hub.url}${treeOf(hub)}`;
    const link = `<${url}?cursor=0>; rel="first", <${url}?cursor=1>; title="more"; rel=next`;
    const pages = [{ headers: { link }, body: JSON.stringify([file('a')]) }, { body: JSON.stringify([file('b')]) }];
    hub.faults.set(treeOf(hub), { respond: ({ url = '' }) => pages[url.includes('cursor=1') ? 1 : 0] ?? {} });
    expect((await listOf(hub)).files.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('a page of which the connection breaks off is asked for again', async () => {
    const hub = await hubWith();
    hub.faults.set(treeOf(hub), { cutAfter: 10, times: 1 });
    expect((await listOf(hub)).files.length).toBeGreaterThan(0);
  });

  it('a listing that never ends is refused, whether its pages repeat, are empty or are always new', async () => {
    const hub = await hubWith();
    const link = `<${hub.url}${treeOf(hub)}?cursor=1>; rel="next"`;
    for (const page of [[file('a')], []]) {
      hub.faults.set(treeOf(hub), json(page, { link }));
      await refused('source/response-invalid', () => listOf(hub));
    }
    let count = 0;
    hub.faults.set(treeOf(hub), {
      respond: () => ({ headers: { link }, body: JSON.stringify([file(`f${count++}`)]) }),
    });
    await refused('source/too-large', () => listOf(hub));
    expect(count).toBe(2000);
  });

  it('a page that never ends and one that is nested too deep are refused', async () => {
    const hub = await hubWith();
    const page = JSON.stringify(Array.from({ length: 200_000 }, (_, index) => file(`${'x'.repeat(40)}${index}`)));
    hub.faults.set(treeOf(hub), json(page));
    await refused('source/too-large', () => listOf(hub));
    hub.faults.set(treeOf(hub), json('['.repeat(100_000)));
    await refused('source/too-large', () => listOf(hub));
  });

  it('a listing of 100,000 files is read whole', async () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`d${index % 100}/f${index}`, '']));
    const hub = await hubWith({ repositories: { 'org/model': many } });
    const { files: found } = await listOf(hub);
    expect(found).toHaveLength(100_000);
    expect(hub.log.length).toBe(102);
  });

  it('an entry that is neither a file nor a directory is unusable, and is not passed over', async () => {
    const hub = await hubWith();
    hub.faults.set(treeOf(hub), json([file('a'), { ...file('b'), type: 'submodule' }]));
    const { files: found, unusable } = await listOf(hub);
    expect([found.map(({ name }) => name), unusable.map(({ name }) => name)]).toEqual([['a'], ['b']]);
    expect(unusable[0]?.error.code).toBe('model/unsupported-file');
  });

  it('what is left out is listed at its top, and files in it that programs run are found', async () => {
    const hub = await hubWith({
      repositories: { 'org/model': { ...files, 'old/x/evil.py': '', 'old/readme.txt': '', 'a.bak': '' } },
    });
    const excluded = ['old', 'a.bak'];
    const excludes = (name: string) => excluded.some((path) => name === path || name.startsWith(`${path}/`));
    const listing = await listOf(hub, { excludes });
    expect(listing.files.map(({ name }) => name)).toEqual(Object.keys(files));
    expect(listing.excluded.toSorted()).toEqual(['a.bak', 'old/']);
    expect(await listing.findExcludedCode?.()).toEqual({ names: ['old/x/evil.py'], complete: true });
  });
});

describe('content', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const verifier = keyVerifier({ publicKey });

  async function verifyWith(fault: HubFault, key = 'weights.bin') {
    const hub = await hubWith();
    const { bundle } = await signModel(await open(hub), keySigner({ privateKey }));
    hub.faults.set(key, fault);
    return verifyModel(await open(hub), bundle, verifier);
  }

  it('one byte that differs from what the hub advertises is found, although names, sizes and digests are right', async () => {
    await expect(verifyWith({ flip: 4000 })).rejects.toMatchObject({
      code: 'model/mismatch',
      differences: [{ kind: 'modified', path: 'weights.bin' }],
    });
  });

  it('a model is verified although connections are cut and the hub is busy', async () => {
    expect((await verifyWith({ cutAfter: 1000, times: 1 })).evidence).toBe('bytes');
    expect((await verifyWith({ status: 503, times: 1 })).evidence).toBe('bytes');
  });

  it.each<[string, HubFault, SourceErrorCode]>([
    ['is of another size', { size: 4999 }, 'source/response-invalid'],
    ['never ends', { endless: true }, 'source/response-invalid'],
    ['always breaks off', { cutAfter: 100 }, 'source/unreachable'],
    ['is hidden', { status: 404 }, 'source/not-found'],
    ['is redirected to a connection without TLS', { location: 'http://other.example/' }, 'source/response-invalid'],
  ])('a file that %s is no verdict on the model', async (_, fault, code) => {
    await refused(code, () => verifyWith(fault));
  });

  it('a signature that was read is no part of the model from then on', async () => {
    const hub = await hubWith();
    const { bundle } = await signModel(await open(hub), keySigner({ privateKey }));
    hub.commit('org/model', { ...files, 'sub/my.sig': bundle });
    const model = await open(hub);
    expect((await model.list(everything)).files).toHaveLength(4);
    await verifyModel(model, await model.readSignature('sub/my.sig'), verifier, { ignoredFiles: 'refuse' });
    expect(await model.list(everything)).toMatchObject({ signatureName: 'sub/my.sig', excluded: ['sub/my.sig'] });
  });

  it('a signature is asked for by a name inside the model only', async () => {
    const model = await open(await hubWith());
    for (const name of ['../../other/resolve/main/model.sig', '/model.sig', '', '\ud800', 'model.sig']) {
      await refused('source/not-found', () => model.readSignature(name));
    }
  });

  it('signatures are found by their names', async () => {
    const names = ['.kaggle/signing.json', 'b.oms.sig', 'a.oms.sig', 'model.sig', 'sub/c.oms.sig', 'other.sig'];
    const hub = await hubWith({
      repositories: { 'org/model': { ...files, ...Object.fromEntries(names.map((name) => [name, '{}'])) } },
    });
    const found = await (await open(hub)).findSignatures();
    expect(found.map(({ name, rank }) => [name, rank])).toEqual([
      ['model.sig', 0],
      ['a.oms.sig', 1],
      ['b.oms.sig', 1],
      ['.kaggle/signing.json', 2],
    ]);
  });
});

describe('access', () => {
  it('a repository that is hidden from a caller without a token is not found, and the message says what would show it', async () => {
    const hub = await hubWith({ token: TOKEN });
    const error = await refused('source/not-found', () => open(hub));
    expect(error.message).toMatch(/has no model hf:\/\/org\/model, or it is private and needs a token.*HF_TOKEN/);
  });

  it('a token that the hub does not accept is named as the reason, and is in no message', async () => {
    const hub = await hubWith({ token: TOKEN });
    const wrong = 'hf_wrong0123456789';
    const error = await refused('source/unauthorized', () => open(hub, 'hf://org/model', { token: wrong }));
    expect(error.message).toContain('does not accept the token');
    expect(inspect(error, { depth: 9 })).not.toContain('hf_');
  });

  it('a repository whose terms were not agreed to is refused with the page where that is done', async () => {
    const hub = await hubWith({ gated: ['org/model'] });
    const model = await open(hub);
    const error = await refused('source/unauthorized', () => model.readSignature('config.json'));
    expect(error.message).toContain(`agree to its terms at ${hub.url}/org/model`);
  });

  it('a repository, a revision and a file that are not there are named', async () => {
    const hub = await hubWith();
    expect((await refused('source/not-found', () => open(hub, 'hf://org/other'))).message).toContain('hf://org/other');
    expect((await refused('source/not-found', () => open(hub, 'hf://org/model@v9'))).message).toContain('v9');
    const model = await open(hub);
    expect((await refused('source/not-found', () => model.readSignature('no.sig'))).message).toContain('no.sig');
  });

  it('a data set and a repository of one word are read by their own addresses', async () => {
    const hub = await hubWith({ repositories: { 'datasets/org/data': files, gpt2: files } });
    for (const [name, title] of [
      ['hf://datasets/org/data', 'data'],
      ['hf://gpt2', 'gpt2'],
    ] as const) {
      const model = await open(hub, name);
      expect(model.name).toBe(title);
      const { files: found } = await model.list(everything);
      for (const { content, size } of found) {
        if (!('read' in content)) throw new Error('a file is local');
        let length = 0;
        for await (const chunk of content.read(0, size as number)) length += chunk.length;
        expect(length).toBe(size);
      }
    }
  });

  it('a repository that was renamed is read at its new name, with the token', async () => {
    const hub = await hubWith({ token: TOKEN });
    hub.faults.set('/api/models/org/old', { location: '/api/models/org/model?expand=sha' });
    const { location } = await open(hub, 'hf://org/old', { token: TOKEN });
    expect(location.revision).toBe(hub.head('org/model'));
  });

  it.each(['', 'two\nlines', 'two words', 'zażółć'])(
    'a token that no header can hold is refused and not shown',
    async (token) => {
      const hub = await hubWith();
      const error = await refused('source/unauthorized', () => open(hub, 'hf://org/model', { token }));
      expect(token === '' || !error.message.includes(token)).toBe(true);
      expect(hub.log).toEqual([]);
    },
  );

  it.each([
    'http://hub.example',
    'ftp://hub.example',
    'hub.example',
    'https://user:secret@hub.example',
    'https://hub.example/?token=secret',
    'https://hub.example/#secret',
    '',
  ])('the endpoint %s is refused, and no part of it that may be secret is shown', async (endpoint) => {
    const error = await refused('source/reference-invalid', () => open({} as Hub, 'hf://org/model', { endpoint }));
    expect(error.message).not.toContain('secret');
  });
});
