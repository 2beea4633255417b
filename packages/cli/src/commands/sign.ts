import { realpath } from 'node:fs/promises';
import { keySigner, OmsError, quote, type SignedModel, type Signer, signModel } from '@model-signing/core';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { readSmallFile } from '../input-file.ts';
import { listed, table } from '../output.ts';
import { canPrompt, promptPassphrase, readPassphrase } from '../passphrase.ts';
import { prepareSignatureFile, writeSignatureFile } from '../signature-file.ts';
import { formatCount, formatSize } from '../sizes.ts';
import { type HashFlags, hashOptions, openModel, requireModel, whileReading } from './model.ts';

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
  const { signer, identity } = rememberingHint(await openSigner(flags, context));

  const model = openModel(modelPath, flags, target);
  const signed = await whileReading(context, (reading) => signModel(model, signer, { ...options, ...reading }));
  await writeSignatureFile(target, signed.bundle, context.signal);
  report(signed, identity(), flags.signature, context);
}

function report(
  { name, manifest, ignored, bytes }: SignedModel & { readonly bytes: number },
  signer: KeyClaim,
  signature: string,
  { output }: Context,
): void {
  const rootDigest = `sha256:${manifest.rootDigest}`;
  const { method, hashType, shardSize } = manifest.serialization;
  const resourceCount = manifest.resources.length;
  const fields = {
    signature,
    signer,
    model: name,
    rootDigest,
    serialization: { method, hashAlgorithm: hashType, shardSize },
    resourceCount,
    bytes,
    ignored,
  };
  output.success('sign', fields, () => [
    'Signing succeeded',
    ...table([
      ['signature', quote(signature)],
      ['signer', `key with hint ${signer.hint}`],
      ['content', `${formatCount(resourceCount, method === 'files' ? 'file' : 'shard')}, ${formatSize(bytes)}`],
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

interface KeyClaim {
  readonly method: 'key';
  readonly hint: string | null;
}

/** Lets the caller say afterwards by which key the signature is. */
function rememberingHint(signer: Signer): { readonly signer: Signer; identity(): KeyClaim } {
  let hint: string | null = null;
  return {
    signer: {
      async sign(content) {
        const signed = await signer.sign(content);
        hint = signed.material.publicKey?.hint ?? null;
        return signed;
      },
    },
    identity: () => ({ method: 'key', hint }),
  };
}
