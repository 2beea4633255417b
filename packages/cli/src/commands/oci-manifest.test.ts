import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Sandbox } from '../testing/command.ts';
import { filesIn } from '../testing/stores.ts';

const sign = ['sign', 'key', '--oci-manifest', 'manifest.json', '--private-key', 'key.pem', '--signature', 'm.sig'];
const verify = ['verify', 'key', '--oci-manifest', 'manifest.json', '--public-key', 'key.pub', '--signature', 'm.sig'];

const descriptor = (content: string | Uint8Array) => ({
  digest: `sha256:${createHash('sha256').update(content).digest('hex')}`,
  size: content.length,
});

/** The manifest of an artifact that holds these files. */
function manifestOf(files: Readonly<Record<string, string | Uint8Array>>, key = 'org.cncf.model.filepath') {
  return {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.cncf.model.config.v1+json', ...descriptor('{}') },
    layers: Object.entries(files).map(([name, content]) => ({
      mediaType: 'application/vnd.cncf.model.weight.v1.raw',
      ...descriptor(content),
      annotations: { [key]: name },
    })),
  };
}

/** A sandbox with the manifest of its model in a file. */
function boxWithManifest(
  change: (manifest: ReturnType<typeof manifestOf>) => object = (manifest) => manifest,
): Sandbox {
  const box = new Sandbox();
  box.write('manifest.json', JSON.stringify(change(manifestOf(filesIn(box, 'model')))));
  return box;
}

describe('--oci-manifest', () => {
  it('a manifest in a file is signed by its digests, and verifies as advertised', async () => {
    const box = boxWithManifest();
    const signed = await box.json(sign);
    expect(signed).toMatchObject({ code: 0, result: { model: 'manifest', resourceCount: 3, bytes: 0 } });
    const { code, result } = await box.json(verify);
    expect({ code, result }).toMatchObject({
      code: 0,
      result: { verdict: 'advertised', view: 'files', checked: { files: 0, bytes: 0, advertised: 3 } },
    });
  });

  it('the signature of a manifest verifies the directory of its files, by their bytes', async () => {
    const box = boxWithManifest();
    await box.run(sign);
    const { code, result } = await box.json([
      'verify',
      'key',
      'model',
      '--public-key',
      'key.pub',
      '--signature',
      'm.sig',
    ]);
    expect({ code, result }).toMatchObject({ code: 0, result: { verdict: 'verified' } });
  });

  it('the signature of a directory verifies the manifest of its files', async () => {
    const box = boxWithManifest();
    await box.sign('--signature', 'm.sig');
    expect(await box.json(verify)).toMatchObject({ code: 0, result: { verdict: 'advertised', view: 'files' } });
  });

  it('with --oci-layers, layers and config are signed as other programs do, and the view is reported', async () => {
    const box = new Sandbox();
    const manifest = manifestOf({ 'weights.bin': 'w' }, 'org.opencontainers.image.title');
    box.write('manifest.json', JSON.stringify(manifest));
    expect(await box.json([...sign, '--oci-layers'])).toMatchObject({ code: 0, result: { resourceCount: 2 } });
    const { stdout } = await box.run(['inspect', 'm.sig']);
    for (const name of ['config.json', 'weights.bin']) expect(stdout).toContain(name);
    expect(await box.json(verify)).toMatchObject({ code: 0, result: { view: 'layers', verdict: 'advertised' } });
  });

  it('with --oci-layers, every layer is signed and nothing is ignored, unless the caller says so', async () => {
    const box = new Sandbox();
    const manifest = manifestOf({ 'weights.bin': 'w', '.gitattributes': 'g' }, 'org.opencontainers.image.title');
    box.write('manifest.json', JSON.stringify(manifest));
    expect(await box.json([...sign, '--oci-layers'])).toMatchObject({ code: 0, result: { resourceCount: 3 } });
    const { dsseEnvelope } = JSON.parse(readFileSync(box.path('m.sig'), 'utf8'));
    const { subject, predicate } = JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString());
    expect(subject).toMatchObject([{ name: 'manifest' }]);
    expect(predicate.serialization).toEqual({ method: 'files', hash_type: 'sha256', allow_symlinks: false });
    const ignored = await box.json([...sign, '--oci-layers', '--ignore-git-paths']);
    expect(ignored).toMatchObject({ code: 0, result: { resourceCount: 2 } });
  });

  it('an ignore path names a file or a directory of the manifest, in either view', async () => {
    const box = new Sandbox();
    const manifest = manifestOf(
      { 'weights.bin': 'w', 'docs/a.md': 'a', 'notes.md': 'n' },
      'org.opencontainers.image.title',
    );
    box.write('manifest.json', JSON.stringify(manifest));
    const ignoring = ['--ignore-paths', 'docs', '--ignore-paths', 'notes.md'];
    const signed = await box.json([...sign, '--oci-layers', ...ignoring]);
    expect(signed).toMatchObject({ code: 0, result: { resourceCount: 2, warnings: [] } });
    expect(await box.json([...verify, ...ignoring])).toMatchObject({ code: 0, result: { warnings: [] } });
    const absent = await box.json([...verify, '--ignore-paths', 'doc']);
    expect(absent.result.warnings).toMatchObject([{ code: 'command/ignore-path-absent' }]);
  });

  it('a manifest with another digest than was signed is refused, and the file is named', async () => {
    const box = boxWithManifest();
    await box.run(sign);
    box.write('manifest.json', JSON.stringify(manifestOf({ ...filesIn(box, 'model'), 'weights.bin': 'changed' })));
    const { code, result } = await box.json(verify);
    expect({ code, result }).toMatchObject({ code: 1, result: { error: { code: 'model/mismatch' } } });
    expect(result.error.differences).toMatchObject([{ kind: 'modified', path: 'weights.bin' }]);
  });

  it('a manifest from standard input is signed, under the name manifest', async () => {
    const box = boxWithManifest();
    const input = readFileSync(box.path('manifest.json'), 'utf8');
    const { code, result } = await box.json(sign.with(3, '-'), { input });
    expect({ code, result }).toMatchObject({ code: 0, result: { model: 'manifest' } });
  });

  it.each([
    [
      'two layers of one name',
      (manifest: ReturnType<typeof manifestOf>) => ({ ...manifest, layers: [...manifest.layers, ...manifest.layers] }),
    ],
    ['a name that escapes', () => manifestOf({ '../../etc/passwd': 'x' })],
    [
      'a short digest',
      (manifest: ReturnType<typeof manifestOf>) => ({
        ...manifest,
        layers: [{ ...manifest.layers[0], digest: 'sha256:55' }],
      }),
    ],
    ['an index', () => ({ schemaVersion: 2, manifests: [] })],
    ['no manifest', () => ({ hello: 'world' })],
  ])('a manifest with %s is refused, and nothing is signed', async (_, change) => {
    const box = boxWithManifest(change);
    const { code, result } = await box.json(sign);
    expect({ code, result }).toMatchObject({ code: 1, result: { error: { code: 'source/manifest-invalid' } } });
    expect(box.list()).not.toContain('m.sig');
  });

  it.each([
    [['--hash', 'blake3'], '--hash blake3 needs the bytes'],
    [['--shard-size', '1GB'], '--shard-size needs the bytes'],
    [['model'], 'takes the place of the model'],
    [['--require-pinned'], '--require-pinned is for'],
  ])('what a manifest cannot give is a wrong command line: %j', async (more, message) => {
    const { code, result } = await boxWithManifest().json([...sign, ...more]);
    expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
    expect(result.error.message).toContain(message);
  });

  it('a manifest that does not exist is not found', async () => {
    const { code, result } = await new Sandbox().json(verify);
    expect({ code, result }).toMatchObject({ code: 3, result: { error: { code: 'command/not-found' } } });
    expect(result.error.message).toBe('there is no manifest at "manifest.json"');
  });

  it('--oci-layers is for manifests, and refused for a directory', async () => {
    const { code, result } = await new Sandbox().json([
      'sign',
      'key',
      'model',
      '--private-key',
      'key.pem',
      '--oci-layers',
    ]);
    expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
  });
});
