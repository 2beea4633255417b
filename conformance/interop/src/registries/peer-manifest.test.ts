import path from 'node:path';
import { startRegistry } from '@model-signing/testing/registry';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fileOf, skipReason } from '../needed-programs.ts';
import { accepted, MODEL, refused, Stage } from '../stage.ts';
import { pythonOfPeer } from './environment.ts';
import { digestOf, nameKeys, pushModel } from './push.ts';

const python = pythonOfPeer();
const skipped = skipReason({ 'the Python peer': python });
const script = path.resolve(import.meta.dirname, '../../python/oci_manifest.py');

const peer = (stage: Stage, action: 'sign' | 'verify', key: string) => {
  const file = `key${action === 'sign' ? '' : '.pub'}.pem`;
  return [fileOf(python), script, action, 'manifest.json', key, stage.path(file), '--signature', 'peer.sig'];
};
const peerSigns = (stage: Stage) => stage.run(peer(stage, 'sign', '--private_key'));
const peerVerifies = (stage: Stage) => stage.run(peer(stage, 'verify', '--public_key'));

const SIGN = ['--private-key', 'key.pem', '--signature', 'peer.sig'];
const VERIFY = ['--public-key', 'key.pub.pem', '--signature', 'peer.sig'];
const sign = (stage: Stage) => stage.ours('sign', 'key', '--oci-manifest', 'manifest.json', '--oci-layers', ...SIGN);
const verify = (stage: Stage) => stage.ours('verify', 'key', '--oci-manifest', 'manifest.json', ...VERIFY);

const layer = (content: string, annotations?: Record<string, string>) => ({
  mediaType: 'application/vnd.cncf.model.weight.v1.raw',
  digest: digestOf(content),
  size: content.length,
  ...(annotations && { annotations }),
});

/** A manifest with a name from a title, and one without any. */
const manifest = {
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: { mediaType: 'application/vnd.cncf.model.config.v1+json', digest: digestOf('{}'), size: 2 },
  layers: [layer('weights', { [nameKeys.title]: 'onnx/model.onnx' }), layer('an archive')],
};

const write = (stage: Stage, value: object) => stage.write('manifest.json', JSON.stringify(value));

describe(`manifests as the Python peer signs them${skipped}`, () => {
  it.skipIf(skipped)('a manifest that the peer signs is verified as advertised', async () => {
    const stage = new Stage();
    write(stage, manifest);
    expect(await peerSigns(stage)).toMatchObject({ code: 0 });
    expect(await verify(stage)).toMatchObject(accepted({ verdict: 'advertised', view: 'layers' }));
    write(stage, { ...manifest, layers: [...manifest.layers].reverse() });
    expect(await verify(stage)).toMatchObject(refused(1, 'model/mismatch'));
  });

  it.skipIf(skipped)('a manifest that we sign in their form is verified by the peer', async () => {
    const stage = new Stage();
    write(stage, manifest);
    expect(await sign(stage)).toMatchObject(accepted());
    expect(await peerVerifies(stage)).toMatchObject({ code: 0 });
    write(stage, { ...manifest, config: layer('another') });
    expect(await peerVerifies(stage)).toMatchObject({ code: 1, stderr: expect.stringContaining('Signature mismatch') });
  });

  it.skipIf(skipped)(
    'a bundle of the peer is attached in a registry, found there and verified by every byte',
    async () => {
      const stage = new Stage();
      const registry = await startRegistry();
      onTestFinished(() => registry.stop());
      const { 'config.json': _, ...files } = MODEL;
      const { text } = await pushModel(registry.host, 'org/peer', 'v1', files, { key: nameKeys.title });
      stage.write('manifest.json', text);
      expect(await peerSigns(stage)).toMatchObject({ code: 0 });
      const name = `oci://${registry.host}/org/peer:v1`;
      expect(await stage.ours('attach', name, '--signature', 'peer.sig')).toMatchObject(accepted());
      const verified = await stage.ours('verify', 'key', name, '--public-key', 'key.pub.pem');
      expect(verified).toMatchObject(accepted({ verdict: 'verified', view: 'layers' }));
    },
  );

  const titled = (content: string, title: string) => layer(content, { [nameKeys.title]: title });

  it.skipIf(skipped).each([
    ['two layers of one title', [titled('a', 'a'), titled('b', 'a')]],
    ['a title that leaves the model', [titled('a', '../../etc/passwd')]],
    ['a digest that is too short', [{ ...titled('a', 'a'), digest: 'sha256:55' }]],
  ])('the peer signs %s, and we refuse to sign it and to verify it', async (_, layers) => {
    const stage = new Stage();
    write(stage, { ...manifest, layers });
    expect(await peerSigns(stage)).toMatchObject({ code: 0 });
    expect(await verify(stage)).toMatchObject({ code: 1, result: { ok: false } });
    expect(await sign(stage)).toMatchObject(refused(1, 'source/manifest-invalid'));
  });

  it.skipIf(skipped)(
    'what the peer signs of a layer called like the config is a file and never the config',
    async () => {
      const stage = new Stage();
      const layers = [titled('a', 'a'), titled('of the layer', 'config.json')];
      write(stage, { ...manifest, layers });
      expect(await peerSigns(stage)).toMatchObject({ code: 0 });
      expect(await sign(stage)).toMatchObject(refused(1, 'source/manifest-invalid'));
      // The peer lost the digest of the config, so that its signature is one of the files alone.
      expect(await verify(stage)).toMatchObject(accepted({ verdict: 'advertised', view: 'files' }));
      write(stage, { ...manifest, config: layer('of the layer'), layers: [titled('a', 'a')] });
      expect(await verify(stage)).toMatchObject(accepted({ view: 'layers' }));
      write(stage, { ...manifest, layers: [titled('a', 'a'), titled('other', 'config.json')] });
      expect(await verify(stage)).toMatchObject(refused(1, 'model/mismatch'));
    },
  );
});
