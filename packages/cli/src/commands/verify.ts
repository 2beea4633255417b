import {
  type Draft,
  quote,
  type Verification,
  type Verifier,
  type VerifyModelOptions,
  verifyModel,
} from '@model-signing/core';
import type { Context } from '../context.ts';
import { readSignatureFile } from '../input-file.ts';
import { listed, table } from '../output.ts';
import { signerLine } from './identity.ts';
import {
  contentFields,
  contentLines,
  hubLinksLine,
  type ModelFlags,
  modelOptions,
  openModel,
  printWarnings,
  requireModel,
  warnOfExternalLinks,
  whileReading,
} from './model.ts';

/** The flags of every verifying method. */
export interface VerifyFlags extends ModelFlags {
  readonly signature: string;
  readonly ignoreUnsignedFiles?: boolean;
  /** Whether what was left out is accepted; undefined unless the caller says. */
  readonly ignoredFiles?: boolean;
  readonly strict?: boolean;
  /** A draft of the format to accept too. */
  readonly draft?: Draft;
}

/** Verifies that a trusted signer signed the model. */
export async function verify(
  modelPath: string,
  flags: VerifyFlags,
  openVerifier: () => Promise<Verifier>,
  context: Context,
): Promise<void> {
  requireModel(modelPath);
  const options: VerifyModelOptions = {
    ...(await modelOptions(modelPath, flags)),
    ignoreUnsignedFiles: flags.ignoreUnsignedFiles,
    ignoredFiles: flags.ignoredFiles === undefined ? undefined : flags.ignoredFiles ? 'report' : 'refuse',
    strict: flags.strict,
    draft: flags.draft,
  };
  const verifier = await openVerifier();
  const bundle = await readSignatureFile(flags.signature, context.signal);
  const model = openModel(modelPath, flags, flags.signature);
  const verified = await whileReading(context, (reading) =>
    verifyModel(model, bundle, verifier, { ...options, ...reading }),
  );
  report(verified, context);
}

function report(verified: Verification & { readonly bytes: number }, context: Context): void {
  const { signer, subjectName, bytes, ignored, unsigned, externalLinks, hubLinks, warnings } = verified;
  printWarnings(warnings, context);
  warnOfExternalLinks(externalLinks, context);
  const content = contentFields(subjectName, verified, bytes);
  context.output.success('verify', { signer, ...content, ignored, unsigned, externalLinks, hubLinks, warnings }, () => [
    'Verification succeeded',
    ...table([
      ['signer', signerLine(signer)],
      subjectName === null ? null : ['model', `${quote(subjectName)} (as the signer called it)`],
      ...contentLines(verified, bytes),
      hubLinksLine(hubLinks),
      ignored.length > 0 ? ['ignored', `${listed(ignored)} (not verified)`] : null,
      unsigned.length > 0 ? ['unsigned', `${listed(unsigned)} (not verified)`] : null,
    ]),
  ]);
}
