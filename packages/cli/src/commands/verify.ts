import {
  type Draft,
  OmsError,
  quote,
  type Verification,
  type Verifier,
  type VerifyModelOptions,
  verifyModel,
} from '@model-signing/core';
import type { Context } from '../context.ts';
import type { Located } from '../hints.ts';
import { readSignatureFile } from '../input-file.ts';
import { listed, table } from '../output.ts';
import { findSignature } from '../signature-location.ts';
import { isStandardInput } from '../standard-streams.ts';
import { signerLine } from './identity.ts';
import {
  type AnyWarning,
  contentFields,
  contentLines,
  hubLinksLine,
  ignorePathWarnings,
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
  /** If it is absent, the signature is looked for near the model. */
  readonly signature?: string;
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
  const signature = flags.signature ?? findSignature(modelPath);
  const options: VerifyModelOptions = {
    ...(await modelOptions(modelPath, flags)),
    ignoreUnsignedFiles: flags.ignoreUnsignedFiles,
    ignoredFiles: flags.ignoredFiles === undefined ? undefined : flags.ignoredFiles ? 'report' : 'refuse',
    strict: flags.strict,
    draft: flags.draft,
  };
  const unused = ignorePathWarnings(modelPath, flags, options.ignorePaths);
  let bundle: Uint8Array | undefined;
  try {
    const verifier = await openVerifier();
    context.output.debug(`reading the signature ${quote(signature)}`);
    bundle = await readSignatureFile(signature, context.signal);
    const model = openModel(modelPath, flags, isStandardInput(signature) ? undefined : signature);
    const signed = bundle;
    const verified = await whileReading(context, (reading) =>
      verifyModel(model, signed, verifier, { ...options, ...reading }),
    );
    report({ ...verified, warnings: [...unused, ...verified.warnings] }, signature, context);
  } catch (error) {
    if (flags.signature === undefined) context.output.info(`the signature is ${quote(signature)}`);
    if (!(error instanceof OmsError)) throw error;
    const found = flags.signature === undefined ? { path: signature, bundle } : null;
    const explained = await (await import('../explain.ts')).explained(error, modelPath, found);
    throw Object.assign(explained, { signature } satisfies Located);
  }
}

type Verified = Omit<Verification, 'warnings'> & { readonly bytes: number; readonly warnings: readonly AnyWarning[] };

function report(verified: Verified, signature: string, context: Context): void {
  const { signer, subjectName, bytes, ignored, unsigned, externalLinks, hubLinks, warnings } = verified;
  printWarnings(warnings, context);
  warnOfExternalLinks(externalLinks, context);
  const content = contentFields(subjectName, verified, bytes);
  const fields = { signature, signer, ...content, ignored, unsigned, externalLinks, hubLinks, warnings };
  context.output.success('verify', fields, () => [
    'Verification succeeded',
    ...table([
      ['signer', signerLine(signer)],
      subjectName === null ? null : ['model', `${quote(subjectName)} (as the signer called it)`],
      ...contentLines(verified, bytes),
      ['signature', quote(signature)],
      hubLinksLine(hubLinks),
      ignored.length > 0 ? ['ignored', `${listed(ignored)} (not verified)`] : null,
      unsigned.length > 0 ? ['unsigned', `${listed(unsigned)} (not verified)`] : null,
    ]),
  ]);
}
