import { localModel, openSignature, verifyModel } from '@model-signing/core';
import { testKey } from '@model-signing/testing/forge';
import { digestOf, mediaTypes } from '@model-signing/testing/registry-content';
import { modelDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { findSignature } from '../discovery.ts';
import { files, key, open, registryWith, sign, verifier } from '../testing/registry.ts';
import { ociModel } from './model.ts';

const names = Object.keys(files).sort();

describe('a model in a registry', () => {
  it('a model in a registry is signed by the digests of its manifest, without reading a blob', async () => {
    const registry = await registryWith();
    const model = await open(registry);
    const bundle = await sign(model);
    const { manifest } = await openSignature(bundle, verifier);
    expect(manifest.resources.map(({ path }) => path).sort()).toEqual(names);
    expect(registry.log.map(({ path }) => path)).toEqual(['/v2/org/model/manifests/v1']);
    const { verdict } = await verifyModel(localModel(modelDirectory(files)), bundle, verifier);
    expect(verdict).toBe('verified');
  });

  it('a model in a registry is verified by its bytes, and every byte is read once', async () => {
    const registry = await registryWith();
    const model = await open(registry);
    const bundle = await sign(model);
    const { verdict, resources } = await verifyModel(model, bundle, verifier);
    expect(verdict).toBe('verified');
    expect(resources).toHaveLength(names.length);
    const read = registry.log.filter(({ path }) => path.includes('/blobs/'));
    const total = Object.values(files).reduce((sum, { length }) => sum + length, 0);
    expect(read.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(total);
  });

  it('a model in a registry is advertised by its manifest, without reading a blob', async () => {
    const registry = await registryWith();
    const model = await open(registry);
    const bundle = await sign(model);
    const { verdict } = await verifyModel(model, bundle, verifier, { evidence: 'advertised' });
    expect(verdict).toBe('advertised');
    expect(registry.log.some(({ path }) => path.includes('/blobs/'))).toBe(false);
  });

  it('a tag is resolved once, and all that follows is asked of the manifest that was found', async () => {
    const registry = await registryWith();
    const model = await open(registry);
    expect(model.location).toEqual({
      kind: 'oci',
      reference: `oci://${registry.host}/org/model:v1`,
      pinned: `oci://${registry.host}/org/model@${registry.digest}`,
      revision: registry.digest,
      isPinned: false,
    });
    const bundle = await sign(model);
    await model.attach(bundle);
    registry.push('org/model', 'v1', { 'other.bin': 'other' });
    const { name } = await findSignature(model);
    const { verdict } = await verifyModel(model, await model.readSignature(name), verifier);
    expect(verdict).toBe('verified');
    expect(registry.log.filter(({ path }) => path.endsWith('/manifests/v1'))).toHaveLength(1);
  });

  it('a reference with a digest is pinned, whatever its tag is, and nothing else is where that is required', async () => {
    const registry = await registryWith();
    const options = { requirePinned: true };
    const { location } = await open(registry, `org/model:other@${registry.digest}`, options);
    expect(location).toMatchObject({ isPinned: true, revision: registry.digest });
    registry.log.length = 0;
    for (const name of ['org/model', 'org/model:v1']) {
      await expect(open(registry, name, options)).rejects.toMatchObject({ code: 'source/not-pinned' });
    }
    expect(registry.log).toEqual([]);
  });

  it('a flipped byte of a blob is a modified file', async () => {
    const registry = await registryWith();
    const model = await open(registry);
    const bundle = await sign(model);
    registry.faults.set(digestOf(files['weights/model-00001.safetensors']), { flip: 150_000 });
    await expect(verifyModel(model, bundle, verifier)).rejects.toMatchObject({
      code: 'model/mismatch',
      differences: [{ kind: 'modified', path: 'weights/model-00001.safetensors' }],
    });
  });

  it('a read goes on after a cut, and reads no byte twice', async () => {
    const registry = await registryWith();
    const model = await open(registry);
    const bundle = await sign(model);
    const digest = digestOf(files['weights/model-00001.safetensors']);
    registry.faults.set(digest, { cutAfter: 150_000, times: 1 });
    await verifyModel(model, bundle, verifier);
    const reads = registry.log.filter(({ path }) => path.endsWith(digest));
    expect(reads.map(({ range }) => range !== null)).toEqual([false, true]);
    expect(reads[1]?.bytes).toBeLessThan(200_000);
  });

  it('blobs that the registry keeps on another host are read there, without the credentials', async () => {
    const options = { username: 'user', password: 'secret', blobsElsewhere: true };
    const registry = await registryWith(options);
    const model = await open(registry, 'org/model:v1', { credentials: options });
    const { verdict } = await verifyModel(model, await sign(model), verifier);
    expect(verdict).toBe('verified');
    const blobs = registry.log.filter(({ path, origin }) => path.includes('/blobs/') && origin === 'elsewhere');
    expect(blobs).toHaveLength(names.length);
    expect(blobs.every(({ authorization }) => authorization === null)).toBe(true);
  });

  it('a name without a tag means latest, and one that is not there is not found', async () => {
    const registry = await registryWith();
    await expect(open(registry, 'org/model')).rejects.toMatchObject({
      code: 'source/not-found',
      message: expect.stringContaining('latest'),
    });
    registry.push('org/model', 'latest', { a: 'a' });
    await expect(open(registry, 'org/model')).resolves.toMatchObject({ name: 'model' });
    await expect(open(registry, 'org/none:v1')).rejects.toMatchObject({ code: 'source/not-found' });
  });

  it('the requests go through the fetch of the caller', async () => {
    const registry = await registryWith();
    const urls: string[] = [];
    const model = await ociModel(`oci://${registry.host}/org/model:v1`, {
      fetch: (url, init) => {
        urls.push(String(url));
        return fetch(url, init);
      },
    });
    expect(model.manifest).toMatchObject({ digest: registry.digest, mediaType: mediaTypes.manifest });
    expect(urls).toEqual([`${registry.url}/v2/org/model/manifests/v1`]);
  });

  it('a name of another kind of model, wrong options and wrong objects are refused before any request', async () => {
    await expect(ociModel('hf://org/model')).rejects.toMatchObject({ code: 'source/reference-invalid' });
    const host = 'localhost:1';
    await expect(ociModel(`oci://${host}/m`, { view: 'both' as 'files' })).rejects.toThrow('the option view must be');
    for (const credentials of ['token', {}, { username: 'a' }, { registryToken: 'a\nb' }]) {
      const given = { credentials: credentials as never };
      await expect(ociModel(`oci://${host}/m`, given)).rejects.toThrow('the option credentials must be');
    }
    const forged = { kind: 'oci', registry: 'host/../x', name: 'm', tag: null, digest: null } as const;
    await expect(ociModel(forged)).rejects.toMatchObject({ code: 'source/reference-invalid' });
  });
});

describe('the two views of a manifest', () => {
  it('a signature chooses the view that has exactly its names', async () => {
    const registry = await registryWith();
    const { 'config.json': _, ...rest } = files;
    const { digest } = registry.push('org/model', 'v2', rest, { key: 'org.opencontainers.image.title' });
    const model = await open(registry, `org/model@${digest}`);
    for (const view of ['files', 'layers'] as const) {
      const bundle = await sign(model, view);
      const { manifest } = await openSignature(bundle, verifier);
      const signed = manifest.resources.map(({ path }) => path);
      expect(signed.includes('config.json')).toBe(view === 'layers');
      expect(model.viewFor(signed)).toBe(view);
      const { verdict } = await verifyModel(model.withView(model.viewFor(signed)), bundle, verifier);
      expect(verdict).toBe('verified');
    }
  });

  it('a signature of other names is compared with the view that differs least', async () => {
    const model = await open(await registryWith());
    expect(model.viewFor([...names, 'more.bin'])).toBe('files');
    expect(model.viewFor(names.slice(1))).toBe('files');
    expect(model.viewFor(['config.json', 'layer_000.tar.gz', 'layer_001.tar.gz', 'layer_002.tar.gz', 'x'])).toBe(
      'layers',
    );
  });

  it('layers that have no title are called by their number, as other implementations call them', async () => {
    const model = await open(await registryWith());
    const { files: listed } = await model.withView('layers').list({
      followSymlinks: false,
      sizes: false,
      excludes: () => false,
    });
    expect(listed.map(({ name, size }) => [name, size])).toEqual([
      ['config.json', 2],
      ['layer_000.tar.gz', 7],
      ['layer_001.tar.gz', 5],
      ['layer_002.tar.gz', 200_000],
    ]);
  });
});

describe('a signature among the layers of a model', () => {
  it('a layer that is read as the signature is no part of the model, in whichever view', async () => {
    const registry = await registryWith();
    const bundle = await sign(await open(registry));
    registry.push('org/model', 'signed', { ...files, 'model.sig': bundle });
    const model = await open(registry, 'org/model:signed');
    const found = await findSignature(model);
    expect(found).toMatchObject({ name: 'model.sig' });
    const { verdict, ignored } = await verifyModel(model, await model.readSignature(found.name), verifier);
    expect(verdict).toBe('verified');
    expect(ignored).toEqual(['model.sig']);
  });

  it('what is attached comes before a layer with the name of a signature', async () => {
    const registry = await registryWith();
    const other = testKey();
    const old = await sign(await open(registry), 'files', other);
    registry.push('org/model', 'signed', { ...files, 'model.sig': old });
    const model = await open(registry, 'org/model:signed');
    const { digest } = await model.attach(await sign(model, 'files', key));
    expect(await model.findSignatures()).toMatchObject([
      { name: digest, rank: 0 },
      { name: 'model.sig', rank: 2 },
    ]);
    await expect(findSignature(model)).resolves.toMatchObject({ name: digest });
  });
});
