import { keySigner, signModel } from '@model-signing/core';
import { testKey } from '@model-signing/testing/forge';
import { digestOf, mediaTypes } from '@model-signing/testing/registry-content';
import { describe, expect, it } from 'vitest';
import { findSignature } from '../discovery.ts';
import { key, open, registryWith, sign } from '../testing/registry.ts';
import { BUNDLE } from './media-types.ts';

const tagOf = (digest: string) => digest.replace(':', '-');

async function read(registry: Awaited<ReturnType<typeof registryWith>>, reference: string) {
  const found = registry.repository('org/model').find(reference);
  return JSON.parse(Buffer.from(found?.bytes ?? '').toString());
}

describe('attaching a signature', () => {
  it('a signature is attached in the form of cosign, and found again', async () => {
    const registry = await registryWith();
    const model = await open(registry);
    const bundle = await sign(model);
    const attached = await model.attach(bundle);
    expect(attached).toMatchObject({ how: 'api', wasThere: false });
    expect(await read(registry, attached.digest)).toEqual({
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      artifactType: BUNDLE,
      config: { mediaType: mediaTypes.empty, digest: digestOf('{}'), size: 2 },
      layers: [{ mediaType: BUNDLE, digest: digestOf(bundle), size: bundle.length }],
      subject: { mediaType: mediaTypes.manifest, digest: registry.digest, size: model.manifest.size },
      annotations: {
        'org.opencontainers.image.created': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        'dev.sigstore.bundle.content': 'dsse-envelope',
        'dev.sigstore.bundle.predicateType': 'https://model_signing/signature/v1.0',
      },
    });
    const { name } = await findSignature(await open(registry));
    expect(name).toBe(attached.digest);
    expect(Buffer.from(await model.readSignature(name))).toEqual(Buffer.from(bundle));
  });

  it('where a registry has no referrers API, an index under the tag lists the signature and keeps what it listed', async () => {
    const registry = await registryWith({ referrers: 'none' });
    const other = { mediaType: mediaTypes.manifest, digest: digestOf('gone'), size: 4, annotations: { a: 'b' } };
    const index = { schemaVersion: 2, mediaType: mediaTypes.index, annotations: { kept: 'yes' }, manifests: [other] };
    registry.pushManifest('org/model', tagOf(registry.digest), index);
    const model = await open(registry);
    const attached = await model.attach(await sign(model));
    expect(attached.how).toBe('tag');
    const changed = await read(registry, tagOf(registry.digest));
    expect(changed).toMatchObject({ annotations: { kept: 'yes' }, manifests: [other, { digest: attached.digest }] });
    expect(changed.manifests[1]).toMatchObject({ artifactType: BUNDLE, mediaType: mediaTypes.manifest });
    await expect(findSignature(await open(registry))).resolves.toMatchObject({ name: attached.digest });
  });

  it('a registry that has the API and does not list what is attached gets the index under the tag as well', async () => {
    const registry = await registryWith();
    const empty = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [] };
    registry.faults.set(`GET /v2/org/model/referrers/${registry.digest}`, {
      respond: () => ({ headers: { 'content-type': mediaTypes.index }, body: JSON.stringify(empty) }),
    });
    const model = await open(registry);
    const attached = await model.attach(await sign(model));
    expect(attached.how).toBe('tag');
    await expect(findSignature(await open(registry))).resolves.toMatchObject({ name: attached.digest });
  });

  it.each(['api', 'none'] as const)(
    'a bundle that is attached is not attached again (referrers: %s)',
    async (referrers) => {
      const registry = await registryWith({ referrers });
      const model = await open(registry);
      const bundle = await sign(model);
      const first = await model.attach(bundle);
      registry.log.length = 0;
      await expect(model.attach(bundle)).resolves.toEqual({ ...first, wasThere: true });
      expect(registry.log.every(({ method }) => method === 'GET')).toBe(true);
      expect(registry.referrersOf('org/model', registry.digest)).toHaveLength(1);
    },
  );

  it('an index that another client writes at the same time loses neither signature', async () => {
    const registry = await registryWith({ referrers: 'none' });
    const model = await open(registry);
    const tag = tagOf(registry.digest);
    const theirs = { mediaType: mediaTypes.manifest, digest: digestOf('theirs'), size: 6 };
    registry.faults.set(`PUT /v2/org/model/manifests/${tag}`, {
      times: 1,
      respond: () => {
        registry.pushManifest('org/model', tag, { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [theirs] });
        return { status: 201 };
      },
    });
    const { digest } = await model.attach(await sign(model));
    expect((await read(registry, tag)).manifests).toMatchObject([theirs, { digest }]);
  });

  it('an index that another client replaces after the signature was seen in it loses neither', async () => {
    const registry = await registryWith({ referrers: 'none' });
    const model = await open(registry);
    const tag = tagOf(registry.digest);
    const theirs = { mediaType: mediaTypes.manifest, digest: digestOf('theirs'), size: 6 };
    let reads = 0;
    registry.faults.set(`GET /v2/org/model/manifests/${tag}`, {
      respond: () => {
        const late = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [theirs] };
        if (++reads === 4) registry.pushManifest('org/model', tag, late);
        return undefined;
      },
    });
    const { digest } = await model.attach(await sign(model));
    registry.faults.clear();
    expect((await read(registry, tag)).manifests).toMatchObject([theirs, { digest }]);
  });

  it.each(['api', 'none'] as const)(
    'eight clients attach at once, and all are listed (referrers: %s)',
    async (referrers) => {
      const registry = await registryWith({ referrers });
      const clients = Array.from({ length: 8 }, async () => {
        const model = await open(registry);
        return (await model.attach(await sign(model, 'files', testKey()))).digest;
      });
      const attached = await Promise.all(clients);
      const found = await (await open(registry)).findSignatures();
      expect(found.map(({ name }) => name).sort()).toEqual(attached.sort());
    },
  );

  it('an index that the registry never keeps is an error, and so is a tag that holds something else', async () => {
    const registry = await registryWith({ referrers: 'none' });
    const model = await open(registry);
    const path = `PUT /v2/org/model/manifests/${tagOf(registry.digest)}`;
    registry.faults.set(path, { status: 201 });
    await expect(model.attach(await sign(model))).rejects.toMatchObject({
      code: 'source/response-invalid',
      message: expect.stringContaining('not listed'),
    });
    registry.faults.clear();
    const held = registry.push('org/model', tagOf(registry.digest), { a: 'b' });
    await expect(model.attach(await sign(model))).rejects.toMatchObject({ code: 'source/manifest-invalid' });
    expect(registry.repository('org/model').tags.get(tagOf(registry.digest))).toBe(held.digest);
  });

  it('what is no signature of a model is not attached', async () => {
    const registry = await registryWith();
    const model = await open(registry);
    registry.log.length = 0;
    await expect(model.attach(Buffer.from('{}'))).rejects.toMatchObject({ code: expect.stringMatching(/^bundle\//) });
    expect(registry.log).toEqual([]);
  });

  it.each([
    ['no address', {}],
    ['an address without TLS', { location: 'http://example.com/upload' }],
    ['an address with a password', { location: 'https://u:p@example.com/upload' }],
    ['what is no address', { location: 'http://' }],
  ])('a registry that wants an upload to %s gets none', async (_what, headers) => {
    const registry = await registryWith();
    registry.faults.set('POST /v2/org/model/blobs/uploads/', { status: 202, headers });
    const model = await open(registry);
    await expect(model.attach(await sign(model))).rejects.toMatchObject({ code: 'source/response-invalid' });
    expect(registry.log.some(({ method }) => method === 'PUT')).toBe(false);
  });

  it('a store that refuses to say whether it has a blob gets it', async () => {
    const registry = await registryWith();
    const model = await open(registry);
    const bundle = await sign(model);
    registry.faults.set(`HEAD /v2/org/model/blobs/${digestOf(bundle)}`, { status: 403 });
    await expect(model.attach(bundle)).resolves.toMatchObject({ how: 'api' });
  });

  it('a blob that is there is not uploaded again', async () => {
    const registry = await registryWith();
    const model = await open(registry);
    const bundle = await sign(model);
    registry.pushBlob('org/model', bundle);
    registry.pushBlob('org/model', '{}');
    await model.attach(bundle);
    expect(registry.log.some(({ method }) => method === 'POST')).toBe(false);
  });

  it('the annotation has the predicate type of the bundle, also if that follows a draft', async () => {
    const registry = await registryWith();
    const model = await open(registry);
    const { bundle } = await signModel(model, keySigner(key), { evidence: 'advertised', draft: '1.1' });
    const { digest } = await model.attach(bundle);
    const predicateType = (await read(registry, digest)).annotations['dev.sigstore.bundle.predicateType'];
    expect(predicateType).toMatch(/^https:\/\/.*1\.1/);
    await expect(findSignature(model)).resolves.toMatchObject({ name: digest });
  });
});
