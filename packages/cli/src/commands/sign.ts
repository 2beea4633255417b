import { realpath } from 'node:fs/promises';
import { quote, type SignedModel, type Signer, signModel } from '@model-signing/core';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { listed, table } from '../output.ts';
import { prepareSignatureFile, writeSignatureFile } from '../signature-file.ts';
import { formatCount, formatSize } from '../sizes.ts';
import { signerLine } from './identity.ts';
import {
  type HashFlags,
  hashOptions,
  openModel,
  requireModel,
  resourceNoun,
  serializationFields,
  warnOfExternalLinks,
  whileReading,
} from './model.ts';

/** The flags of every signing method. */
export interface SignFlags extends HashFlags {
  readonly signature: string;
}

/**
 * Signs a model and writes the signature file. Whatever can be refused early is refused before the model is read, and the
 * signer is opened last, since that may ask somebody for something.
 */
export async function sign(
  modelPath: string,
  flags: SignFlags,
  openSigner: () => Promise<Signer>,
  context: Context,
): Promise<void> {
  await requireModel(modelPath);
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

function report(
  { name, manifest, signer, ignored, externalLinks, bytes }: SignedModel & { readonly bytes: number },
  signature: string,
  context: Context,
): void {
  warnOfExternalLinks(externalLinks, context);
  const rootDigest = `sha256:${manifest.rootDigest}`;
  const { method } = manifest.serialization;
  const resourceCount = manifest.resources.length;
  const fields = {
    signature,
    signer,
    model: name,
    rootDigest,
    serialization: serializationFields(manifest.serialization),
    resourceCount,
    bytes,
    ignored,
    externalLinks,
  };
  context.output.success('sign', fields, () => [
    'Signing succeeded',
    ...table([
      ['signature', quote(signature)],
      ['signer', signerLine(signer)],
      ['content', `${formatCount(resourceCount, resourceNoun(method))}, ${formatSize(bytes)}`],
      ['digest', rootDigest],
      ignored.length > 0 ? ['ignored', `${listed(ignored)} (not signed)`] : null,
    ]),
  ]);
}
