import type { Content, Listing, ListOptions, Model, ModelFile } from '@model-signing/core';
import { quote } from '@model-signing/core';
import { aString, checkEach, oneOf } from '@model-signing/x509/options';
import { SourceError } from '../source-error.ts';
import { digestOf } from './digest.ts';
import { type Descriptor, type DocumentTitle, type OciManifest, parseManifest } from './manifest.ts';
import { type OciView, ociViews, viewFor, viewOf } from './views.ts';

/** The model that a manifest of an OCI registry describes. Its files carry the digests in the manifest. */
export interface ManifestModel extends Model {
  /** Which files the manifest is taken to stand for. */
  readonly view: OciView;
  readonly manifest: {
    /** Of the bytes of the manifest: `sha256:…`. */
    readonly digest: string;
    /** In bytes. */
    readonly size: number;
    readonly mediaType: string;
  };
  /** The same model in another view. */
  withView(view: OciView): ManifestModel;
  /**
   * The view that a signature is of: the one that has exactly the signed names, or else the one that differs least.
   * @param names those of all signed files
   * @throws {SourceError} `source/digest-unavailable`, `source/manifest-invalid` if the signature is of no possible view
   */
  viewFor(names: readonly string[]): OciView;
}

/** A manifest, read and checked. */
export interface LoadedManifest {
  readonly digest: string;
  readonly bytes: number;
  readonly parsed: OciManifest;
  /** What messages call it. */
  readonly title: DocumentTitle;
}

export interface ManifestFileOptions {
  /** What the model is called: the subject of its signature. */
  readonly name: string;
  /** Default `files`. */
  readonly view?: OciView | undefined;
}

/**
 * The model of a manifest in memory, such as a file that a registry client stored. It has digests and no content, so it can be verified
 * with the evidence `advertised` only.
 * @throws {SourceError} `source/manifest-invalid`, `source/too-large`
 *
 * @example
 * const model = await ociManifestModel(await readFile('manifest.json'), { name: 'manifest', view: 'layers' });
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const bundle = await readFile('model.sig');
 * const { verdict } = await verifyModel(model, bundle, verifier, { evidence: 'advertised' });
 */
export async function ociManifestModel(bytes: Uint8Array, options: ManifestFileOptions): Promise<ManifestModel> {
  const rules = { name: aString, view: oneOf(...ociViews) };
  const { name, view = 'files' } = checkEach(options, rules, { required: ['name'] });
  if (!(bytes instanceof Uint8Array)) throw new TypeError('the manifest must be given as a Uint8Array');
  const title = `manifest ${quote(name)}`;
  const parsed = parseManifest(bytes, title);
  const loaded = { digest: await digestOf(bytes), bytes: bytes.length, parsed, title };
  return manifestModel(name, loaded, view, () => ({ read: noContent }));
}

// biome-ignore lint/correctness/useYield: it only throws, once it is read
async function* noContent(): AsyncGenerator<Uint8Array> {
  throw new SourceError(
    'source/digest-unavailable',
    'a manifest has no content to read: only its digests can be compared with a signature',
  );
}

/** @throws {TypeError} */
export function checkView(view: OciView): OciView {
  return checkEach({ view }, { view: oneOf(...ociViews) }, { required: ['view'] }).view;
}

/** @param contentOf how to read a blob */
function manifestModel(
  name: string,
  loaded: LoadedManifest,
  view: OciView,
  contentOf: (blob: Descriptor) => Content,
): ManifestModel {
  const { digest, bytes, parsed, title } = loaded;
  return {
    name,
    view,
    manifest: { digest, size: bytes, mediaType: parsed.mediaType },
    withView: (other) => manifestModel(name, loaded, checkView(other), contentOf),
    viewFor: (names) => viewFor(parsed, names, title),
    list: async (options) => listFiles(viewOf(parsed, view, title), options, contentOf),
  };
}

/** The files of a view as a listing, which is complete and can never change. */
export function listFiles(
  files: readonly { readonly name: string; readonly blob: Descriptor }[],
  { excludes }: ListOptions,
  contentOf: (blob: Descriptor) => Content,
): Listing {
  const listed: ModelFile[] = [];
  const excluded: string[] = [];
  for (const { name, blob } of files) {
    if (excludes(name)) excluded.push(name);
    else {
      const known = { algorithm: 'sha256', digest: blob.digest.slice('sha256:'.length) } as const;
      listed.push({ name, size: blob.size, content: { ...contentOf(blob), known } });
    }
  }
  return {
    singleFile: false,
    files: listed,
    excluded,
    unusable: [],
    externalLinks: [],
    signatureName: null,
    confirm: async () => {},
  };
}
