import { type Method, parseBundle, type VerificationMaterial } from './format/bundle.ts';
import { type Warning, Warnings } from './format/errors.ts';
import { checkManifest, type Manifest } from './format/manifest.ts';
import { loadDraft } from './format/versions/draft.ts';
import { parseClaimedStatement } from './format/versions/historical.ts';

/** What a bundle claims. Nothing of it was verified: anyone can write a bundle that claims anything. */
export interface Inspection {
  readonly method: Method;
  readonly material: VerificationMaterial;
  /** Null in the form of version 0.2.0, which has no place for it. */
  readonly subjectName: string | null;
  readonly manifest: Manifest;
  readonly warnings: readonly Warning[];
}

/**
 * Reads a bundle without verifying its signature and without looking at a model.
 * @throws {OmsError} `bundle/…`, `envelope/…`, `statement/…`, `manifest/…` for a bundle that no model could satisfy
 */
export async function inspectBundle(bundle: Uint8Array): Promise<Inspection> {
  await loadDraft('1.1');
  const warnings = new Warnings();
  const { method, material, payload } = parseBundle(bundle, warnings);
  const { subjectName, manifest } = parseClaimedStatement(payload, warnings);
  checkManifest(manifest, warnings);
  return { method, material, subjectName, manifest, warnings: warnings.list };
}
