import { realpath } from 'node:fs/promises';
import { keySigner, OmsError, quote, type SignedModel, type Signer, signModel } from '@model-signing/core';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { readSmallFile } from '../input-file.ts';
import { listed, table } from '../output.ts';
import { canPrompt, promptPassphrase, readPassphrase } from '../passphrase.ts';
import { prepareSignatureFile, writeSignatureFile } from '../signature-file.ts';
import { formatCount, formatSize } from '../sizes.ts';
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

export interface SignKeyFlags extends HashFlags {
  readonly privateKey: string;
  readonly passphraseFile?: string;
  readonly password?: string;
  readonly signature: string;
}

/** `sign key`: signs a model with a private key. Whatever can be refused early is refused before the model is read. */
export async function signWithKey(modelPath: string, flags: SignKeyFlags, context: Context): Promise<void> {
  await requireModel(modelPath);
  const target = await prepareSignatureFile(flags.signature);
  if (target === (await realpath(modelPath).catch(() => null))) {
    throw usageError('the signature would replace the model', 'name another file with --signature');
  }
  const options = await hashOptions(modelPath, flags);
  const signer = await openSigner(flags, context);

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
      ['signer', `key on ${signer.curve} with hint ${signer.hint}`],
      ['content', `${formatCount(resourceCount, resourceNoun(method))}, ${formatSize(bytes)}`],
      ['digest', rootDigest],
      ignored.length > 0 ? ['ignored', `${listed(ignored)} (not signed)`] : null,
    ]),
  ]);
}

async function openSigner(flags: SignKeyFlags, { output, signal }: Context): Promise<Signer> {
  output.debug(`reading the private key ${quote(flags.privateKey)}`);
  const privateKey = await readSmallFile(flags.privateKey, 'private key');
  if (flags.password !== undefined) {
    output.warning('other users of this machine can see --password: --passphrase-file is safer');
    return keySigner({ privateKey, passphrase: flags.password });
  }
  const ask = async () => {
    const passphrase = await promptPassphrase(`passphrase of ${quote(flags.privateKey)}`, signal);
    return keySigner({ privateKey, passphrase });
  };
  if (flags.passphraseFile === '-' && canPrompt()) return ask();
  if (flags.passphraseFile !== undefined) {
    return keySigner({ privateKey, passphrase: await readPassphrase(flags.passphraseFile) });
  }
  try {
    return keySigner({ privateKey });
  } catch (error) {
    if (!(error instanceof OmsError && error.code === 'signer/passphrase-missing' && canPrompt())) throw error;
    return ask();
  }
}
