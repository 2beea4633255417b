import { checkArgument, strings } from '@model-signing/x509/options';
import { OmsError } from './format/errors.ts';
import type { CheckedManifest } from './format/manifest/check.ts';
import { listsAtOrBelow } from './format/manifest/compare.ts';
import { HISTORICAL_SINGLE_FILE_NAME } from './format/manifest/manifest.ts';
import { nameProblem, PathSet } from './format/names.ts';
import { quote } from './format/text.ts';
import { checkedSignature, type SignedManifest } from './open.ts';

/**
 * The names of the signed files at and below the names that a caller gives, or of all signed files for null.
 * @param signed what `openSignature` returned
 * @throws {OmsError} `model/not-signed` for a name at or below which nothing is signed
 * @throws {TypeError} for no names, and for a signed manifest that `openSignature` did not return
 */
export function selectSigned(signed: SignedManifest, names: readonly string[] | null): ReadonlySet<string> {
  const { checked } = checkedSignature(signed);
  const { files } = names === null ? checked : select(checked, namesOf(names));
  return new Set(files.map(({ path }) => path));
}

/** The names as they are now: a caller's list may change. */
export function namesOf(names: readonly string[]): readonly string[] {
  checkArgument('the names of the files to verify', names, strings);
  if (names.length === 0) throw new TypeError('the names of the files to verify are missing: the list is empty');
  return [...new Set(names)];
}

/** Whether the files have names: that of the only one of an older signer comes from the listing (OMS-NAME-10). */
export function isNamed({ files }: CheckedManifest): boolean {
  return files[0]?.path !== HISTORICAL_SINGLE_FILE_NAME;
}

/** @throws {OmsError} `model/not-signed` */
export function select(checked: CheckedManifest, only: readonly string[]): CheckedManifest {
  const unsigned = only.find((name) => nameProblem(name) !== null || !listsAtOrBelow(checked.files, name));
  if (unsigned !== undefined) {
    const problem = nameProblem(unsigned);
    const why =
      problem === null ? 'no file of this name or below it is signed' : `${problem}, and no such name can be signed`;
    throw new OmsError('model/not-signed', `${quote(unsigned)} cannot be verified: ${why}`);
  }
  const selected = new PathSet(only);
  const { manifest, files } = checked;
  return {
    manifest: { ...manifest, resources: manifest.resources.filter(({ path }) => selected.covers(path)) },
    files: files.filter(({ path }) => selected.covers(path)),
  };
}
