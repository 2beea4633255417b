import { type Method, parseBundle, type VerificationMaterial } from './format/bundle.ts';
import { type Warning, Warnings } from './format/errors.ts';
import { checkManifest } from './format/manifest/check.ts';
import type { Manifest } from './format/manifest/manifest.ts';
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
  const { manifest } = checkManifest(stated, version, warnings);
  return { method, material, subjectName, manifest, warnings: warnings.close() };
}
