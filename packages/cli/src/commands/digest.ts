import { hashModel } from '@model-signing/core';
import type { Context } from '../context.ts';
import {
  contentFields,
  type HashFlags,
  hashOptions,
  openModel,
  printWarnings,
  requireModel,
  warnOfExternalLinks,
  whileReading,
} from './model.ts';

/** `digest`: prints the root digest of a model, as signing it with the same flags would state it. */
export async function digest(modelPath: string, flags: HashFlags, context: Context): Promise<void> {
  requireModel(modelPath);
  const options = await hashOptions(modelPath, flags);
  const model = openModel(modelPath, flags);
  const { name, manifest, ignored, externalLinks, warnings, bytes } = await whileReading(context, (reading) =>
    hashModel(model, { ...options, ...reading }),
  );
  printWarnings(warnings, context);
  warnOfExternalLinks(externalLinks, context);
  const fields = { ...contentFields(name, manifest, bytes), ignored, externalLinks, warnings };
  context.output.answer('digest', fields, () => [fields.rootDigest]);
}
