import { quote, type Verdict, type Verification } from '@model-signing/core';
import type { NamedModel } from '../model-name.ts';
import type { NamedSignature } from '../named-signature.ts';
import { listed, table } from '../output.ts';
import { formatCount, formatSize } from '../sizes.ts';
import { signerLine } from './identity.ts';
import { type AnyWarning, contentFields, contentLines, hubLinksLine } from './model.ts';
import { sourceFields, sourceLine, viewTexts } from './source.ts';

/** What a command that verifies has found out. */
export interface Verified {
  readonly named: Pick<NamedModel, 'source'>;
  readonly signature: Pick<NamedSignature, 'name' | 'place' | 'why'>;
  readonly verification: Omit<Verification, 'warnings'>;
  /** How many bytes were read to hash them. */
  readonly bytes: number;
  readonly warnings: readonly AnyWarning[];
  /** How the names in the manifest of a registry were read. */
  readonly view?: 'files' | 'layers' | undefined;
}

/** A verification, for results in JSON. */
export function verificationFields({ named, signature, verification, bytes, warnings, view }: Verified) {
  const { signer, subjectName, verdict, listing, ignored, unsigned, externalLinks, hubLinks } = verification;
  return {
    signature: signature.name,
    signatureFrom: { place: signature.place, why: signature.why },
    ...sourceFields(named.source),
    signer,
    ...contentFields(subjectName, verification, bytes),
    ...{ verdict, listing, checked: checkedFields(verification, bytes) },
    ...(view && { view }),
    ...{ ignored, unsigned, externalLinks, hubLinks, warnings },
  };
}

/** What was looked at of the signed files. */
function checkedFields({ resources, advertised, unchecked }: Verified['verification'], bytes: number) {
  const files = new Set(resources.map(({ path }) => path)).size - advertised.length;
  const names = advertised.length > 0 ? { advertisedFiles: advertised } : {};
  return { files, bytes, advertised: advertised.length, ...names, unchecked };
}

/** The first line for people: the word "succeeded" is for bytes that were read. */
const headings: Readonly<Record<Verdict, string>> = {
  verified: 'Verification succeeded',
  partial: 'Verification succeeded for a part of the model',
  advertised: 'ADVERTISED, NOT VERIFIED: the digests stated for the files are those that were signed',
};

/** A verification, in lines for people. */
export function verificationLines({ named, signature, verification, bytes, view }: Verified): string[] {
  const { signer, subjectName, verdict, ignored, unsigned, hubLinks } = verification;
  const [content, ...others] = contentLines(verification, bytes);
  return [
    headings[verdict],
    ...table([
      ['signer', signerLine(signer)],
      sourceLine(named.source),
      subjectName === null ? null : ['model', `${quote(subjectName)} (as the signer called it)`],
      ...(verdict === 'verified' ? [content ?? null] : [['checked', checkedText(verification, bytes)] as const]),
      ...others,
      ['signature', signatureText(signature)],
      view === undefined ? null : ['view', viewTexts[view]],
      hubLinksLine(hubLinks),
      ignored.length > 0 ? ['ignored', `${listed(ignored)} (not verified)`] : null,
      unsigned.length > 0 ? ['unsigned', `${listed(unsigned)} (not verified)`] : null,
    ]),
  ];
}

function checkedText(verification: Verified['verification'], bytes: number): string {
  const { files, advertised, unchecked } = checkedFields(verification, bytes);
  const { listing } = verification;
  const parts = [
    `${formatCount(files, 'file')} read${files > 0 ? ` (${formatSize(bytes)})` : ''}`,
    ...(advertised > 0 ? [`${formatCount(advertised, 'file')} not read: only the stated digest was compared`] : []),
    ...(unchecked > 0 ? [`${formatCount(unchecked, 'signed file')} not looked at`] : []),
    ...(listing === 'incomplete' ? ['the listing may lack files'] : []),
  ];
  return parts.join('; ');
}

/** Which signature was read, and why, if it is not simply a file that was named. */
export function signatureText({ name, place, why }: Verified['signature']): string {
  return place === 'store' ? `${quote(name)} in the store (${why})` : quote(name);
}
