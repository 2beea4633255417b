import { createHash } from 'node:crypto';
import { testKey } from '@model-signing/testing/forge';
import type { TestRegistry } from '@model-signing/testing/registry';
import { digestOf, mediaTypes } from '@model-signing/testing/registry-content';
import { describe, expect, it } from 'vitest';
import { findSignature } from '../discovery.ts';
import { key, open, registryWith, sign } from '../testing/registry.ts';
import { BUNDLE } from './media-types.ts';

const PEER = 'application/vnd.model-signing.signature.v0.1';

interface Attachment {
  readonly subject?: string | null;
  readonly artifactType?: string | undefined;
  readonly layerType?: string;
  readonly copies?: number;
  readonly configType?: string;
  readonly tag?: string;
}

/** Stores something that refers to a manifest, as any client may. */
function attachTo(registry: TestRegistry & { digest: string }, content: Uint8Array | string, how: Attachment = {}) {
  const { subject = registry.digest, artifactType = BUNDLE, layerType = BUNDLE, copies = 1, tag = null } = how;
  const { configType = mediaTypes.empty } = how;
  const layer = { mediaType: layerType, digest: registry.pushBlob('org/model', content), size: content.length };
  return registry.pushManifest('org/model', tag, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    ...('artifactType' in how && how.artifactType === undefined ? {} : { artifactType }),
    config: { mediaType: configType, digest: registry.pushBlob('org/model', '{}'), size: 2 },
    layers: Array.from({ length: copies }, () => layer),
    ...(subject !== null && { subject: { mediaType: mediaTypes.manifest, digest: subject, size: 1 } }),
  });
}

const other = 'a statement of another kind';
const provenance = () => {
  const statement = { _type: 'https://in-toto.io/Statement/v1', predicateType: 'https://slsa.dev/provenance/v1' };
  const payload = Buffer.from(JSON.stringify({ ...statement, subject: [], predicate: {} })).toString('base64');
  const dsseEnvelope = { payload, payloadType: 'application/vnd.in-toto+json', signatures: [{ sig: 'AA==' }] };
  return JSON.stringify({ mediaType: BUNDLE, verificationMaterial: { publicKey: { hint: 'a' } }, dsseEnvelope });
};

async function found(registry: Awaited<ReturnType<typeof registryWith>>) {
  return (await (await open(registry)).findSignatures()).map(({ name }) => name);
}

describe('what is attached to a model', () => {
  it.each<[string, Attachment]>([
    ['cosign', {}],
    ['the Python implementation', { artifactType: PEER, configType: `${PEER}.config+json` }],
    ['a client that gives the layer alone its type', { artifactType: 'application/x' }],
    ['a client that gives the manifest alone its type', { layerType: 'application/vnd.oci.image.layer.v1.tar' }],
    ['a client that uses the config for the type', { artifactType: undefined, configType: BUNDLE, layerType: 'a/b' }],
  ])('a signature is found in the form of %s', async (_client, how) => {
    const registry = await registryWith();
    const { digest } = attachTo(registry, await sign(await open(registry)), how);
    expect(await found(registry)).toEqual([digest]);
  });

  it('an index that claims another type for a signature does not hide it', async () => {
    const registry = await registryWith();
    const { digest, size } = attachTo(registry, await sign(await open(registry)));
    const entry = { mediaType: mediaTypes.manifest, digest, size, artifactType: mediaTypes.empty };
    const manifests = [entry, entry];
    registry.faults.set(`/v2/org/model/referrers/${registry.digest}`, {
      respond: () => ({
        headers: { 'content-type': mediaTypes.index },
        body: JSON.stringify({ schemaVersion: 2, manifests }),
      }),
    });
    expect(await found(registry)).toEqual([digest]);
  });

  it.each<[string, string | (() => string), Attachment]>([
    ['the provenance of a build', provenance, {}],
    ['no bundle at all', other, {}],
    ['a list of components', other, { artifactType: 'application/spdx+json', layerType: 'text/spdx' }],
  ])('what is %s is no signature', async (_what, content, how) => {
    const registry = await registryWith();
    attachTo(registry, typeof content === 'string' ? content : content(), how);
    expect(await found(registry)).toEqual([]);
    await expect(findSignature(await open(registry))).rejects.toMatchObject({ code: 'source/signature-absent' });
  });

  it('a manifest that is listed and has another subject is no signature of this model', async () => {
    const registry = await registryWith();
    const bundle = await sign(await open(registry));
    const { digest, size } = attachTo(registry, bundle, { subject: digestOf(other) });
    const manifests = [{ mediaType: mediaTypes.manifest, digest, size, artifactType: BUNDLE }];
    const listed = { schemaVersion: 2, mediaType: mediaTypes.index, manifests };
    registry.faults.set(`/v2/org/model/referrers/${registry.digest}`, {
      respond: () => ({ headers: { 'content-type': mediaTypes.index }, body: JSON.stringify(listed) }),
    });
    expect(await found(registry)).toEqual([]);
    await expect((await open(registry)).readSignature(digest)).rejects.toMatchObject({ code: 'source/not-found' });
  });

  it('two signatures have to be chosen from by their digests, and one that is attached twice is one', async () => {
    const registry = await registryWith();
    const model = await open(registry);
    const bundle = await sign(model);
    attachTo(registry, bundle);
    attachTo(registry, bundle, { artifactType: PEER });
    expect(await found(registry)).toHaveLength(1);
    attachTo(registry, await sign(model, 'files', testKey()));
    const choices = await found(registry);
    expect(choices).toHaveLength(2);
    await expect(findSignature(model)).rejects.toMatchObject({ code: 'source/signature-ambiguous', choices });
    for (const name of choices) await expect(model.readSignature(name)).resolves.toBeInstanceOf(Uint8Array);
  });

  it('a manifest with two bundles is no signature, since it does not say which', async () => {
    const registry = await registryWith();
    attachTo(registry, await sign(await open(registry)), { copies: 2 });
    expect(await found(registry)).toEqual([]);
  });

  it('a signature under the tag of the Python implementation is found after what is attached', async () => {
    const registry = await registryWith({ referrers: 'none' });
    const model = await open(registry);
    const tag = `${registry.digest.replace(':', '-')}.sig`;
    attachTo(registry, await sign(model), { subject: null, tag });
    expect(await model.findSignatures()).toMatchObject([{ name: tag, rank: 1 }]);
    await expect((await open(registry)).readSignature(tag)).resolves.toBeInstanceOf(Uint8Array);
    const { digest } = await model.attach(await sign(model, 'files', testKey()));
    await expect(findSignature(model)).resolves.toMatchObject({ name: digest });
  });

  it('the list of what is attached is read page by page', async () => {
    const registry = await registryWith({ pageSize: 5 });
    for (let index = 0; index < 12; index++) attachTo(registry, `${other} ${index}`);
    const { digest } = attachTo(registry, await sign(await open(registry)));
    expect(await found(registry)).toEqual([digest]);
    expect(registry.log.filter(({ path }) => path.includes('/referrers/'))).toHaveLength(3);
  });

  it.each([
    ['another link', '</docs>; rel="service-doc"', false],
    ['a link without a relation', '</docs>', false],
    ['the next page after another one', '<PATH?from=0>; rel="first", <PATH?from=9>; rel="next"', true],
    ['the next page with more parameters', '<PATH?from=9>; title="more"; rel=next', true],
    ['the next page among other relations', '<PATH?from=9>;rel="last Next"', true],
  ])('a list with %s is read on only where it says so', async (_, link, goesOn) => {
    const registry = await registryWith();
    const { digest, size } = attachTo(registry, await sign(await open(registry)));
    const path = `/v2/org/model/referrers/${registry.digest}`;
    const page = (...manifests: object[]) => JSON.stringify({ schemaVersion: 2, manifests });
    const headers = { 'content-type': mediaTypes.index };
    const listed = page({ mediaType: mediaTypes.manifest, digest, size });
    registry.faults.set(path, {
      respond: ({ url }) =>
        url.search === '?from=9'
          ? { headers, body: listed }
          : { headers: { ...headers, link: link.replaceAll('PATH', path) }, body: page() },
    });
    expect(await found(registry)).toEqual(goesOn ? [digest] : []);
  });

  it('a manifest and a list of which the connection breaks off are asked for again', async () => {
    const registry = await registryWith();
    const { digest } = attachTo(registry, await sign(await open(registry)));
    registry.faults.set('v1', { cutAfter: 20, times: 1 });
    registry.faults.set(`/v2/org/model/referrers/${registry.digest}`, { cutAfter: 20, times: 1 });
    registry.faults.set(digest, { cutAfter: 20, times: 1 });
    expect(await found(registry)).toEqual([digest]);
  });

  it('a list that the registry sends as plain JSON is a list, and any other JSON is none', async () => {
    const registry = await registryWith();
    const { digest, size } = attachTo(registry, await sign(await open(registry)));
    const manifests = [{ mediaType: mediaTypes.manifest, digest, size }];
    const headers = { 'content-type': 'application/json' };
    const path = `/v2/org/model/referrers/${registry.digest}`;
    registry.faults.set(path, { respond: () => ({ headers, body: JSON.stringify({ manifests }) }) });
    expect(await found(registry)).toEqual([digest]);
    for (const body of ['{"errors":[]}', 'null', '{', '[]']) {
      registry.faults.set(path, { respond: () => ({ headers, body }) });
      expect(await found(registry)).toEqual([]);
    }
  });

  it('a signature that only the index under the tag lists is found beside what the API lists', async () => {
    const registry = await registryWith();
    const { digest, size } = attachTo(registry, await sign(await open(registry)));
    const entry = attachTo(registry, other, { artifactType: 'application/spdx+json', layerType: 'text/spdx' });
    const list = (...manifests: object[]) => ({ schemaVersion: 2, mediaType: mediaTypes.index, manifests });
    registry.faults.set(`/v2/org/model/referrers/${registry.digest}`, {
      respond: () => ({ headers: { 'content-type': mediaTypes.index }, body: JSON.stringify(list(entry)) }),
    });
    expect(await found(registry)).toEqual([]);
    const tag = registry.digest.replace(':', '-');
    registry.pushManifest('org/model', tag, list({ mediaType: mediaTypes.manifest, digest, size }));
    expect(await found(registry)).toEqual([digest]);
  });

  it('a manifest that is listed by a SHA-512 digest is compared with that', async () => {
    const registry = await registryWith();
    const attached = attachTo(registry, await sign(await open(registry)));
    const bytes = registry.repository('org/model').find(attached.digest)?.bytes as Uint8Array;
    const digest = `sha512:${createHash('sha512').update(bytes).digest('hex')}`;
    const manifests = [{ ...attached, digest }];
    registry.faults.set(`/v2/org/model/referrers/${registry.digest}`, {
      respond: () => ({ headers: { 'content-type': mediaTypes.index }, body: JSON.stringify({ manifests }) }),
    });
    const headers = { 'content-type': mediaTypes.manifest };
    registry.faults.set(digest, { respond: () => ({ headers, body: bytes }) });
    expect(await found(registry)).toEqual([attached.digest]);
    registry.faults.set(digest, { respond: () => ({ headers, body: `${Buffer.from(bytes)} ` }) });
    await expect(found(registry)).rejects.toMatchObject({ code: 'source/response-invalid' });
  });

  it('a manifest that is listed and gone is left out', async () => {
    const registry = await registryWith();
    const { digest } = attachTo(registry, await sign(await open(registry)));
    const gone = attachTo(registry, other).digest;
    registry.faults.set(gone, { status: 404 });
    expect(await found(registry)).toEqual([digest]);
  });
});

describe('a hostile registry', () => {
  it('a list of which a later page is not there is refused, as the rest of it would be lost', async () => {
    const registry = await registryWith({ pageSize: 1 });
    for (const index of [1, 2]) attachTo(registry, `${other} ${index}`);
    registry.faults.set(`/v2/org/model/referrers/${registry.digest}`, {
      respond: ({ url }) => (url.search === '' ? undefined : { status: 404 }),
    });
    await expect(found(registry)).rejects.toMatchObject({
      code: 'source/response-invalid',
      message: expect.stringContaining('page 2'),
    });
  });

  it('a signature whose bundle is gone is named', async () => {
    const registry = await registryWith();
    const { digest } = attachTo(registry, other);
    registry.faults.set(digestOf(other), { status: 404 });
    const refused = { code: 'source/not-found', message: expect.stringContaining(digest) };
    await expect(found(registry)).rejects.toMatchObject(refused);
    await expect((await open(registry)).readSignature(digest)).rejects.toMatchObject(refused);
  });

  it('10,000 referrers are refused after few requests, and one of them can be named', async () => {
    const registry = await registryWith({ pageSize: 1000 });
    const { digest } = attachTo(registry, await sign(await open(registry)));
    for (let index = 0; index < 10_000; index++) attachTo(registry, other, { artifactType: `application/x${index}` });
    const model = await open(registry);
    registry.log.length = 0;
    await expect(model.findSignatures()).rejects.toMatchObject({
      code: 'source/too-large',
      message: expect.stringContaining('64'),
    });
    expect(registry.log).toHaveLength(1);
    await expect(model.readSignature(digest)).resolves.toBeInstanceOf(Uint8Array);
  });

  it('64 referrers are looked at, and 65 are refused', async () => {
    const registry = await registryWith();
    const { digest } = attachTo(registry, await sign(await open(registry)));
    for (let index = 0; index < 63; index++) attachTo(registry, other, { artifactType: `application/x${index}` });
    expect(await found(registry)).toEqual([digest]);
    attachTo(registry, other, { artifactType: 'application/y' });
    await expect(found(registry)).rejects.toMatchObject({ code: 'source/too-large' });
  });

  it.each([
    'http://127.0.0.1:1/v2/org/model/x',
    'https://elsewhere.example/',
    '//elsewhere.example/',
    '/v2/org/other/',
  ])('a next page at %s is refused, and not asked for', async (address) => {
    const registry = await registryWith({ username: 'u', password: 'p' });
    registry.faults.set(`/v2/org/model/referrers/${registry.digest}`, {
      respond: () => ({
        headers: { 'content-type': mediaTypes.index, link: `<${address}>; rel="next"` },
        body: JSON.stringify({ schemaVersion: 2, manifests: [] }),
      }),
    });
    const model = await open(registry, 'org/model:v1', { credentials: { username: 'u', password: 'p' } });
    await expect(model.findSignatures()).rejects.toMatchObject({
      code: 'source/response-invalid',
      message: expect.stringContaining('elsewhere'),
    });
  });

  it('pages that never end are refused', async () => {
    const registry = await registryWith();
    const path = `/v2/org/model/referrers/${registry.digest}`;
    registry.faults.set(path, {
      respond: () => ({
        headers: { 'content-type': mediaTypes.index, link: `<${path}?again>; rel="next"` },
        body: JSON.stringify({ schemaVersion: 2, manifests: [] }),
      }),
    });
    await expect(found(registry)).rejects.toMatchObject({ code: 'source/too-large' });
  });

  it('another manifest than was asked for is refused, by its digest and by the digest that a tag is said to have', async () => {
    const registry = await registryWith();
    const { manifests } = registry.repository('org/model');
    const evil = registry.push('org/model', 'evil', { 'evil.py': 'import os' });
    const bytes = manifests.get(evil.digest)?.bytes as Uint8Array;
    const headers = { 'content-type': mediaTypes.manifest };
    registry.faults.set(registry.digest, { respond: () => ({ headers, body: bytes }) });
    const message = expect.stringContaining(evil.digest);
    const refusal = { code: 'source/response-invalid', message };
    await expect(open(registry, `org/model@${registry.digest}`)).rejects.toMatchObject(refusal);
    const stated = { ...headers, 'docker-content-digest': registry.digest };
    registry.faults.set('v1', { respond: () => ({ headers: stated, body: bytes }) });
    await expect(open(registry)).rejects.toMatchObject(refusal);
  });

  it('another bundle than its manifest says is refused', async () => {
    const registry = await registryWith();
    const bundle = await sign(await open(registry));
    attachTo(registry, bundle);
    registry.faults.set(digestOf(bundle), { flip: 10 });
    await expect(found(registry)).rejects.toMatchObject({ code: 'source/response-invalid' });
  });

  it.each([
    ['the manifest of a model', 'v1'],
    ['a list of referrers', 'referrers'],
  ])('a body without an end is given up as %s', async (_what, which) => {
    const registry = await registryWith();
    const model = await open(registry);
    if (which === 'v1') registry.faults.set('v1', { endless: true });
    else {
      const { digest } = attachTo(registry, other);
      registry.faults.set(digest, { endless: true });
    }
    const reading = which === 'v1' ? open(registry) : model.findSignatures();
    await expect(reading).rejects.toMatchObject({ code: 'source/too-large' });
  });

  it('a bundle of more than 256 MiB is not read', async () => {
    const registry = await registryWith();
    const size = 256 * 1024 * 1024 + 1;
    const sha256 = '0'.repeat(64);
    registry.pushBlob('org/model', { size, sha256, read: () => [] });
    const { digest } = registry.pushManifest('org/model', null, {
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      artifactType: BUNDLE,
      config: { mediaType: mediaTypes.empty, digest: registry.pushBlob('org/model', '{}'), size: 2 },
      layers: [{ mediaType: BUNDLE, digest: `sha256:${sha256}`, size }],
      subject: { mediaType: mediaTypes.manifest, digest: registry.digest, size: 1 },
    });
    expect(await found(registry)).toEqual([]);
    await expect((await open(registry)).readSignature(digest)).rejects.toMatchObject({ code: 'source/too-large' });
    expect(registry.log.some(({ path }) => path.endsWith(sha256))).toBe(false);
  });

  it('a manifest that the registry sends as another type than it has is refused', async () => {
    const registry = await registryWith();
    const bytes = registry.repository('org/model').find('v1')?.bytes as Uint8Array;
    registry.faults.set('v1', { respond: () => ({ headers: { 'content-type': mediaTypes.index }, body: bytes }) });
    await expect(open(registry)).rejects.toMatchObject({ code: 'source/manifest-invalid' });
  });

  it.each([
    ['200 for a range', { ignoreRange: true }],
    ['another range', { contentRange: 'bytes 0-9/200000' }],
    ['another size', { contentRange: 'bytes 100000-199999/200001' }],
    ['more bytes', { endless: true }],
  ] as const)('a blob for which the registry sends %s is refused', async (_what, fault) => {
    const registry = await registryWith();
    const model = await open(registry);
    const { files } = await model.list({ followSymlinks: false, sizes: false, excludes: () => false });
    const file = files.find(({ size }) => size === 200_000);
    registry.faults.set(digestOf(Buffer.alloc(200_000, 7)), fault);
    const read = async () => {
      if (file && 'read' in file.content) for await (const _ of file.content.read(100_000, 200_000));
    };
    await expect(read()).rejects.toMatchObject({ code: 'source/response-invalid' });
  });

  it('a registry that redirects blobs to a connection without TLS, or without end, is refused', async () => {
    const registry = await registryWith();
    const model = await open(registry);
    const bundle = await sign(model, 'files', key);
    attachTo(registry, bundle);
    const path = `/v2/org/model/blobs/${digestOf(bundle)}`;
    for (const location of ['http://example.com/blob', 'ftp://example.com/blob', path, 'https://u:p@example.com/']) {
      registry.faults.set(path, { status: 307, headers: { location } });
      await expect(model.findSignatures()).rejects.toMatchObject({ code: 'source/response-invalid' });
    }
  });
});
