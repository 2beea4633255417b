import {
  MAX_BUNDLE_BYTES,
  type Method,
  parseBundle,
  parseBundleJson,
  type VerificationMaterial,
} from './format/bundle.ts';
import { type BundleClaims, bundleClaims, hasBareEnvelope } from './format/claims.ts';
import { OmsError, type Warning, Warnings } from './format/errors.ts';
import { jsonLines } from './format/json-lines.ts';
import type { Manifest } from './format/manifest/manifest.ts';
import { checkManifestOfAll } from './format/manifest/sub-manifests.ts';
import { parsePayload } from './format/statement.ts';
import { allVersions, versionOf, warnOfForm } from './format/versions/versions.ts';

/** What a bundle claims. None of it is verified: anyone can write a bundle that claims anything. */
export interface Inspection {
  readonly method: Method;
  readonly material: VerificationMaterial;
  /** Null in the form of version 0.2.0, which has no place for it. */
  readonly subjectName: string | null;
  readonly manifest: Manifest;
  readonly warnings: readonly Warning[];
}

/**
 * Reads a bundle without verifying its signature and without looking at a model. To know who signed what, use
 * `openSignature`.
 * @throws {OmsError} `bundle/…`, `envelope/…`, `statement/…`, `manifest/…` for a bundle that no model could satisfy
 *
 * @example
 * const { method, manifest } = await inspectBundle(await readFile('model.sig'));
 * console.log(`claims ${manifest.resources.length} resources, signed with the method ${method}`);
 */
export async function inspectBundle(bundle: Uint8Array): Promise<Inspection> {
  const versions = await allVersions();
  const warnings = new Warnings();
  const { method, material, payload } = parseBundle(bundle, warnings);
  const value = parsePayload(payload);
  const version = versionOf(value, versions);
  warnOfForm(version, warnings);
  const { subjectName, manifest: stated } = version.readStatement(value, warnings);
  const { manifest } = checkManifestOfAll(stated, version, warnings);
  return { method, material, subjectName, manifest, warnings: warnings.close() };
}

/** One bundle of a file: the signature of a model, any other bundle, or one that cannot be read. */
export type FileEntry =
  | { readonly kind: 'model'; readonly inspection: Inspection }
  | { readonly kind: 'other'; readonly claims: BundleClaims }
  | { readonly kind: 'unreadable'; readonly error: OmsError };

/** Far more signatures and attestations than one model has. */
const MAX_BUNDLES = 1000;

/**
 * Reads every bundle of a file without verifying anything: one bundle, or JSON Lines with several. Besides signatures of models,
 * it reads attestations of any predicate type, other DSSE envelopes, and signatures of messages.
 * @throws {OmsError} the code for the only bundle of a file if it cannot be read; `bundle/too-large` for more than 1,000 bundles
 *
 * @example
 * for (const entry of await inspectFile(await readFile('attestations.jsonl'))) {
 *   if (entry.kind === 'other') console.log('claims', entry.claims.statement?.predicateType);
 * }
 */
export async function inspectFile(file: Uint8Array): Promise<readonly FileEntry[]> {
  if (!(file instanceof Uint8Array)) throw new TypeError('the file must be given as a Uint8Array');
  if (file.length > MAX_BUNDLE_BYTES) {
    throw new OmsError('bundle/too-large', `the file has more than ${MAX_BUNDLE_BYTES} bytes`);
  }
  const lines = jsonLines(file, MAX_BUNDLES + 1);
  if (lines.length > MAX_BUNDLES) {
    throw new OmsError('bundle/too-large', `the file holds more than ${MAX_BUNDLES} bundles`);
  }
  const [only, ...others] = lines;
  if (only === undefined || others.length === 0) return [await readEntry(file)];
  const entries: FileEntry[] = [];
  for (const line of lines) entries.push(await readEntry(line).catch(asUnreadable));
  return entries;
}

function asUnreadable(error: unknown): FileEntry {
  if (error instanceof OmsError) return { kind: 'unreadable', error };
  throw error;
}

async function readEntry(bundle: Uint8Array): Promise<FileEntry> {
  try {
    return { kind: 'model', inspection: await inspectBundle(bundle) };
  } catch (error) {
    if (!(error instanceof OmsError)) throw error;
    const { claims, isBareEnvelope } = otherClaims(bundle, error);
    const { predicateType } = claims.statement ?? {};
    // It says that it is the signature of a model, so why it is none matters more; an envelope alone does not say by whom.
    if (!isBareEnvelope && (await allVersions()).some((version) => version.predicateType === predicateType))
      throw error;
    return { kind: 'other', claims };
  }
}

/** @throws {OmsError} `refusal`, if the bytes are no bundle of another kind either */
function otherClaims(bundle: Uint8Array, refusal: OmsError): { claims: BundleClaims; isBareEnvelope: boolean } {
  let isBareEnvelope = false;
  try {
    const document = parseBundleJson(bundle);
    isBareEnvelope = hasBareEnvelope(document);
    return { claims: bundleClaims(document), isBareEnvelope };
  } catch (error) {
    // That an envelope alone is no bundle is not why it cannot be read.
    throw error instanceof OmsError && !isBareEnvelope ? refusal : error;
  }
}
