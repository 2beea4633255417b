import { realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { type HashModelOptions, quote, type SignedModel, type Signer, signModel } from '@model-signing/core';
import type { Context } from '../context.ts';
import { CommandError, usageError } from '../failure.ts';
import { InterruptedError } from '../interrupt.ts';
import { type NamedModel, openNamedModel } from '../named-model.ts';
import { listed, table } from '../output.ts';
import { ignoreFlags } from '../shell-words.ts';
import { writeSignature } from '../signature-file.ts';
import { prepareSignatureTarget, type SignatureTarget } from '../signature-target.ts';
import { signerLine } from './identity.ts';
import {
  type AnyWarning,
  contentFields,
  contentLines,
  type HashFlags,
  hashOptions,
  hubLinksLine,
  ignorePathWarnings,
  printWarnings,
  warnOfExternalLinks,
  whileReading,
} from './model.ts';
import { sourceFields, sourceLine } from './source.ts';

/** The flags of every signing method. */
export interface SignFlags extends HashFlags {
  readonly signature: string;
  /** Whether the signature of another model may be replaced. */
  readonly overwrite?: boolean;
}

/**
 * Signs a model and writes the signature file. Everything that can be checked first is checked before the model is read. The
 * signer is opened last, since that may prompt.
 */
export async function sign(
  operand: string,
  flags: SignFlags,
  openSigner: () => Promise<Signer>,
  context: Context,
): Promise<void> {
  const named = await openNamedModel(operand, flags, context);
  if (named.manifest) refuseOtherDigests(flags);
  const target = await prepareTarget(named, flags, context);
  const options = await hashOptions(named, flags);
  const unused = [
    ...(await ignorePathWarnings(named, flags, options.ignorePaths)),
    ...(await signedSignatureWarnings(named, target, flags, options)),
  ];
  const { signal } = context;
  let state = 'the signature was not written';
  let signed: SignedModel & { readonly bytes: number };
  try {
    const signer = await openSigner();
    const model = named.open(target.kind === 'file' ? target.path : undefined);
    const evidence = named.manifest ? 'advertised' : 'bytes';
    signed = await whileReading(context, (reading) => signModel(model, signer, { ...options, evidence, ...reading }));
    if (target.kind !== 'file' && !signal.aborted) state = 'the signature may be incomplete';
    await writeSignature(target, signed.bundle, signal);
  } catch (error) {
    throw signal.aborted ? new InterruptedError(state) : error;
  }
  const warnings = [...unused, ...signed.warnings];
  report({ ...signed, warnings }, target.kind === 'stdout' ? null : flags.signature, named, context);
}

/** A manifest has the SHA-256 of whole blobs, and no other digests. */
function refuseOtherDigests({ hash = 'sha256', shardSize }: SignFlags): void {
  const flag = hash !== 'sha256' ? `--hash ${hash}` : shardSize === undefined ? null : '--shard-size';
  if (flag === null) return;
  const hint = 'leave it out, or sign the files themselves in a directory';
  throw usageError(`${flag} needs the bytes of the files, and a manifest has only their SHA-256`, hint);
}

async function prepareTarget(named: NamedModel, flags: SignFlags, { output }: Context): Promise<SignatureTarget> {
  const real = (file: string) => realpath(file).catch(() => null);
  const model = named.path === null ? null : await real(named.path);
  if (model !== null && model === (await real(flags.signature))) {
    throw usageError('the signature would replace the model', 'name another file with --signature');
  }
  const { name } = named.open();
  const target = await prepareSignatureTarget(flags.signature, flags.overwrite ? undefined : name);
  if (target.kind === 'stdout' && output.settings.json) {
    throw usageError('--json and --signature - would both write to standard output', 'leave one of them out');
  }
  return target;
}

/**
 * Warns of signatures of the model that become files of it, as an earlier one does that is not replaced.
 * @throws {CommandError} `command/signature-signed`, with `--strict`
 */
async function signedSignatureWarnings(
  named: NamedModel,
  target: SignatureTarget,
  flags: SignFlags,
  options: HashModelOptions,
): Promise<AnyWarning[]> {
  const { ignorePaths = [] } = options;
  const { own, replaced } = await signaturesIn(named, target, options);
  const isLeftOut = (name: string) => ignorePaths.some((at) => name === at || name.startsWith(`${at}/`));
  const names = own.filter((name) => name !== replaced && !isLeftOut(name));
  if (names.length === 0) return [];
  const remedy = ignoreFlags(named.operand, names);
  const which = names.length === 1 ? 'a signature of the model is' : `${names.length} signatures of the model are`;
  const message = `${which} signed as part of it: ${listed(names)}`;
  const hint = remedy === null ? 'move it out of the model' : `leave it out with ${remedy}`;
  if (flags.strict) {
    throw new CommandError('command/signature-signed', `${message} (refused in strict mode)`, { hints: [hint] });
  }
  return [{ code: 'command/signature-signed', message: `${message}; ${hint}`, requirement: null }];
}

/** The signatures of the model that lie in it, and which of them the new one replaces. */
async function signaturesIn(named: NamedModel, target: SignatureTarget, options: HashModelOptions) {
  if (named.path === null) {
    const { signatureFiles } = await import('../remote-model.ts');
    return { own: await signatureFiles(named), replaced: target.kind === 'file' ? basename(target.path) : null };
  }
  const { nameInModel, ownSignatures } = await import('../own-signatures.ts');
  const own = await ownSignatures(named.path, named.open(), { ...options, signing: true });
  return { own, replaced: target.kind === 'file' ? nameInModel(named.path, target.path) : null };
}

type Signed = Omit<SignedModel, 'warnings'> & { readonly bytes: number; readonly warnings: readonly AnyWarning[] };

/** @param signature null if it was written to stdout, which then holds nothing else */
function report(signed: Signed, signature: string | null, { source }: NamedModel, context: Context): void {
  const { name, manifest, signer, ignored, externalLinks, hubLinks, warnings, bytes } = signed;
  printWarnings(warnings, context);
  warnOfExternalLinks(externalLinks, context);
  const content = contentFields(name, manifest, bytes);
  const fields = { signature, ...sourceFields(source), signer, ...content, ignored, externalLinks, hubLinks, warnings };
  const lines = () => [
    'Signing succeeded',
    ...table([
      signature === null ? null : ['signature', quote(signature)],
      ['signer', signerLine(signer)],
      sourceLine(source),
      ...contentLines(manifest, bytes),
      hubLinksLine(hubLinks),
      ignored.length > 0 ? ['ignored', `${listed(ignored)} (not signed)`] : null,
    ]),
  ];
  if (signature === null) for (const line of lines()) context.output.info(line);
  else context.output.success('sign', fields, lines);
}
