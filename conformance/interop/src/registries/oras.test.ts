import { keyVerifier, verifyModel } from '@model-signing/core';
import { findSignature, ociModel } from '@model-signing/sources';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileOf, skipReason } from '../needed-programs.ts';
import { accepted, MODEL, publicKey, refused, Stage } from '../stage.ts';
import { programFor } from './environment.ts';
import { digestOf, nameKeys, pushModel } from './push.ts';
import type { RunningServer } from './servers.ts';
import { subjects } from './subjects.ts';

const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

const program = programFor('oras');
const withoutOras = skipReason({ oras: program });

const oras = (stage: Stage, ...args: readonly string[]) => stage.succeed([fileOf(program), ...args]);
const orasJson = async (stage: Stage, ...args: readonly string[]) =>
  JSON.parse(await stage.succeed([fileOf(program), ...args, '--format', 'json']));

/** Everything below a member that is called `digest`. */
const digestsIn = (value: unknown) =>
  [...JSON.stringify(value).matchAll(/"digest":"(sha256:\w+)"/g)].map(([, it]) => it);

describe.each(subjects)('oras and $title', ({ isSkipped: isAbsent, start }) => {
  const isSkipped = isAbsent || withoutOras !== '';
  let server: RunningServer;
  beforeAll(async () => {
    if (!isSkipped) server = await start();
  });
  afterAll(() => server?.stop());

  const sign = (stage: Stage, name: string) =>
    stage.ours('sign', 'key', `oci://${server.host}/${name}`, '--private-key', 'key.pem');
  const verify = (stage: Stage, name: string, ...more: string[]) =>
    stage.ours('verify', 'key', `oci://${server.host}/${name}`, '--public-key', 'key.pub.pem', ...more);

  it.skipIf(isSkipped)(`oras discovers and pulls the bundle that we attach${withoutOras}`, async () => {
    const stage = new Stage();
    await pushModel(server.host, 'org/ours', 'v1', MODEL);
    expect(await sign(stage, 'org/ours:v1')).toMatchObject(accepted());

    const model = `${server.host}/org/ours:v1`;
    const discovered = await orasJson(stage, 'discover', '--plain-http', model);
    const [referrer] = discovered.referrers ?? discovered.manifests ?? [];
    const ours = await ociModel(`oci://${model}`, { credentials: null });
    const stored = await findSignature(ours);
    expect(referrer.digest).toBe(stored.name);

    const manifest = JSON.parse(
      await oras(stage, 'manifest', 'fetch', '--plain-http', `${server.host}/org/ours@${referrer.digest}`),
    );
    expect(manifest).toMatchObject({ artifactType: BUNDLE, layers: [{ mediaType: BUNDLE }] });
    const bundle = `${server.host}/org/ours@${manifest.layers[0].digest}`;
    await oras(stage, 'blob', 'fetch', '--plain-http', '--output', 'pulled.sig', bundle);
    await verifyModel(ours, stage.read('pulled.sig'), keyVerifier({ publicKey }));
  });

  it.skipIf(isSkipped)(`a bundle that oras attaches is found and verified${withoutOras}`, async () => {
    const stage = new Stage();
    await pushModel(server.host, 'org/theirs', 'v1', MODEL);
    const name = `oci://${server.host}/org/theirs:v1`;
    const signed = await stage.ours('sign', 'key', name, '--private-key', 'key.pem', '--signature', 'local.sig');
    expect(signed).toMatchObject(accepted());
    expect(await verify(stage, 'org/theirs:v1')).toMatchObject(refused(3, 'source/signature-absent'));

    const file = `local.sig:${BUNDLE}`;
    await oras(stage, 'attach', '--plain-http', '--artifact-type', BUNDLE, `${server.host}/org/theirs:v1`, file);
    expect(await verify(stage, 'org/theirs:v1')).toMatchObject(accepted({ verdict: 'verified', view: 'files' }));
  });

  it.skipIf(isSkipped)(
    `both attach to the same model, and neither loses what the other attached${withoutOras}`,
    async () => {
      const stage = new Stage();
      await pushModel(server.host, 'org/both', 'v1', MODEL);
      const model = `${server.host}/org/both:v1`;
      stage.write('sbom.json', '{}');
      const attach = (type: string) =>
        oras(stage, 'attach', '--plain-http', '--artifact-type', type, model, 'sbom.json:application/json');
      await attach('application/vnd.example.before');
      expect(await sign(stage, 'org/both:v1')).toMatchObject(accepted());
      await attach('application/vnd.example.after');

      const discovered = await orasJson(stage, 'discover', '--plain-http', model);
      expect(digestsIn(discovered.referrers ?? discovered.manifests)).toHaveLength(3);
      expect(await verify(stage, 'org/both:v1')).toMatchObject(accepted());
    },
  );

  it.skipIf(isSkipped)(`an artifact that oras pushes is signed and verified by its titles${withoutOras}`, async () => {
    const stage = new Stage();
    for (const [name, content] of Object.entries(MODEL)) stage.write(name, content);
    await oras(stage, 'push', '--plain-http', `${server.host}/org/pushed:v1`, ...Object.keys(MODEL));
    expect(await sign(stage, 'org/pushed:v1')).toMatchObject(accepted());
    const { code, result } = await verify(stage, 'org/pushed:v1');
    expect([code, result.verdict]).toEqual([0, 'verified']);
  });

  it.skipIf(isSkipped)(
    `a model that oras copies with its referrers verifies in the other place${withoutOras}`,
    async () => {
      const stage = new Stage();
      await pushModel(server.host, 'org/from', 'v1', MODEL, { key: nameKeys.title });
      expect(await sign(stage, 'org/from:v1')).toMatchObject(accepted());
      const [from, to] = [`${server.host}/org/from:v1`, `${server.host}/other/to:v2`];
      await oras(stage, 'copy', '--recursive', '--from-plain-http', '--to-plain-http', from, to);
      expect(await verify(stage, 'other/to:v2')).toMatchObject(accepted({ verdict: 'verified' }));
    },
  );

  it.skipIf(isSkipped)(
    `a blob that oras takes for ours has the digest that its manifest states${withoutOras}`,
    async () => {
      const stage = new Stage();
      const { digest } = await pushModel(server.host, 'org/digest', 'v1', MODEL);
      const resolved = await oras(stage, 'resolve', '--plain-http', `${server.host}/org/digest:v1`);
      expect(resolved.trim()).toBe(digest);
      const layer = `${server.host}/org/digest@${digestOf(MODEL['tokenizer.json'] as string)}`;
      expect(await oras(stage, 'blob', 'fetch', '--plain-http', '--output', '-', layer)).toBe(MODEL['tokenizer.json']);
    },
  );
});
