import { type HashModelOptions, hashModel } from '@model-signing/core';
import type { Context } from '../context.ts';
import { listed } from '../output.ts';
import {
  contentFields,
  type HashFlags,
  hashOptions,
  ignorePathWarnings,
  openModel,
  printWarnings,
  requireModel,
  warnOfExternalLinks,
  whileReading,
} from './model.ts';

export interface DigestFlags extends HashFlags {
  /** A signature of the model to leave out, in place of those that are found in it. */
  readonly signature?: string;
}

/** `digest`: prints the root digest of a model, as signing it with the same flags would state it. */
export async function digest(modelPath: string, flags: DigestFlags, context: Context): Promise<void> {
  requireModel(modelPath);
  const options = await hashOptions(modelPath, flags);
  const unused = ignorePathWarnings(modelPath, flags, options.ignorePaths);
  const model = openModel(modelPath, flags, flags.signature);
  // A signature in the model is not part of what it signs, so the digest would differ from the signed one.
  const found = await signaturesIn(modelPath, flags, options);
  const ignorePaths = [...(options.ignorePaths ?? []), ...found];
  const { name, manifest, ignored, externalLinks, hubLinks, warnings, bytes } = await whileReading(context, (reading) =>
    hashModel(model, { ...options, ignorePaths, ...reading }),
  );
  if (found.length > 0) context.output.info(`not part of the digest, as signatures of the model: ${listed(found)}`);
  const all = [...unused, ...warnings];
  printWarnings(all, context);
  warnOfExternalLinks(externalLinks, context);
  const fields = { ...contentFields(name, manifest, bytes), ignored, externalLinks, hubLinks, warnings: all };
  context.output.answer('digest', fields, () => [fields.rootDigest]);
}

/** The names of the signatures in the model that are left out: those of the model, or the one that was given. */
async function signaturesIn(modelPath: string, flags: DigestFlags, options: HashModelOptions): Promise<string[]> {
  const { nameInModel, ownSignatures } = await import('../own-signatures.ts');
  if (flags.signature === undefined) return ownSignatures(modelPath, openModel(modelPath, flags), options);
  const name = nameInModel(modelPath, flags.signature);
  return name === null ? [] : [name];
}
