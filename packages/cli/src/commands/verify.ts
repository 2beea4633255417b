import { type Draft, OmsError, quote, type Verifier, type VerifyModelOptions, verifyModel } from '@model-signing/core';
import type { Context } from '../context.ts';
import type { Located } from '../hints.ts';
import { openNamedModel } from '../named-model.ts';
import {
  ignorePathWarnings,
  type ModelFlags,
  modelOptions,
  printWarnings,
  warnOfExternalLinks,
  whileReading,
} from './model.ts';
import { signatureText, type Verified, verificationFields, verificationLines } from './verification.ts';

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
  operand: string,
  flags: VerifyFlags,
  openVerifier: () => Promise<Verifier>,
  context: Context,
): Promise<void> {
  const { output, signal } = context;
  const named = await openNamedModel(operand, flags, context);
  const signature = await named.findSignature(flags.signature, signal);
  const options: VerifyModelOptions = {
    ...(await modelOptions(named, flags)),
    ignoreUnsignedFiles: flags.ignoreUnsignedFiles,
    ignoredFiles: flags.ignoredFiles === undefined ? undefined : flags.ignoredFiles ? 'report' : 'refuse',
    strict: flags.strict,
    draft: flags.draft,
  };
  const unused = await ignorePathWarnings(named, flags, options.ignorePaths);
  let bundle: Uint8Array | undefined;
  try {
    const verifier = await openVerifier();
    output.debug(`reading the signature ${quote(signature.name)}`);
    const signed = await signature.read(signal);
    bundle = signed;
    const { bytes, warnings, ...verification } = await whileReading(context, (reading) =>
      verifyModel(named.open(signature), signed, verifier, { ...options, ...reading }),
    );
    report({ named, signature, verification, bytes, warnings: [...unused, ...warnings] }, context);
  } catch (error) {
    if (flags.signature === undefined) output.info(`the signature is ${signatureText(signature)}`);
    if (!(error instanceof OmsError)) throw error;
    const found = flags.signature === undefined ? { path: signature.name, bundle } : null;
    const explained = await (await import('../explain.ts')).explained(error, named.path, found);
    throw Object.assign(explained, { inspect: signature.inspect } satisfies Located);
  }
}

function report(verified: Verified, context: Context): void {
  printWarnings(verified.warnings, context);
  warnOfExternalLinks(verified.verification.externalLinks, context);
  context.output.success('verify', verificationFields(verified), () => verificationLines(verified));
}
