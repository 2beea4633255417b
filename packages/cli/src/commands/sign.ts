import { realpath } from 'node:fs/promises';
import { type HashModelOptions, quote, type SignedModel, type Signer, signModel } from '@model-signing/core';
import type { Context } from '../context.ts';
import { CommandError, usageError } from '../failure.ts';
import { InterruptedError } from '../interrupt.ts';
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
  openModel,
  printWarnings,
  requireModel,
  warnOfExternalLinks,
  whileReading,
} from './model.ts';

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
  modelPath: string,
  flags: SignFlags,
  openSigner: () => Promise<Signer>,
  context: Context,
): Promise<void> {
  requireModel(modelPath);
  const target = await prepareTarget(modelPath, flags, context);
  const options = await hashOptions(modelPath, flags);
  const unused = [
    ...ignorePathWarnings(modelPath, flags, options.ignorePaths),
    ...(await signedSignatureWarnings(modelPath, target, flags, options)),
  ];
  const { signal } = context;
  let state = 'the signature was not written';
  let signed: SignedModel & { readonly bytes: number };
  try {
    const signer = await openSigner();
    const model = openModel(modelPath, flags, target.kind === 'file' ? target.path : undefined);
    signed = await whileReading(context, (reading) => signModel(model, signer, { ...options, ...reading }));
    if (target.kind !== 'file' && !signal.aborted) state = 'the signature may be incomplete';
    await writeSignature(target, signed.bundle, signal);
  } catch (error) {
    throw signal.aborted ? new InterruptedError(state) : error;
  }
  const warnings = [...unused, ...signed.warnings];
  report({ ...signed, warnings }, target.kind === 'stdout' ? null : flags.signature, context);
}

async function prepareTarget(modelPath: string, flags: SignFlags, { output }: Context): Promise<SignatureTarget> {
  const real = (file: string) => realpath(file).catch(() => null);
  const model = await real(modelPath);
  if (model !== null && model === (await real(flags.signature))) {
    throw usageError('the signature would replace the model', 'name another file with --signature');
  }
  const { name } = openModel(modelPath, flags);
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
  modelPath: string,
  target: SignatureTarget,
  flags: SignFlags,
  options: HashModelOptions,
): Promise<AnyWarning[]> {
  const { nameInModel, ownSignatures } = await import('../own-signatures.ts');
  const { ignorePaths = [] } = options;
  const replaced = target.kind === 'file' ? nameInModel(modelPath, target.path) : null;
  const own = await ownSignatures(modelPath, openModel(modelPath, flags), { ...options, signing: true });
  const isLeftOut = (name: string) => ignorePaths.some((at) => name === at || name.startsWith(`${at}/`));
  const names = own.filter((name) => name !== replaced && !isLeftOut(name));
  if (names.length === 0) return [];
  const remedy = ignoreFlags(modelPath, names);
  const which = names.length === 1 ? 'a signature of the model is' : `${names.length} signatures of the model are`;
  const message = `${which} signed as part of it: ${listed(names)}`;
  const hint = remedy === null ? 'move it out of the model' : `leave it out with ${remedy}`;
  if (flags.strict) {
    throw new CommandError('command/signature-signed', `${message} (refused in strict mode)`, { hints: [hint] });
  }
  return [{ code: 'command/signature-signed', message: `${message}; ${hint}`, requirement: null }];
}

type Signed = Omit<SignedModel, 'warnings'> & { readonly bytes: number; readonly warnings: readonly AnyWarning[] };

/** @param signature null if it was written to stdout, which then holds nothing else */
function report(signed: Signed, signature: string | null, context: Context): void {
  const { name, manifest, signer, ignored, externalLinks, hubLinks, warnings, bytes } = signed;
  printWarnings(warnings, context);
  warnOfExternalLinks(externalLinks, context);
  const content = contentFields(name, manifest, bytes);
  const fields = { signature, signer, ...content, ignored, externalLinks, hubLinks, warnings };
  const lines = () => [
    'Signing succeeded',
    ...table([
      signature === null ? null : ['signature', quote(signature)],
      ['signer', signerLine(signer)],
      ...contentLines(manifest, bytes),
      hubLinksLine(hubLinks),
      ignored.length > 0 ? ['ignored', `${listed(ignored)} (not signed)`] : null,
    ]),
  ];
  if (signature === null) for (const line of lines()) context.output.info(line);
  else context.output.success('sign', fields, lines);
}
