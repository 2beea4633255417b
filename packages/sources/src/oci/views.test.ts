import { openSignature, verifyModel } from '@model-signing/core';
import { digestOf, mediaTypes } from '@model-signing/testing/registry-content';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceError } from '../source-error.ts';
import { sign, verifier } from '../testing/registry.ts';
import { ociManifestModel } from './manifest-model.ts';
import { isBundleType } from './media-types.ts';
import type { OciView } from './views.ts';

const PATH = 'org.cncf.model.filepath';
const OLD = 'org.cnai.model.filepath';
const TITLE = 'org.opencontainers.image.title';

type Layer = { mediaType?: unknown; digest?: unknown; size?: unknown; annotations?: unknown };

const layer = (annotations: object, { digest = digestOf(JSON.stringify(annotations)), ...rest }: Layer = {}) => ({
  mediaType: mediaTypes.raw,
  digest,
  size: 10,
  annotations,
  ...rest,
});

const config = { mediaType: mediaTypes.config, digest: digestOf('config'), size: 2 };

function manifestOf(layers: readonly object[], changes: object = {}): Uint8Array {
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers, ...changes }));
}

async function namesOf(bytes: Uint8Array, view: OciView = 'files'): Promise<string[]> {
  const model = await ociManifestModel(bytes, { name: 'm', view });
  const { files } = await model.list({ followSymlinks: false, sizes: false, excludes: () => false });
  return files.map(({ name }) => name);
}

const refused = (code: string, message = '') =>
  expect.objectContaining({ name: 'SourceError', code, message: expect.stringContaining(message) });

describe('the names of files in a manifest', () => {
  it.each([PATH, OLD, TITLE])('the annotation %s names a file', async (key) => {
    expect(await namesOf(manifestOf([layer({ [key]: 'a/b.bin' })]))).toEqual(['a/b.bin']);
  });

  it('annotations that agree are one name, and two different names of one layer are refused', async () => {
    expect(await namesOf(manifestOf([layer({ [PATH]: 'a', [OLD]: 'a', [TITLE]: 'a' })]))).toEqual(['a']);
    for (const two of [
      { [PATH]: 'a/b', [TITLE]: 'b' },
      { [PATH]: 'a', [OLD]: 'A' },
    ]) {
      for (const view of ['files', 'layers'] as const) {
        await expect(namesOf(manifestOf([layer(two)]), view)).rejects.toEqual(
          refused('source/manifest-invalid', 'both'),
        );
      }
    }
  });

  it.each(['../x', '/etc/passwd', 'a/../b', 'a//b', './a', 'a/', 'a\0b', '\ud800', 'x'.repeat(5000)])(
    'the name %j is refused in both views',
    async (name) => {
      for (const key of [PATH, OLD, TITLE]) {
        for (const view of ['files', 'layers'] as const) {
          const names = namesOf(manifestOf([layer({ [key]: name })]), view);
          await expect(names).rejects.toEqual(refused('source/manifest-invalid'));
        }
      }
    },
  );

  it('two files of one name are refused, and in the view of layers one that is called as the config is', async () => {
    const a = { digest: digestOf('other') };
    for (const key of [TITLE, PATH]) {
      const two = manifestOf([layer({ [TITLE]: 'a' }), layer({ [key]: 'a' }, a)]);
      for (const view of ['files', 'layers'] as const) {
        await expect(namesOf(two, view)).rejects.toEqual(refused('source/manifest-invalid', 'two of its resources'));
      }
    }
    const titled = manifestOf([layer({ [TITLE]: 'config.json' })]);
    expect(await namesOf(titled)).toEqual(['config.json']);
    await expect(namesOf(titled, 'layers')).rejects.toEqual(refused('source/manifest-invalid', '"config.json"'));
    const numbered = manifestOf([layer({ [TITLE]: 'layer_001.tar.gz' }), layer({})]);
    await expect(namesOf(numbered, 'layers')).rejects.toEqual(refused('source/manifest-invalid'));
  });

  it.each([
    'application/vnd.cncf.model.weight.v1.tar',
    'application/vnd.cncf.model.weight.v1.tar+gzip',
    'application/vnd.oci.image.layer.v1.tar+zstd',
    'application/vnd.docker.image.rootfs.diff.tar.gzip',
    'application/x-tar',
    'application/gzip',
    'application/vnd.example.model.v1.tar-gzip',
    'application/vnd.example.model.v1.tar.gz',
    'application/vnd.example.model.v1+zst',
    'application/x-gtar; version=1',
    'APPLICATION/VND.KITOPS.MODELKIT.MODEL.V1.TAR',
  ])('a layer of the type %s is no file, and is a layer', async (mediaType) => {
    const bytes = manifestOf([layer({ [TITLE]: 'weights' }, { mediaType })]);
    await expect(namesOf(bytes)).rejects.toEqual(refused('source/digest-unavailable', '"weights" is an archive'));
    expect(await namesOf(bytes, 'layers')).toEqual(['config.json', 'weights']);
  });

  it('a file that oras pushes without a type is a file, and a directory that it packs or a layer of an image is none', async () => {
    const mediaType = 'application/vnd.oci.image.layer.v1.tar';
    expect(await namesOf(manifestOf([layer({ [TITLE]: 'a' }, { mediaType })]))).toEqual(['a']);
    const packed = layer({ [TITLE]: 'a', 'io.deis.oras.content.unpack': 'true' }, { mediaType });
    const image = { config: { ...config, mediaType: 'application/vnd.oci.image.config.v1+json' } };
    for (const bytes of [
      manifestOf([packed]),
      manifestOf([layer({}, { mediaType })]),
      manifestOf([layer({ [TITLE]: 'a' }, { mediaType })], image),
    ]) {
      await expect(namesOf(bytes)).rejects.toEqual(refused('source/digest-unavailable', 'archive'));
    }
  });

  it('a layer without a name is no file', async () => {
    await expect(namesOf(manifestOf([layer({})]))).rejects.toEqual(refused('source/digest-unavailable', 'no name'));
  });

  it('a SHA-512 digest cannot be compared with a signature', async () => {
    const digest = `sha512:${'0'.repeat(128)}`;
    await expect(namesOf(manifestOf([layer({ [PATH]: 'a' }, { digest })]))).rejects.toEqual(
      refused('source/digest-unavailable', 'SHA-256'),
    );
  });
});

describe('a manifest that is not in its form', () => {
  it.each<[string, Uint8Array]>([
    ['no JSON', Buffer.from('{')],
    ['an array', Buffer.from('[]')],
    ['a member twice', Buffer.from('{"schemaVersion":2,"schemaVersion":2}')],
    ['deep nesting', Buffer.from('['.repeat(100_000))],
    ['another version', manifestOf([], { schemaVersion: 1 })],
    ['another media type', manifestOf([], { mediaType: 'application/vnd.oci.image.layer.v1.tar' })],
    ['no config', manifestOf([], { config: undefined })],
    ['no layers', manifestOf([], { layers: undefined })],
    ['layers and manifests', manifestOf([], { manifests: [] })],
    ['a short digest', manifestOf([layer({}, { digest: 'sha256:55' })])],
    ['a digest in capitals', manifestOf([layer({}, { digest: digestOf('').toUpperCase() })])],
    ['a digest of another kind', manifestOf([layer({}, { digest: 'md5:d41d8cd98f00b204e9800998ecf8427e' })])],
    ['a digest that is no text', manifestOf([layer({}, { digest: null })])],
    ['a size that is no number', manifestOf([layer({}, { size: '10' })])],
    ['a negative size', manifestOf([layer({}, { size: -1 })])],
    ['a size that no number holds', manifestOf([layer({}, { size: 2 ** 60 })])],
    ['a media type that is no text', manifestOf([layer({}, { mediaType: 1 })])],
    ['an annotation that is no text', manifestOf([layer({ [PATH]: 1 })])],
    ['annotations that are no object', manifestOf([layer({}, { annotations: [] })])],
  ])('a manifest with %s is refused', async (_what, bytes) => {
    const error = await ociManifestModel(bytes, { name: 'm' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SourceError);
    expect((error as SourceError).code).toMatch(/^source\/(?:manifest-invalid|too-large)$/);
  });

  it('an index is refused, with the digests to choose from', async () => {
    const manifests = [layer({}), layer({ a: 'b' })];
    const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests }));
    await expect(ociManifestModel(index, { name: 'm' })).rejects.toMatchObject({
      code: 'source/manifest-invalid',
      choices: manifests.map(({ digest }) => digest),
    });
  });

  it('a manifest of more than 4 MiB is refused', async () => {
    await expect(ociManifestModel(Buffer.alloc(4 * 1024 * 1024 + 1, 32), { name: 'm' })).rejects.toEqual(
      refused('source/too-large'),
    );
  });

  it('any bytes are read or refused by an error with a code', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array(), fc.json().map(Buffer.from)), async (bytes) => {
        const error = await ociManifestModel(bytes, { name: 'm' }).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(SourceError);
      }),
    );
  });
});

describe('a manifest in a file', () => {
  const bytes = manifestOf([layer({ [TITLE]: 'a.bin' }), layer({ [TITLE]: 'b.bin' })]);

  it('a manifest in a file is signed and verified by its digests in both views', async () => {
    const model = await ociManifestModel(bytes, { name: 'manifest' });
    expect(model.manifest).toEqual({ digest: digestOf(bytes), size: bytes.length, mediaType: mediaTypes.manifest });
    for (const view of ['files', 'layers'] as const) {
      const viewed = model.withView(view);
      const bundle = await sign(viewed as never, view);
      const { manifest, subjectName } = await openSignature(bundle, verifier);
      expect(subjectName).toBe('manifest');
      expect(model.viewFor(manifest.resources.map(({ path }) => path))).toBe(view);
      const { verdict } = await verifyModel(viewed, bundle, verifier, { evidence: 'advertised' });
      expect(verdict).toBe('advertised');
    }
  });

  it('a manifest in a file has no bytes to verify, and says so', async () => {
    const model = await ociManifestModel(bytes, { name: 'manifest' });
    const bundle = await sign(model as never);
    await expect(verifyModel(model, bundle, verifier)).rejects.toMatchObject({
      code: 'source/digest-unavailable',
      message: expect.stringContaining('no content'),
    });
  });

  it('a signature of files whose digests are unknown is refused with the reason', async () => {
    const mediaType = 'application/vnd.cncf.model.weight.v1.tar';
    const packed = await ociManifestModel(manifestOf([layer({ [PATH]: 'a.bin' }, { mediaType })]), { name: 'm' });
    expect(packed.viewFor(['config.json', 'layer_000.tar.gz'])).toBe('layers');
    // Layers that were signed as such, so that a changed manifest is compared with what was signed.
    expect(packed.viewFor(['config.json', 'layer_000.tar.gz', 'layer_001.tar.gz'])).toBe('layers');
    for (const names of [['a.bin'], ['config.json', 'a.bin'], ['a.bin', 'config.json', 'b.bin']]) {
      expect(() => packed.viewFor(names)).toThrow(refused('source/digest-unavailable', 'archive'));
    }
    const titled = layer({ [TITLE]: 'a.bin' }, { mediaType });
    const named = await ociManifestModel(manifestOf([titled]), { name: 'm' });
    expect(() => named.viewFor(['a.bin'])).toThrow(refused('source/digest-unavailable', 'archive'));
  });

  it('wrong options and bytes that are none are TypeErrors', async () => {
    await expect(ociManifestModel(bytes, {} as never)).rejects.toThrow('the option name');
    await expect(ociManifestModel(bytes, { name: 'm', view: 'x' as never })).rejects.toThrow('the option view');
    await expect(ociManifestModel('{}' as never, { name: 'm' })).rejects.toThrow('Uint8Array');
    const model = await ociManifestModel(bytes, { name: 'm' });
    expect(() => model.withView('x' as never)).toThrow('the option view');
  });
});

it('a media type is that of a Sigstore bundle in all its forms, and in no other', () => {
  for (const type of [
    'application/vnd.dev.sigstore.bundle.v0.3+json',
    'application/vnd.dev.sigstore.bundle+json;version=0.3',
    'application/vnd.dev.sigstore.bundle+json; version=0.2',
  ]) {
    expect(isBundleType(type)).toBe(true);
  }
  for (const type of ['application/json', 'application/vnd.dev.sigstore.bundle.v0.4+json', '']) {
    expect(isBundleType(type)).toBe(false);
  }
});
