import { quote, type Verification } from '@model-signing/core';
import type { NamedModel } from '../named-model.ts';
import type { NamedSignature } from '../named-signature.ts';
import { listed, table } from '../output.ts';
import { signerLine } from './identity.ts';
import { type AnyWarning, contentFields, contentLines, hubLinksLine } from './model.ts';
import { sourceFields, sourceLine } from './source.ts';

/** What a command that verifies has found out. */
export interface Verified {
  readonly named: Pick<NamedModel, 'source'>;
  readonly signature: NamedSignature;
  readonly verification: Omit<Verification, 'warnings'>;
  /** How many bytes were read. */
  readonly bytes: number;
  readonly warnings: readonly AnyWarning[];
}

/** A verification, for results in JSON. */
export function verificationFields({ named, signature, verification, bytes, warnings }: Verified) {
  const { signer, subjectName, ignored, unsigned, externalLinks, hubLinks } = verification;
  return {
    signature: signature.name,
    signatureFrom: { place: signature.place, why: signature.why },
    ...sourceFields(named.source),
    signer,
    ...contentFields(subjectName, verification, bytes),
    ...{ ignored, unsigned, externalLinks, hubLinks, warnings },
  };
}

/** A verification, in lines for people. */
export function verificationLines({ named, signature, verification, bytes }: Verified): string[] {
  const { signer, subjectName, ignored, unsigned, hubLinks } = verification;
  return [
    'Verification succeeded',
    ...table([
      ['signer', signerLine(signer)],
      sourceLine(named.source),
      subjectName === null ? null : ['model', `${quote(subjectName)} (as the signer called it)`],
      ...contentLines(verification, bytes),
      ['signature', signatureText(signature)],
      hubLinksLine(hubLinks),
      ignored.length > 0 ? ['ignored', `${listed(ignored)} (not verified)`] : null,
      unsigned.length > 0 ? ['unsigned', `${listed(unsigned)} (not verified)`] : null,
    ]),
  ];
}

/** Which signature was read, and why, if it was not simply a file. */
export function signatureText({ name, place, why }: NamedSignature): string {
  return place === 'store' ? `${quote(name)} in the store (${why})` : quote(name);
}
