import { type Draft, quote, type Verification, type Verifier, verifyModel } from '@model-signing/core';
import type { Context } from '../context.ts';
import { readSignatureFile } from '../input-file.ts';
import { listed, table } from '../output.ts';
import { signerLine } from './identity.ts';
import {
  contentFields,
  contentLines,
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
  const options = {
    ...(await modelOptions(modelPath, flags)),
    ignoreUnsignedFiles: flags.ignoreUnsignedFiles,
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
  const { signer, subjectName, bytes, ignored, unsigned, externalLinks, warnings } = verified;
  printWarnings(warnings, context);
  warnOfExternalLinks(externalLinks, context);
  const content = contentFields(subjectName, verified, bytes);
  context.output.success('verify', { signer, ...content, ignored, unsigned, externalLinks, warnings }, () => [
    'Verification succeeded',
    ...table([
      ['signer', signerLine(signer)],
      subjectName === null ? null : ['model', `${quote(subjectName)} (as the signer called it)`],
      ...contentLines(verified, bytes),
      ignored.length > 0 ? ['ignored', `${listed(ignored)} (not verified)`] : null,
      unsigned.length > 0 ? ['unsigned', `${listed(unsigned)} (not verified)`] : null,
    ]),
  ]);
}
