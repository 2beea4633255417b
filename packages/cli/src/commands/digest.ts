import { hashModel } from '@model-signing/core';
import type { Context } from '../context.ts';
import { type HashFlags, hashOptions, openModel, requireModel, serializationFields, whileReading } from './model.ts';

/** `digest`: prints the root digest of a model, as signing it with the same flags would state it. */
export async function digest(modelPath: string, flags: HashFlags, context: Context): Promise<void> {
  requireModel(modelPath);
  const options = await hashOptions(modelPath, flags);
  const model = openModel(modelPath, flags);
  const { name, manifest, ignored, bytes } = await whileReading(context, (reading) =>
    hashModel(model, { ...options, ...reading }),
  );
  const rootDigest = `sha256:${manifest.rootDigest}`;
  const fields = {
    model: name,
    rootDigest,
    serialization: serializationFields(manifest.serialization),
    resourceCount: manifest.resources.length,
    bytes,
    ignored,
  };
  context.output.answer('digest', fields, () => [rootDigest]);
}
