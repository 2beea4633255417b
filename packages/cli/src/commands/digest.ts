import { type HashModelOptions, hashModel } from '@model-signing/core';
import type { Context } from '../context.ts';
import type { NamedModel } from '../model-name.ts';
import { openNamedModel } from '../named-model.ts';
import { listed } from '../output.ts';
import { formatCount } from '../sizes.ts';
import {
  contentFields,
  type HashFlags,
  hashOptions,
  ignorePathWarnings,
  printWarnings,
  warnOfExternalLinks,
  whileReading,
} from './model.ts';
import { sourceFields } from './source.ts';

export interface DigestFlags extends HashFlags {
  /** A signature of the model to leave out, in place of those that are found in it. */
  readonly signature?: string;
}

/** `digest`: prints the root digest of a model, as signing it with the same flags would state it. */
export async function digest(operand: string, flags: DigestFlags, context: Context): Promise<void> {
  const named = await openNamedModel(operand, flags, context);
  const options = await hashOptions(named, flags);
  const unused = await ignorePathWarnings(named, flags, options.ignorePaths);
  const model = named.open(flags.signature);
  // A signature in the model is not part of what it signs, so the digest would differ from the signed one.
  const found = await signaturesIn(named, flags, options);
  const ignorePaths = [...(options.ignorePaths ?? []), ...found];
  const { name, manifest, advertised, ignored, externalLinks, hubLinks, warnings, ...hashed } = await whileReading(
    context,
    flags,
    (reading) => hashModel(model, { ...options, ignorePaths, ...reading }),
  );
  if (found.length > 0) context.output.info(`not part of the digest, as signatures of the model: ${listed(found)}`);
  const { length: stated } = advertised;
  if (stated > 0)
    context.output.info(`not read, and taken from the manifest: the digests of ${formatCount(stated, 'file')}`);
  const all = [...unused, ...warnings];
  printWarnings(all, context);
  warnOfExternalLinks(externalLinks, context);
  const fields = {
    ...sourceFields(named.source),
    ...contentFields(name, manifest, hashed),
    ...(stated > 0 && { advertised: stated }),
    ignored,
    externalLinks,
    hubLinks,
    warnings: all,
  };
  context.output.answer('digest', fields, () => [fields.rootDigest]);
}

/** The names of the signatures in the model that are left out: those of the model, or the one that was given. */
export async function signaturesIn(
  named: NamedModel,
  flags: Pick<DigestFlags, 'signature'>,
  options: HashModelOptions,
): Promise<string[]> {
  if (named.path === null) {
    const { namesIn, signatureFiles } = await import('../remote-model.ts');
    return flags.signature === undefined ? signatureFiles(named) : namesIn(named, flags.signature);
  }
  const { nameInModel, ownSignatures } = await import('../own-signatures.ts');
  if (flags.signature === undefined) return ownSignatures(named.path, named.open(), options);
  const name = nameInModel(named.path, flags.signature);
  return name === null ? [] : [name];
}
