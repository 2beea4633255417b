import { realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import type { HashModelOptions } from '@model-signing/core';
import type { OciModel } from '@model-signing/sources';
import type { Context } from '../context.ts';
import { CommandError, usageError } from '../failure.ts';
import type { NamedModel } from '../model-name.ts';
import { listed } from '../output.ts';
import { ignoreFlags } from '../shell-words.ts';
import { prepareSignatureTarget, type SignatureTarget } from '../signature-target.ts';
import type { AnyWarning } from './model.ts';

/** Where a signature goes: into a file, or beside the model in its registry. */
export type Destination = SignatureTarget | { readonly kind: 'registry'; readonly model: OciModel };

/** The flags that say where a signature goes. */
export interface DestinationFlags {
  /** If it is absent: attached to a model in a registry, and for all others the file `model.sig` in the working directory. */
  readonly signature?: string;
  /** Whether the signature of another model may be replaced. */
  readonly overwrite?: boolean;
  readonly strict?: boolean;
}

/** What the file of a signature is called if nothing else is said. */
export const DEFAULT_FILE = 'model.sig';

/**
 * Finds out where the signature of a model will be written, before the model is read.
 * @throws {CommandError} `command/usage`, `command/not-found`, `command/unwritable`
 */
export async function prepareDestination(
  named: NamedModel,
  flags: DestinationFlags,
  { output }: Context,
): Promise<Destination> {
  if (flags.signature === undefined && named.source?.location.kind === 'oci') {
    return { kind: 'registry', model: named.source as OciModel };
  }
  const { signature = DEFAULT_FILE } = flags;
  const real = (file: string) => realpath(file).catch(() => null);
  const model = named.path === null ? null : await real(named.path);
  if (model !== null && model === (await real(signature))) {
    throw usageError('the signature would replace the model', 'name another file with --signature');
  }
  const { name } = named.open();
  const target = await prepareSignatureTarget(signature, flags.overwrite ? undefined : name);
  if (target.kind === 'stdout' && output.settings.json) {
    throw usageError('--json and --signature - would both write to standard output', 'leave one of them out');
  }
  return target;
}

/**
 * Warns of signatures of the model that become files of it, as an earlier one does that is not replaced.
 * @throws {CommandError} `command/signature-signed`, with `--strict`
 */
export async function signedSignatureWarnings(
  named: NamedModel,
  target: Destination,
  flags: DestinationFlags,
  options: HashModelOptions,
): Promise<AnyWarning[]> {
  const { ignorePaths = [] } = options;
  const { own, replaced } = await signaturesIn(named, target, options);
  const isLeftOut = (name: string) => ignorePaths.some((at) => name === at || name.startsWith(`${at}/`));
  const names = own.filter((name) => name !== replaced && !isLeftOut(name));
  if (names.length === 0) return [];
  const remedy = ignoreFlags(named.path, names);
  const which = names.length === 1 ? 'a signature of the model is' : `${names.length} signatures of the model are`;
  const message = `${which} signed as part of it: ${listed(names)}`;
  const hint = remedy === null ? 'move it out of the model' : `leave it out with ${remedy}`;
  if (flags.strict) {
    throw new CommandError('command/signature-signed', `${message} (refused in strict mode)`, { hints: [hint] });
  }
  return [{ code: 'command/signature-signed', message: `${message}; ${hint}`, requirement: null }];
}

/** The signatures of the model that lie in it, and which of them the new one replaces. */
async function signaturesIn(named: NamedModel, target: Destination, options: HashModelOptions) {
  if (named.path === null) {
    const { signatureFiles } = await import('../remote-model.ts');
    return { own: await signatureFiles(named), replaced: target.kind === 'file' ? basename(target.path) : null };
  }
  const { nameInModel, ownSignatures } = await import('../own-signatures.ts');
  const own = await ownSignatures(named.path, named.open(), { ...options, signing: true });
  return { own, replaced: target.kind === 'file' ? nameInModel(named.path, target.path) : null };
}
