import { realpath } from 'node:fs/promises';
import { quote, type SignedModel, type Signer, signModel } from '@model-signing/core';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { listed, table } from '../output.ts';
import { prepareSignatureFile, writeSignatureFile } from '../signature-file.ts';
import { signerLine } from './identity.ts';
import {
  type AnyWarning,
  contentFields,
  contentLines,
  type HashFlags,
  hashOptions,
  hubLinksLine,
  ignorePathWarnings,
  openModel,
  printWarnings,
  requireModel,
  warnOfExternalLinks,
  whileReading,
} from './model.ts';

/** The flags of every signing method. */
export interface SignFlags extends HashFlags {
  readonly signature: string;
}

/**
 * Signs a model and writes the signature file. Everything that can be checked first is checked before the model is read. The
 * signer is opened last, since that may prompt.
 */
export async function sign(
  modelPath: string,
  flags: SignFlags,
  openSigner: () => Promise<Signer>,
  context: Context,
): Promise<void> {
  requireModel(modelPath);
  const target = await prepareSignatureFile(flags.signature);
  if (target === (await realpath(modelPath).catch(() => null))) {
    throw usageError('the signature would replace the model', 'name another file with --signature');
  }
  const options = await hashOptions(modelPath, flags);
  const unused = ignorePathWarnings(modelPath, flags, options.ignorePaths);
  const signer = await openSigner();

  const model = openModel(modelPath, flags, target);
  const signed = await whileReading(context, (reading) => signModel(model, signer, { ...options, ...reading }));
  await writeSignatureFile(target, signed.bundle, context.signal);
  report({ ...signed, warnings: [...unused, ...signed.warnings] }, flags.signature, context);
}

type Signed = Omit<SignedModel, 'warnings'> & { readonly bytes: number; readonly warnings: readonly AnyWarning[] };

function report(signed: Signed, signature: string, context: Context): void {
  const { name, manifest, signer, ignored, externalLinks, hubLinks, warnings, bytes } = signed;
  printWarnings(warnings, context);
  warnOfExternalLinks(externalLinks, context);
  const content = contentFields(name, manifest, bytes);
  const fields = { signature, signer, ...content, ignored, externalLinks, hubLinks, warnings };
  context.output.success('sign', fields, () => [
    'Signing succeeded',
    ...table([
      ['signature', quote(signature)],
      ['signer', signerLine(signer)],
      ...contentLines(manifest, bytes),
      hubLinksLine(hubLinks),
      ignored.length > 0 ? ['ignored', `${listed(ignored)} (not signed)`] : null,
    ]),
  ]);
}
