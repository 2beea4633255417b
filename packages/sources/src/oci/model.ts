import { type Listing, type ListOptions, MAX_BUNDLE_BYTES, quote } from '@model-signing/core';
import { aFunction, anAbortSignal, checkEach, oneOf, trueOrFalse } from '@model-signing/x509/options';
import { dockerCredentials } from '#docker-credentials';
import type { HttpClientOptions } from '../http/client.ts';
import { formatReference, type OciReference, parseReference } from '../reference.ts';
import { SourceError } from '../source-error.ts';
import type { SourceLocation, SourceModel } from '../source-model.ts';
import { fetchTransport } from '../web/transport.ts';
import { type Attached, attachAttestation, attachSignature } from './attach.ts';
import { type AttachedAttestation, attachedAttestations } from './attestations.ts';
import { credentialsRule, type OciCredentials } from './credentials.ts';
import { type Descriptor, parseManifest } from './manifest.ts';
import { checkView, type LoadedManifest, listFiles, type ManifestModel } from './manifest-model.ts';
import { RegistryClient, repositoryUrl } from './registry-client.ts';
import { RegistryHttp } from './registry-http.ts';
import { AttachedSignatures, namesAttached, signatureLayers } from './signatures.ts';
import { type OciView, ociViews, type ViewFile, viewFor, viewOf } from './views.ts';

/** How a model in a registry is found and read. */
export interface OciModelOptions {
  /** Default: those of docker's configuration in Node, and none in browsers. Null: none. */
  readonly credentials?: OciCredentials | null | undefined;
  /** Sends the requests. Default: the platform's own way. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Which files the manifest is taken to stand for. Default `files`. */
  readonly view?: OciView | undefined;
  /** Refuse a reference without a digest. Default false. */
  readonly requirePinned?: boolean | undefined;
  /** Ends the request for the manifest. Later requests have signals of their own. */
  readonly signal?: AbortSignal | undefined;
}

/** A model in an OCI registry, at one manifest. */
export interface OciModel extends SourceModel, ManifestModel {
  withView(view: OciView): OciModel;
  /**
   * Attaches a signature to the manifest, in the form of cosign: as a referrer, and where the registry has no API for those, in an index
   * under a tag. A bundle that is attached already is not attached again. Nothing is verified.
   * @param bundle the bytes of the signature file
   * @throws {OmsError} if it is no signature of a model
   * @throws {SourceError} what the registry fails with
   */
  attach(bundle: Uint8Array, signal?: AbortSignal): Promise<Attached>;
  /**
   * Attaches an attestation about the model, as {@link OciModel.attach} does with a signature. Nothing is verified.
   * @param bundle the bytes of one bundle
   * @throws {OmsError} `statement/predicate-type` for the signature of a model, and for what is no attestation; `bundle/…`
   * @throws {SourceError} what the registry fails with
   */
  attachAttestation(bundle: Uint8Array, signal?: AbortSignal): Promise<Attached>;
  /**
   * What is attached to the manifest besides signatures, one at a time, at most 10,000. Nothing of it is verified: `openAttestation` says
   * who made an attestation, and `attestedSubject` whether it is about this model.
   * @throws {SourceError} `source/too-large`, `source/response-invalid`, and what the registry fails with
   *
   * @example
   * const model = await ociModel('oci://ghcr.io/org/model:v1');
   * for await (const attached of model.attestations()) {
   *   console.log(attached.name, attached.kind === 'unknown' ? attached.problem : attached.kind);
   * }
   */
  attestations(signal?: AbortSignal): AsyncGenerator<AttachedAttestation, void, void>;
}

const viewRule = oneOf(...ociViews);

const rules = {
  credentials: credentialsRule,
  fetch: aFunction,
  view: viewRule,
  requirePinned: trueOrFalse,
  signal: anAbortSignal,
};

/**
 * A model in an OCI registry. A tag is resolved once, and everything after it is asked of the manifest that was found.
 * @param reference `oci://registry/name[:tag][@digest]`
 * @throws {SourceError} `source/reference-invalid`, `source/not-pinned`, `source/not-found`, `source/manifest-invalid`, `source/unauthorized`,
 * `source/unreachable`, `source/response-invalid`, `source/too-large`
 *
 * @example
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const model = await ociModel('oci://ghcr.io/org/model:v1');
 * const { name } = await findSignature(model);
 * const { verdict } = await verifyModel(model, await model.readSignature(name), verifier);
 */
export async function ociModel(reference: string | OciReference, options: OciModelOptions = {}): Promise<OciModel> {
  const checked = checkEach(options, rules);
  const { credentials, view, requirePinned, signal } = checked;
  const client = checked.fetch === undefined ? {} : { transport: fetchTransport(checked.fetch) };
  return openManifest(referenceOf(reference), { credentials, view, requirePinned, signal, client });
}

/** The options with those of the HTTP client, which tests shorten. */
export interface ManifestOptions extends Omit<OciModelOptions, 'fetch'> {
  readonly client: HttpClientOptions;
}

/** As {@link ociModel}. */
export async function openManifest(
  named: OciReference,
  { credentials, view = 'files', requirePinned = false, signal, client: settings }: ManifestOptions,
): Promise<OciModel> {
  const reference = formatReference(named);
  const isPinned = named.digest !== null;
  if (requirePinned && !isPinned) {
    const message = `${reference} leaves open what it means: name a digest, as in oci://REGISTRY/NAME@sha256:…`;
    throw new SourceError('source/not-pinned', message);
  }
  const client = clientFor(named, credentials, settings);
  const tag = named.digest ?? named.tag ?? 'latest';
  const fetched = await client.manifest(tag, signal);
  if (fetched === null) {
    const wanted = quote(`${named.name}${named.digest === null ? ':' : '@'}${tag}`);
    const untagged = (named.digest ?? named.tag) ? '' : ', which a name without a tag means';
    throw new SourceError('source/not-found', `the registry ${named.registry} has no ${wanted}${untagged}`);
  }
  const { digest, bytes, contentType } = fetched;
  const pinned = formatReference({ ...named, tag: null, digest });
  const title = `manifest of ${pinned}`;
  const parsed = parseManifest(bytes, title, contentType);
  const location = { kind: 'oci', reference, pinned, revision: digest, isPinned } as const;
  const name = named.name.slice(named.name.lastIndexOf('/') + 1);
  const loaded = { digest, bytes: bytes.length, parsed, title };
  const attached = new AttachedSignatures(client, digest);
  return modelAt({ name, location, client, loaded, attached, signatureName: null }, view);
}

function referenceOf(reference: string | OciReference): OciReference {
  // An object is written and read again, as it may not have come from `parseReference`.
  const text = typeof reference === 'string' ? reference : formatReference(reference);
  const parsed = parseReference(text);
  if (parsed.kind === 'oci') return parsed;
  throw new SourceError(
    'source/reference-invalid',
    `${quote(text)} names no model in a registry: expected oci://REGISTRY/NAME[:TAG][@DIGEST]`,
  );
}

function clientFor(
  named: OciReference,
  credentials: OciCredentials | null | undefined,
  settings: HttpClientOptions,
): RegistryClient {
  const base = repositoryUrl(named);
  const repository = base.pathname.slice('/v2/'.length, -1);
  const given = credentials === undefined ? () => dockerCredentials(named.registry) : async () => credentials;
  const access = { origin: base.origin, host: named.registry, repository, credentials: given };
  return new RegistryClient(new RegistryHttp(access, settings), base);
}

/** A manifest in a registry, ready to be listed. */
interface Source {
  readonly name: string;
  readonly location: SourceLocation;
  readonly client: RegistryClient;
  readonly loaded: LoadedManifest;
  readonly attached: AttachedSignatures;
  /** The layer that was read as the signature, which is no part of the model then, in whichever view. */
  signatureName: string | null;
}

function modelAt(source: Source, view: OciView): OciModel {
  const { name, location, client, loaded, attached } = source;
  const { digest, bytes, parsed, title } = loaded;
  const subject = { mediaType: parsed.mediaType, digest, size: bytes };
  return {
    name,
    location,
    view,
    manifest: subject,
    withView: (other) => modelAt(source, checkView(other)),
    viewFor: (names) => viewFor(parsed, names, title),
    list: async (options) => listSource(source, viewOf(parsed, view, title), options),
    async findSignatures(signal) {
      const layers = signatureLayers(namedLayers(loaded).map((file) => file.name));
      return [...(await attached.find(signal)), ...layers];
    },
    async readSignature(wanted, signal) {
      if (namesAttached(wanted)) return attached.read(wanted, signal);
      const layer = namedLayers(loaded).find((file) => file.name === wanted);
      if (!layer) throw new SourceError('source/not-found', `there is no layer ${quote(wanted)} in ${location.pinned}`);
      const signature = await client.blob(layer.blob, MAX_BUNDLE_BYTES, signal);
      source.signatureName = wanted;
      return signature;
    },
    attach: (bundle, signal) => attachSignature(client, subject, bundle, signal),
    attachAttestation: (bundle, signal) => attachAttestation(client, subject, bundle, signal),
    attestations: (signal) => attachedAttestations(client, digest, signal),
  };
}

function listSource({ client, signatureName }: Source, files: readonly ViewFile[], options: ListOptions): Listing {
  const contentOf = (blob: Descriptor) => ({
    read: (start: number, end: number, signal?: AbortSignal) => client.readBlob(blob, start, end, signal),
  });
  const rest = files.filter((file) => file.name !== signatureName);
  const listing = listFiles(rest, options, contentOf);
  if (signatureName === null || rest.length === files.length) return listing;
  return { ...listing, excluded: [...listing.excluded, signatureName], signatureName };
}

/** The layers by the names of the first view that is possible. */
function namedLayers({ parsed, title }: LoadedManifest): ViewFile[] {
  for (const view of ociViews) {
    try {
      return viewOf(parsed, view, title);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
    }
  }
  return [];
}
