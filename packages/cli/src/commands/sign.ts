import { realpath } from 'node:fs/promises';
import { quote, type SignedModel, type Signer, signModel } from '@model-signing/core';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { listed, table } from '../output.ts';
import { prepareSignatureFile, writeSignatureFile } from '../signature-file.ts';
import { signerLine } from './identity.ts';
import {
  contentFields,
  contentLines,
  type HashFlags,
  hashOptions,
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
  const signer = await openSigner();

  const model = openModel(modelPath, flags, target);
  const signed = await whileReading(context, (reading) => signModel(model, signer, { ...options, ...reading }));
  await writeSignatureFile(target, signed.bundle, context.signal);
  report(signed, flags.signature, context);
}

function report(signed: SignedModel & { readonly bytes: number }, signature: string, context: Context): void {
  const { name, manifest, signer, ignored, externalLinks, warnings, bytes } = signed;
  printWarnings(warnings, context);
  warnOfExternalLinks(externalLinks, context);
  const fields = { signature, signer, ...contentFields(name, manifest, bytes), ignored, externalLinks, warnings };
  context.output.success('sign', fields, () => [
    'Signing succeeded',
    ...table([
      ['signature', quote(signature)],
      ['signer', signerLine(signer)],
      ...contentLines(manifest, bytes),
      ignored.length > 0 ? ['ignored', `${listed(ignored)} (not signed)`] : null,
    ]),
  ]);
}
