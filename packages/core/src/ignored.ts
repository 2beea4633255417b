import { unlessAborted } from './format/abort.ts';
import { OmsError, type Warnings } from './format/errors.ts';
import { canonicalIgnorePath, compareNames, namesSignature, PathSet, SIGNATURE_ENDINGS } from './format/names.ts';
import { quote } from './format/text.ts';
import { isLoadable } from './loadable.ts';
import type { ContentDigest, ExcludedCode, Listing } from './model.ts';

/** How a verifier treats what is left out of a model. */
export interface IgnoredFilesOptions {
  /**
   * Whether files that the signer, the caller or the defaults left out are accepted and listed in `ignored`, or refused; a list
   * of paths relative to the model root accepts what is at or below them, and refuses all else. The signature file that is read is
   * not refused, if the model knows it ({@link localModel}: `signaturePath`). Default `report`; with `strict`, `refuse`.
   */
  readonly ignoredFiles?: 'report' | 'refuse' | readonly string[] | undefined;
}

/** Of how many ignored paths it is found out whether they are the signature under another name. */
const MAX_EXAMINED = 100;

/** How many names a message shows. */
const MAX_NAMES = 5;

/**
 * Refuses what was left out of a model, except the accepted paths and the signatures: the file that is read, or one with the
 * content of any of them, wherever it is.
 * @throws {OmsError} `model/ignored-files` with every path; `manifest/ignore-path-invalid` and `model/ignore-path-outside` for an
 * accepted path that is none
 */
export function refuseIgnored(
  listing: Listing,
  signatures: readonly ContentDigest[],
  acceptedPaths: readonly string[],
): void {
  const { excluded, signatureName } = listing;
  const accepted = new PathSet(acceptedPaths.map(canonicalIgnorePath));
  const isAccepted = (name: string) => name === signatureName || accepted.covers(name.replace(/\/$/, ''));
  const others = excluded.filter((name) => !isAccepted(name)).sort(compareNames);
  const isCopy = (name: string) => signatures.some((signature) => listing.excludesOnly?.(name, signature) === true);
  const names = others.filter((name, index) => index >= MAX_EXAMINED || !isCopy(name));
  if (names.length === 0) return;
  const which = names.length === 1 ? 'an ignored path' : `${names.length} ignored paths`;
  throw new OmsError('model/ignored-files', `the model has ${which}, which no signature covers: ${some(names)}`, {
    differences: names.map((path) => ({ kind: 'ignored', path })),
  });
}

/**
 * Warns of a signature file in the model whose recorded name would also exclude a directory that takes its place (OMS-MATCH-10).
 */
export function warnOfSignatureName({ signatureName }: Listing, warnings: Warnings): void {
  if (signatureName === null || namesSignature(signatureName)) return;
  const endings = SIGNATURE_ENDINGS.join(', ');
  const message = `the signature file ${quote(signatureName)} is in the model, and its name, which is recorded as ignored, would also cover a directory: let it end in one of ${endings}, or put it beside the model`;
  warnings.add('model/signature-name', message);
}

/** Warns of files among what was left out that programs run or load, as if they belonged to the model. */
export async function warnOfIgnoredCode(
  listing: Listing,
  warnings: Warnings,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { excluded, signatureName } = listing;
  if (excluded.every((name) => name === signatureName)) return;
  const { names: found, complete } =
    (await unlessAborted(signal, () => listing.findExcludedCode?.())) ?? namedCode(excluded);
  const names = found.filter((name) => name !== signatureName);
  if (names.length > 0) {
    const message = `ignored paths hold files that programs run or load, and the signature does not cover them: ${some(names)}`;
    warnings.add('model/ignored-code', message);
  } else if (!complete) {
    const message = 'not all of the ignored paths could be searched for files that programs run or load';
    warnings.add('model/ignored-code', message);
  }
}

function namedCode(excluded: readonly string[]): ExcludedCode {
  return { names: excluded.filter(isLoadable), complete: true };
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).map((name) => quote(name));
  return names.length > MAX_NAMES ? `${shown.join(', ')} and ${names.length - MAX_NAMES} more` : shown.join(', ');
}
