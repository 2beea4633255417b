import type { Warnings } from '../errors.ts';
import { chosenExtensions, extensions } from '../extensions.ts';
import type { SignatureForm } from '../pae.ts';
import { v0_2 } from './v0.2.ts';
import { v1_0 } from './v1.0.ts';
import type { CurrentVersion, FormatVersion } from './version.ts';

/** Versions, the first of which is the default: it handles a statement whose predicate type belongs to none of them. */
export type Versions = readonly [FormatVersion, ...FormatVersion[]];

/**
 * The version to sign in: 1.0, or the draft that the caller names.
 * @throws {TypeError} for a draft or an extension that this release does not have, and for an extension without a draft
 */
export async function versionToSign(draft: unknown, extensions?: readonly string[]): Promise<CurrentVersion> {
  return draft === undefined ? withoutExtensions(v1_0, extensions) : loadDraft(draft, extensions);
}

/**
 * The versions that a verifier accepts: 1.0, the historical forms, and the draft that the caller names, with these extensions.
 * @throws {TypeError} for a draft or an extension that this release does not have, and for an extension without a draft
 */
export async function acceptedVersions(draft: unknown, extensions?: readonly string[]): Promise<Versions> {
  if (draft === undefined) return [withoutExtensions(v1_0, extensions), v0_2];
  return [v1_0, v0_2, await loadDraft(draft, extensions)];
}

function withoutExtensions(version: CurrentVersion, extensions: readonly string[] = []): CurrentVersion {
  if (extensions.length > 0) throw new TypeError('extensions need the draft of version 1.1');
  return version;
}

/** The versions whose signatures cover this form of the signed bytes. */
export function ofForm(form: SignatureForm, versions: Versions): Versions {
  const [first, ...others] = versions.filter(({ signedBytes }) => signedBytes.form === form);
  // A verifier in JavaScript may return anything.
  if (!first) throw new TypeError('the verifier returned no form of the signature');
  return [first, ...others];
}

/** The predicate type of the version whose rule gives the root digest: version 0.2.0 stated none, so that of 1.0 is computed. */
export function rootTypeOf(version: FormatVersion): string {
  return version === v0_2 ? v1_0.predicateType : version.predicateType;
}

/** Every version that this release can read. */
export async function allVersions(): Promise<Versions> {
  return acceptedVersions('1.1', extensions);
}

async function loadDraft(draft: unknown, extensions?: readonly string[]): Promise<CurrentVersion> {
  if (draft !== '1.1') throw new TypeError('the only draft is "1.1"');
  return (await import('./v1.1.ts')).draftVersion(chosenExtensions(extensions));
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
