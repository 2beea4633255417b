import type { Warnings } from '../errors.ts';
import type { SignatureForm } from '../pae.ts';
import { v0_2 } from './v0.2.ts';
import { v1_0 } from './v1.0.ts';
import type { CurrentVersion, FormatVersion } from './version.ts';

/** Versions, the first of which is the default: it handles a statement whose predicate type belongs to none of them. */
export type Versions = readonly [FormatVersion, ...FormatVersion[]];

/**
 * The version to sign in: 1.0, or the draft that the caller names.
 * @throws {TypeError} for a draft that this release does not have
 */
export async function versionToSign(draft: unknown): Promise<CurrentVersion> {
  return draft === undefined ? v1_0 : loadDraft(draft);
}

/**
 * The versions that a verifier accepts: 1.0, the historical forms, and the draft that the caller names.
 * @throws {TypeError} for a draft that this release does not have
 */
export async function acceptedVersions(draft: unknown): Promise<Versions> {
  return draft === undefined ? [v1_0, v0_2] : [v1_0, v0_2, await loadDraft(draft)];
}

/** The versions whose signatures cover this form of the signed bytes. */
export function ofForm(form: SignatureForm, versions: Versions): Versions {
  const [first, ...others] = versions.filter(({ signedBytes }) => signedBytes.form === form);
  // A verifier in JavaScript may return anything.
  if (!first) throw new TypeError('the verifier returned no form of the signature');
  return [first, ...others];
}

/** Every version that this release can read. */
export async function allVersions(): Promise<Versions> {
  return acceptedVersions('1.1');
}

async function loadDraft(draft: unknown): Promise<CurrentVersion> {
  if (draft !== '1.1') throw new TypeError('the only draft is "1.1"');
  return (await import('./v1.1.ts')).v1_1;
}

/** The version whose predicate type a statement has; if there is none, the first, whose schema then refuses the statement. */
export function versionOf(value: unknown, [first, ...others]: Versions): FormatVersion {
  const predicateType = (value as { predicateType?: unknown } | null)?.predicateType;
  return others.find((version) => version.predicateType === predicateType) ?? first;
}

/** Warns if the signature covers, or claims to cover, bytes of a historical form (OMS-HIST-5). */
export function warnOfForm({ signedBytes: { warning } }: FormatVersion, warnings: Warnings): void {
  if (warning !== null) warnings.add('envelope/historical-form', warning);
}
