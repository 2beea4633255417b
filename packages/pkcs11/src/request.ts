import type { Pem } from '@model-signing/core';
import { KeyError } from '@model-signing/keys';
import { aFunction, anAbortSignal, checkEach, someText, textOrBytes } from '@model-signing/x509/options';
import { type ModuleLoader, type ModuleUse, useModule } from './loaded-module.ts';
import { findModule } from './module-file.ts';
import type { Wanted } from './objects.ts';
import type { AskPin } from './pin.ts';
import { Session } from './session.ts';
import { findToken } from './token.ts';
import { type Pkcs11ObjectType, type Pkcs11Uri, parsePkcs11Uri } from './uri.ts';

export interface Pkcs11Options {
  /**
   * Asked for the PIN of the token, once, and only if the URI has none and the token wants one that is not typed on a keypad of
   * its own.
   */
  readonly pin?: AskPin | undefined;
  /**
   * The absolute path of the module, for URIs that name none. Default: the environment variable `PKCS11_MODULE_PATH`, or else the
   * one module that is installed in the usual folders.
   */
  readonly module?: string | undefined;
  /** A certificate, PEM or DER, whose public key is that of the private key, for tokens that hold neither. */
  readonly certificate?: Pem | undefined;
  readonly signal?: AbortSignal | undefined;
}

const rules = { pin: aFunction, module: someText, certificate: textOrBytes, signal: anAbortSignal };

/** What a caller wants, checked. */
export interface Request extends Pkcs11Options {
  readonly uri: Pkcs11Uri;
  readonly wanted: Wanted;
}

/** @throws {KeyError} `key/reference-invalid`: the URI names another type than these */
export function parseRequest(uri: string, options: Pkcs11Options, types: readonly Pkcs11ObjectType[]): Request {
  const checked = checkEach(options, rules);
  const parsed = parsePkcs11Uri(uri);
  if (parsed.type !== null && !types.includes(parsed.type)) {
    const wanted = types.map((type) => `type=${type}`).join(', ');
    throw new KeyError(
      'key/reference-invalid',
      `the PKCS #11 URI has type=${parsed.type}; here it is ${wanted} or left out`,
    );
  }
  return { ...checked, uri: parsed, wanted: { id: parsed.id, label: parsed.object } };
}

/** A session with the token that a URI fits. Disposing of it ends the session and the use of the module. */
export interface OpenedSession extends AsyncDisposable {
  readonly module: ModuleUse;
  readonly session: Session;
}

/** Opens a session for work, and ends it only if the work fails. */
export async function withSession<Result>(
  load: ModuleLoader,
  { uri, module: file, signal }: Request,
  work: (opened: OpenedSession) => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  const module = await useModule(findModule(uri, { module: file, environment: process.env }), load);
  let session: Session | undefined;
  const end = async () => {
    await module.run(() => session?.close());
    await module[Symbol.asyncDispose]();
  };
  try {
    session = await module.run(() => new Session(module.cryptoki, findToken(module.cryptoki, uri)));
    signal?.throwIfAborted();
    return await work({ module, session, [Symbol.asyncDispose]: end });
  } catch (error) {
    await end();
    throw error;
  }
}
