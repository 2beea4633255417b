import { quote, type Verdict, type Verification } from '@model-signing/core';
import type { JudgedEntry } from '../attestation-files.ts';
import type { NamedModel } from '../model-name.ts';
import type { NamedSignature } from '../named-signature.ts';
import { listed, table } from '../output.ts';
import { formatCount, formatSize } from '../sizes.ts';
import { entryFields, entryRows } from './attestation-report.ts';
import { type Copied, copyLine } from './copy.ts';
import { signerLine } from './identity.ts';
import { type AnyWarning, contentFields, contentLines, type Hashed, hubLinksLine } from './model.ts';
import { sourceFields, sourceLine, viewTexts } from './source.ts';

/** What a command that verifies has found out. */
export interface Verified extends Hashed {
  readonly named: Pick<NamedModel, 'source'>;
  readonly signature: Pick<NamedSignature, 'name' | 'place' | 'why'>;
  readonly verification: Omit<Verification, 'warnings'>;
  readonly warnings: readonly AnyWarning[];
  /** How the names in the manifest of a registry were read. */
  readonly view?: 'files' | 'layers' | undefined;
  /** The copy that was made of what was verified. */
  readonly copy?: Copied | null | undefined;
  /** What was found in the files of attestations; null unless attestations were asked for. */
  readonly attestations?: readonly JudgedEntry[] | null;
}

/** A verification, for results in JSON. */
export function verificationFields({
  named,
  signature,
  verification,
  warnings,
  view,
  copy,
  attestations,
  ...hashed
}: Verified) {
  const { signer, subjectName, verdict, listing, ignored, unsigned, externalLinks, hubLinks } = verification;
  return {
    signature: signature.name,
    signatureFrom: { place: signature.place, why: signature.why },
    ...sourceFields(named.source),
    signer,
    ...contentFields(subjectName, verification, hashed),
    ...{ verdict, listing, checked: checkedFields(verification, hashed.bytes) },
    ...(view && { view }),
    ...(copy && { copy }),
    ...(attestations && { attestations: attestations.map(entryFields) }),
    ...{ ignored, unsigned, externalLinks, hubLinks, warnings },
  };
}

/** What was looked at of the signed files. */
function checkedFields({ resources, serialization, advertised, unchecked }: Verified['verification'], bytes: number) {
  const isWhole = serialization.method === 'files';
  const all = isWhole ? resources.length : new Set(resources.map(({ path }) => path)).size;
  const files = all - advertised.length;
  const names = advertised.length > 0 ? { advertisedFiles: advertised } : {};
  return { files, bytes, advertised: advertised.length, ...names, unchecked };
}

/** The first line for people: the word "succeeded" is for bytes that were read. */
const headings: Readonly<Record<Verdict, string>> = {
  verified: 'Verification succeeded',
  partial: 'Verification succeeded for a part of the model',
  advertised: 'ADVERTISED, NOT VERIFIED: the digests stated for the files are those that were signed',
};

/** The bytes that other hosts have read are not said to be read here. */
function headingOf(verdict: Verdict, { hosts }: Hashed): string {
  if (hosts === undefined) return headings[verdict];
  const by = `Verified from digests of ${formatCount(hosts, 'host')}`;
  return verdict === 'verified' ? by : `${by}, for a part of the model`;
}

/** A verification, in lines for people. */
export function verificationLines({
  named,
  signature,
  verification,
  view,
  copy,
  attestations,
  ...hashed
}: Verified): string[] {
  const { signer, subjectName, verdict, ignored, unsigned, hubLinks } = verification;
  const [content, ...others] = contentLines(verification, hashed);
  return [
    headingOf(verdict, hashed),
    ...table([
      ['signer', signerLine(signer)],
      sourceLine(named.source),
      subjectName === null ? null : ['model', `${quote(subjectName)} (as the signer called it)`],
      ...(verdict === 'verified' ? [content ?? null] : [['checked', checkedText(verification, hashed.bytes)] as const]),
      ...others,
      ['signature', signatureText(signature)],
      view === undefined ? null : ['view', viewTexts[view]],
      ...entryRows(attestations ?? []),
      hubLinksLine(hubLinks),
      ignored.length > 0 ? ['ignored', `${listed(ignored)} (not verified)`] : null,
      unsigned.length > 0 ? ['unsigned', `${listed(unsigned)} (not verified)`] : null,
      copyLine(copy),
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
