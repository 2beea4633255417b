import { attest, attestedSubject, keySigner, openAttestation, openSignature } from '@model-signing/core';
import type { RegistryOptions } from '@model-signing/testing/registry';
import { digestOf, mediaTypes } from '@model-signing/testing/registry-content';
import { describe, expect, it } from 'vitest';
import { findSignature } from '../discovery.ts';
import { key, open, registryWith, sign, verifier } from '../testing/registry.ts';
import type { AttachedAttestation } from './attestations.ts';
import { BUNDLE } from './media-types.ts';
import type { OciModel } from './model.ts';

type Registry = Awaited<ReturnType<typeof registryWith>>;

const VULN = 'https://cosign.sigstore.dev/attestation/vuln/v1';

/** A signed model in a registry, and attestations of it. */
async function signedWorld(options: RegistryOptions = {}) {
  const registry = await registryWith(options);
  const model = await open(registry);
  const bundle = await sign(model);
  await model.attach(bundle);
  const signed = await openSignature(bundle, verifier);
  const make = async (number: number, predicateType = VULN) =>
    (await attest(signed, { predicateType, predicate: { number } }, keySigner(key))).bundle;
  return { registry, model, bundle, signed, make };
}

async function found(model: OciModel): Promise<AttachedAttestation[]> {
  const all: AttachedAttestation[] = [];
  for await (const one of model.attestations()) all.push(one);
  return all;
}

/** Stores something that refers to the model, as any client may. */
function store(registry: Registry, content: Uint8Array | string, changes: object = {}) {
  const layer = { mediaType: BUNDLE, digest: registry.pushBlob('org/model', content), size: content.length };
  return registry.pushManifest('org/model', null, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: BUNDLE,
    config: { mediaType: mediaTypes.empty, digest: registry.pushBlob('org/model', '{}'), size: 2 },
    layers: [layer],
    subject: { mediaType: mediaTypes.manifest, digest: registry.digest, size: 1 },
    ...changes,
  });
}

const claiming = (predicateType: string) => ({ annotations: { 'dev.sigstore.bundle.predicateType': predicateType } });

describe('attestations in a registry', () => {
  it.each(['api', 'none'] as const)(
    'an attestation is attached in the form of cosign, and is found apart from the signature (referrers: %s)',
    async (referrers) => {
      const { registry, model, signed, make } = await signedWorld({ referrers });
      const bundle = await make(1);
      const attached = await model.attachAttestation(bundle);
      expect(attached).toMatchObject({ how: referrers === 'api' ? 'api' : 'tag', wasThere: false });
      const stored = registry.repository('org/model').find(attached.digest);
      expect(JSON.parse(Buffer.from(stored?.bytes ?? '').toString())).toMatchObject({
        artifactType: BUNDLE,
        layers: [{ mediaType: BUNDLE, digest: digestOf(bundle) }],
        subject: { digest: registry.digest },
        ...claiming(VULN),
      });
      const [one, ...others] = await found(await open(registry));
      expect({ one, others }).toMatchObject({ one: { kind: 'bundle', name: attached.digest }, others: [] });
      const opened = await openAttestation((one as { bundle: Uint8Array }).bundle, verifier);
      expect(attestedSubject(opened, signed)).not.toBeNull();
      await expect(findSignature(await open(registry))).resolves.not.toMatchObject({ name: attached.digest });
    },
  );

  it('an attestation that is attached is not attached again, and one of another claim is', async () => {
    const { model, make } = await signedWorld();
    const bundle = await make(1);
    const first = await model.attachAttestation(bundle);
    await expect(model.attachAttestation(bundle)).resolves.toEqual({ ...first, wasThere: true });
    await expect(model.attachAttestation(await make(2))).resolves.toMatchObject({ wasThere: false });
    expect(await found(model)).toHaveLength(2);
  });

  it('a signature is not attached as an attestation, nor an attestation as a signature, nor what is neither', async () => {
    const { model, bundle, make, registry } = await signedWorld();
    const refused = { code: 'statement/predicate-type' };
    await expect(model.attachAttestation(bundle)).rejects.toMatchObject(refused);
    await expect(model.attach(await make(1))).rejects.toMatchObject(refused);
    await expect(model.attachAttestation(Buffer.from('{}'))).rejects.toMatchObject({
      code: expect.stringMatching(/^bundle\//),
    });
    expect(registry.referrersOf('org/model', registry.digest)).toHaveLength(1);
  });

  it('what is no attestation is reported in its place, and the others are found', async () => {
    const { registry, model, make } = await signedWorld();
    store(registry, 'a list of components', { artifactType: 'application/spdx+json', layers: [] });
    const elsewhere = store(registry, 'x', {
      subject: { mediaType: mediaTypes.manifest, digest: digestOf('x'), size: 1 },
    });
    store(registry, 'gone');
    registry.faults.set(digestOf('gone'), { status: 404 });
    store(registry, 'wrong');
    registry.faults.set(digestOf('wrong'), { respond: () => ({ body: 'other' }) });
    const { digest: name } = await model.attachAttestation(await make(1));
    const listed = registry.referrersOf('org/model', registry.digest);
    const entries = [...listed, { ...elsewhere, artifactType: BUNDLE }];
    registry.faults.set(`/v2/org/model/referrers/${registry.digest}`, {
      respond: () => ({
        headers: { 'content-type': mediaTypes.index },
        body: JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: entries }),
      }),
    });
    const problems = (await found(model)).map((one) => (one.kind === 'unknown' ? one.problem : one.name));
    expect(problems).toHaveLength(5);
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.stringContaining('application/spdx+json'),
        expect.stringContaining('something else'),
        expect.stringContaining(digestOf('gone')),
        expect.stringContaining(digestOf('wrong')),
        name,
      ]),
    );
  });

  it('the same bundle that is attached twice is a duplicate', async () => {
    const { registry, model, make } = await signedWorld();
    const bundle = await make(1);
    await model.attachAttestation(bundle);
    store(registry, bundle, claiming(VULN));
    expect((await found(model)).map(({ kind }) => kind)).toEqual(['bundle', 'duplicate']);
  });

  it('a signature without an annotation is found as a signature, and is no attestation', async () => {
    const { registry, model } = await signedWorld();
    const other = await sign(model, 'layers');
    store(registry, other);
    expect(await found(model)).toEqual([]);
    expect(await model.findSignatures()).toHaveLength(2);
  });

  it('a signature that claims to be an attestation counts as neither: it is no candidate, and is refused where it is opened', async () => {
    const registry = await registryWith();
    const model = await open(registry);
    const bundle = await sign(model);
    store(registry, bundle, claiming(VULN));
    await expect(findSignature(model)).rejects.toMatchObject({ code: 'source/signature-absent' });
    const [one] = await found(model);
    const opened = openAttestation((one as { bundle: Uint8Array }).bundle, verifier);
    await expect(opened).rejects.toMatchObject({ code: 'statement/predicate-type' });
  });

  it('an attestation that claims to be a signature counts as neither', async () => {
    const { registry, model, make } = await signedWorld();
    const before = await findSignature(model);
    store(registry, await make(1), claiming('https://model_signing/signature/v1.0'));
    await expect(findSignature(model)).resolves.toEqual(before);
    expect(await found(model)).toEqual([]);
  });

  it('a hundred attestations leave the signature to be found with few requests', { timeout: 60_000 }, async () => {
    const { registry, model, make } = await signedWorld();
    for (let number = 0; number < 100; number++) store(registry, await make(number), claiming(VULN));
    registry.log.length = 0;
    await expect(findSignature(model)).resolves.toMatchObject({ why: 'it is attached' });
    expect(registry.log.length).toBeLessThan(10);
    expect(await found(model)).toHaveLength(100);
  });

  it('more than 10,000 attestations are refused after the list, and the signature is still found', async () => {
    const { registry, model } = await signedWorld();
    const [signature] = registry.referrersOf('org/model', registry.digest);
    const many = Array.from({ length: 10_001 }, (_, index) => ({
      ...{ mediaType: mediaTypes.manifest, digest: digestOf(`${index}`), size: 1 },
      ...claiming(VULN),
    }));
    registry.faults.set(`/v2/org/model/referrers/${registry.digest}`, {
      respond: () => ({
        headers: { 'content-type': mediaTypes.index },
        body: JSON.stringify({ schemaVersion: 2, manifests: [signature, ...many] }),
      }),
    });
    registry.log.length = 0;
    await expect(found(model)).rejects.toMatchObject({
      code: 'source/too-large',
      message: expect.stringContaining('10000'),
    });
    expect(registry.log).toHaveLength(1);
    await expect(findSignature(model)).resolves.toMatchObject({ name: signature?.digest });
  });

  it('what was attached under the tag before the registry had the API is found beside what it lists', async () => {
    const { registry, model, make } = await signedWorld();
    const hidden = store(registry, await make(2), claiming(VULN));
    const rest = registry.referrersOf('org/model', registry.digest).filter(({ digest }) => digest !== hidden.digest);
    registry.faults.set(`/v2/org/model/referrers/${registry.digest}`, {
      respond: () => ({
        headers: { 'content-type': mediaTypes.index },
        body: JSON.stringify({ schemaVersion: 2, manifests: rest }),
      }),
    });
    await model.attachAttestation(await make(3));
    const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [{ ...hidden, ...claiming(VULN) }] };
    registry.pushManifest('org/model', registry.digest.replace(':', '-'), index);
    expect((await found(model)).map(({ name }) => name)).toContain(hidden.digest);
  });
});
