import { type Pem, quote } from '@model-signing/core';
import type { KeyReference, OpenedKey } from '@model-signing/keys';
import type { Pkcs11Options, Pkcs11Token } from '@model-signing/pkcs11';
import type { Context } from './context.ts';
import { CommandError, usageError } from './failure.ts';
import { exists } from './file-names.ts';
import { fromEnvironment, openSecret } from './secret.ts';
import { canPrompt, isStandardInput } from './standard-streams.ts';

/** The flags for a key in a token. */
export interface TokenFlags {
  readonly pinFile?: string;
  /** Modules, or folders with modules. */
  readonly modulePath?: readonly string[];
}

/** The reference to a key that is not in a file. */
export type KeyElsewhere = Exclude<KeyReference, { readonly kind: 'file' }> & { readonly text: string };

/** A key that is held elsewhere, and its certificate in PEM if the token has one. */
export type HeldKey = OpenedKey & { readonly certificate: string | null };

/** What is public of a key that is held elsewhere. */
export type HeldPublicKey = Pick<HeldKey, 'publicKey' | 'description'>;

/**
 * Reads what names a key: the path of a file, or a reference to a key elsewhere.
 * @throws {KeyError} `key/reference-invalid`
 */
export async function parseKey(text: string): Promise<KeyElsewhere | string> {
  const { parseKeyReference } = await import('@model-signing/keys');
  const reference = parseKeyReference(text);
  if (reference.kind !== 'file') return { ...reference, text };
  if (LIKE_A_REFERENCE.test(text) && !exists(text)) throw notAReference(text);
  return reference.path;
}

/** `openbao:key` and the like; a drive of Windows has one letter. */
const LIKE_A_REFERENCE = /^[a-z][a-z0-9.-]+:/i;

function notAReference(text: string): Error {
  const hint =
    'a key in a service is named with two slashes, as in openbao://KEY, and one in a token begins with pkcs11:';
  return usageError(`there is no file ${quote(text)}, and it does not name a key elsewhere either`, hint);
}

/**
 * Opens a key that is held elsewhere, ready to sign. The caller disposes of it.
 * @param certificate for tokens that hold neither a public key nor a certificate
 * @throws {KeyError}
 * @throws {CommandError} `command/usage` for flags that do not fit the reference
 */
export async function openKey(
  key: KeyElsewhere,
  flags: TokenFlags,
  context: Context,
  certificate?: Pem,
): Promise<HeldKey> {
  refuseTokenFlags(key, flags);
  if (key.kind !== 'pkcs11') return withoutCertificate(await openService(key, context));
  const { openPkcs11Key } = await loadPkcs11();
  const { uri, options } = await tokenOptions(key.uri, flags, context);
  return openPkcs11Key(uri, { ...options, ...(certificate !== undefined && { certificate }) });
}

/** Asks for the public half of a key that is held elsewhere. A token wants no PIN for it unless it hides public keys too. */
export async function readPublicKey(key: KeyElsewhere, flags: TokenFlags, context: Context): Promise<HeldPublicKey> {
  refuseTokenFlags(key, flags);
  if (key.kind === 'pkcs11') {
    const { readPkcs11PublicKey } = await loadPkcs11();
    const { uri, options } = await tokenOptions(key.uri, flags, context);
    return readPkcs11PublicKey(uri, options);
  }
  const opened = await openService(key, context);
  const { publicKey, description } = opened;
  await closeKey(opened, context);
  return { publicKey, description };
}

/** Ends the session of a key. What goes wrong then changes no result. */
export async function closeKey(key: AsyncDisposable, { output }: Context): Promise<void> {
  try {
    await key[Symbol.asyncDispose]();
  } catch (error) {
    output.debug(`the session of the key was not ended: ${error instanceof Error ? error.message : error}`);
  }
}

/** The URI decides about the PIN and the module. A flag that says something else about them would be ignored silently. */
async function tokenOptions(given: string, flags: TokenFlags, context: Context) {
  const { parsePkcs11Uri } = await loadPkcs11();
  const parsed = parsePkcs11Uri(given);
  const hasPin = parsed.pinValue !== null || parsed.pinFile !== null;
  if (parsed.pinValue !== null) {
    const message = 'other users of this machine can see pin-value in the URI: --pin-file is safer';
    context.output.notice('command/secret-visible', message);
  }
  if (hasPin && flags.pinFile !== undefined) {
    throw usageError('the PIN is given twice, in the URI and with --pin-file', 'leave it out of one of them');
  }
  const { modulePath = [] } = flags;
  const { locateModule } = await import('./module-path.ts');
  const { uri, module } = modulePath.length > 0 ? await locateModule(given, parsed, modulePath) : { uri: given };
  const options: Pkcs11Options = {
    signal: context.signal,
    ...(module !== undefined && { module }),
    ...(!hasPin && { pin: await pinSource(flags.pinFile, context) }),
  };
  return { uri, options };
}

const PIN_VARIABLE = 'MODEL_SIGNING_PIN';

/** Where the PIN comes from if the token wants one. A file is read at once, since a wrong name must not show only sometimes. */
async function pinSource(pinFile: string | undefined, context: Context): Promise<Pkcs11Options['pin']> {
  const isTyped = pinFile !== undefined && isStandardInput(pinFile) && canPrompt();
  const fileFlag = { name: '--pin-file', value: isTyped ? undefined : pinFile };
  const given = await openSecret({ what: 'PIN', fileFlag }, context);
  if (given?.length === 0) throw new CommandError('command/unreadable', 'the file with the PIN is empty');
  return async (token) => {
    if (given !== undefined) return given;
    const inEnvironment = isTyped ? undefined : fromEnvironment(PIN_VARIABLE);
    if (inEnvironment !== undefined) return inEnvironment;
    if (!canPrompt()) return null;
    const { promptSecret } = await import('./prompt.ts');
    return promptSecret(pinQuestion(token), 'PIN', context.signal);
  };
}

/** @internal The label comes from the token. */
export function pinQuestion({ label, isFinalTry }: Pkcs11Token): string {
  return `PIN of the token ${quote(label)}${isFinalTry ? ' (a wrong one locks it now)' : ''}`;
}

function refuseTokenFlags({ kind }: KeyElsewhere, { pinFile }: TokenFlags): void {
  if (kind === 'pkcs11' || pinFile === undefined) return;
  throw usageError('--pin-file is for a key in a token, and the key is in a service', 'leave it out');
}

async function openService({ text }: KeyElsewhere, { signal }: Context): Promise<OpenedKey> {
  const { openServiceKey } = await import('@model-signing/keys');
  return openServiceKey(text, { signal });
}

/** The methods of a key may be those of its class. */
function withoutCertificate(key: OpenedKey): HeldKey {
  return {
    ...{ publicKey: key.publicKey, description: key.description, certificate: null },
    sign: (digest) => key.sign(digest),
    [Symbol.asyncDispose]: () => key[Symbol.asyncDispose](),
  };
}

const PKCS11_PACKAGE = '@model-signing/pkcs11';

/** The package for tokens is not part of the command, since it compiles native code when it is installed. */
async function loadPkcs11(): Promise<typeof import('@model-signing/pkcs11')> {
  try {
    return await import('@model-signing/pkcs11');
  } catch (cause) {
    const { code = '', message = '' } = cause as NodeJS.ErrnoException;
    if (!code.endsWith('MODULE_NOT_FOUND') || !message.includes(PKCS11_PACKAGE)) throw cause;
    const { KeyError } = await import('@model-signing/keys');
    const isBundled = message.includes('does not have');
    const why = isBundled ? 'which a program in one file cannot load' : 'which is not installed';
    const what = `a key in a token needs the package ${PKCS11_PACKAGE}, ${why}`;
    throw new KeyError('key/module-missing', what, { cause });
  }
}
