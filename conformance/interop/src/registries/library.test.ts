import { keySigner, keyVerifier, openSignature, signModel, verifyModel } from '@model-signing/core';
import { findSignature, type OciModel, ociModel } from '@model-signing/sources';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODEL, privateKey, publicKey } from '../stage.ts';
import { attachAsPeer, digestOf, nameKeys, pushModel } from './push.ts';
import type { RunningServer } from './servers.ts';
import { subjects } from './subjects.ts';

const signer = keySigner({ privateKey });
const verifier = keyVerifier({ publicKey });

/** Everything that was asked of a registry: method and path. */
function recorder() {
  const requests: string[] = [];
  const recording: typeof fetch = (input, init) => {
    requests.push(`${init?.method ?? 'GET'} ${new URL(String(input)).pathname}`);
    return fetch(input, init);
  };
  const blobs = () => requests.filter((each) => each.startsWith('GET ') && each.includes('/blobs/'));
  return { fetch: recording, requests, blobs };
}

async function sign(model: OciModel): Promise<Uint8Array> {
  const { bundle } = await signModel(model, signer, { evidence: 'advertised' });
  return Buffer.from(bundle);
}

/** What a verifier does who knows only the name of a model and the key. */
async function find(model: OciModel): Promise<{ readonly model: OciModel; readonly bundle: Uint8Array }> {
  const stored = await findSignature(model);
  const bundle = await model.readSignature(stored.name);
  const signed = await openSignature(bundle, verifier);
  return { model: model.withView(model.viewFor(signed.manifest.resources.map(({ path }) => path))), bundle };
}

describe.each(subjects)('$title', ({ isSkipped, start, referrers }) => {
  let server: RunningServer;
  beforeAll(async () => {
    if (!isSkipped) server = await start();
  });
  afterAll(() => server?.stop());

  const open = (name: string, options: Parameters<typeof ociModel>[1] = {}) =>
    ociModel(`oci://${server.host}/${name}`, { credentials: null, ...options });

  it.skipIf(isSkipped)('a model is signed from its manifest, attached, found and verified by every byte', async () => {
    const { digest } = await pushModel(server.host, 'org/whole', 'v1', MODEL);
    const requests = recorder();
    const model = await open('org/whole:v1', { fetch: requests.fetch });
    expect(model.location).toMatchObject({ revision: digest, isPinned: false });

    const bundle = await sign(model);
    expect(requests.blobs()).toEqual([]);
    const attached = await model.attach(bundle);
    expect(attached).toMatchObject({ how: referrers, wasThere: false });

    const found = await find(await open('org/whole:v1'));
    expect(Buffer.from(found.bundle)).toEqual(Buffer.from(bundle));
    expect(found.model.view).toBe('files');
    const { verdict, resources } = await verifyModel(found.model, found.bundle, verifier);
    expect([verdict, resources.map(({ path }) => path)]).toEqual(['verified', Object.keys(MODEL).sort()]);
  });

  it.skipIf(isSkipped)('the digests of a manifest are compared without reading a layer', async () => {
    await pushModel(server.host, 'org/metadata', 'v1', MODEL);
    await (await open('org/metadata:v1')).attach(await sign(await open('org/metadata:v1')));
    const requests = recorder();
    const { model, bundle } = await find(await open('org/metadata:v1', { fetch: requests.fetch }));
    const { verdict, advertised } = await verifyModel(model, bundle, verifier, { evidence: 'advertised' });
    expect([verdict, advertised]).toEqual(['advertised', Object.keys(MODEL).sort()]);
    // The only blob is the bundle.
    expect(requests.blobs()).toEqual([`GET /v2/org/metadata/blobs/${digestOf(bundle)}`]);
  });

  it.skipIf(isSkipped)('a tag that was moved to another layer is refused with the signature of the first', async () => {
    const { digest } = await pushModel(server.host, 'org/moved', 'v1', MODEL);
    const bundle = await sign(await open('org/moved:v1'));
    await pushModel(server.host, 'org/moved', 'v1', { ...MODEL, 'tokenizer.json': '{}' });
    const moved = await open('org/moved:v1');
    await moved.attach(bundle);
    const found = await find(moved);
    await expect(verifyModel(found.model, found.bundle, verifier)).rejects.toMatchObject({
      code: 'model/mismatch',
      differences: [{ kind: 'modified', path: 'tokenizer.json' }],
    });
    const pinned = await open(`org/moved@${digest}`);
    expect(pinned.location).toMatchObject({ revision: digest, isPinned: true });
    await expect(verifyModel(pinned, bundle, verifier)).resolves.toMatchObject({ verdict: 'verified' });
  });

  it.skipIf(isSkipped)(
    'the same bundle is attached once, and two bundles are for the caller to choose from',
    async () => {
      await pushModel(server.host, 'org/twice', 'v1', MODEL);
      const model = await open('org/twice:v1');
      const bundle = await sign(model);
      const first = await model.attach(bundle);
      await expect(model.attach(bundle)).resolves.toMatchObject({ digest: first.digest, wasThere: true });
      await expect(model.findSignatures()).resolves.toHaveLength(1);

      const second = await model.attach(await sign(model));
      const choices = expect.arrayContaining([first.digest, second.digest]);
      await expect(findSignature(model)).rejects.toMatchObject({ code: 'source/signature-ambiguous', choices });
      await expect(model.readSignature(first.digest)).resolves.toHaveLength(bundle.length);
    },
  );

  it.skipIf(isSkipped)('the form that other programs sign is found by its names and verified', async () => {
    await pushModel(server.host, 'org/layers', 'v1', MODEL, { key: nameKeys.title });
    const { 'config.json': _, ...files } = MODEL;
    await pushModel(server.host, 'org/layers', 'v2', files, { key: nameKeys.title });
    const model = await open('org/layers:v2', { view: 'layers' });
    await model.attach(await sign(model));
    const found = await find(await open('org/layers:v2'));
    expect(found.model.view).toBe('layers');
    const { resources } = await verifyModel(found.model, found.bundle, verifier);
    expect(resources.map(({ path }) => path)).toEqual(Object.keys(MODEL).sort());
    // A layer called config.json would be the config in this form.
    const ambiguous = await open('org/layers:v1', { view: 'layers' });
    await expect(sign(ambiguous)).rejects.toMatchObject({ code: 'source/manifest-invalid' });
  });

  it.skipIf(isSkipped)('what the Python peer proposes to attach is found and verified', async () => {
    const how = referrers === 'api' ? 'subject' : 'tag';
    const pushed = await pushModel(server.host, 'org/peer', 'v1', MODEL);
    const model = await open('org/peer:v1');
    const attached = await attachAsPeer(server.host, 'org/peer', pushed, await sign(model), how);
    const name = how === 'subject' ? attached.digest : `${pushed.digest.replace(':', '-')}.sig`;
    await expect(findSignature(model)).resolves.toMatchObject({ name });
    const found = await find(model);
    await expect(verifyModel(found.model, found.bundle, verifier)).resolves.toMatchObject({ verdict: 'verified' });
  });

  it.skipIf(isSkipped)('a part of a layer is exactly the part that was asked for', async () => {
    const content = Array.from({ length: 5000 }, (_, index) => `line ${index}\n`).join('');
    await pushModel(server.host, 'org/range', 'v1', { 'lines.txt': content });
    const model = await open('org/range:v1');
    const { files } = await model.list(listOptions());
    const read = files[0] && 'read' in files[0].content ? files[0].content.read : null;
    const pieces: Uint8Array[] = [];
    for await (const piece of read?.(1234, 43_210) ?? []) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe(content.slice(1234, 43_210));
  });

  it.skipIf(isSkipped)('a model and a revision that do not exist are not found', async () => {
    await pushModel(server.host, 'org/there', 'v1', MODEL);
    for (const name of ['org/there:v2', `org/there@${digestOf('other')}`, 'org/absent:v1']) {
      await expect(open(name)).rejects.toMatchObject({ code: 'source/not-found' });
    }
    const model = await open('org/there:v1');
    await expect(findSignature(model)).rejects.toMatchObject({ code: 'source/signature-absent' });
  });
});

function listOptions() {
  return { followSymlinks: false, excludes: () => false, sizes: true, signal: undefined, warn: () => {} };
}
