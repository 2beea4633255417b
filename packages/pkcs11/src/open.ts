import { KeyError } from '@model-signing/keys';
import { findPrivateKey, findPublicKey, findPublicKeyOf } from './find-key.ts';
import { loadWithPkcs11js, type ModuleLoader } from './loaded-module.ts';
import { logIn } from './login.ts';
import { described, type OpenedPkcs11Key, openedKey, type Pkcs11PublicKey } from './opened-key.ts';
import { type OpenedSession, type Pkcs11Options, parseRequest, type Request, withSession } from './request.ts';

/**
 * Opens the one private key that a PKCS #11 URI fits, and logs in to its token if the token wants that. The key signs with
 * `CKM_ECDSA`; disposing of it ends the session, and the use of the module with the last of its keys.
 * @throws {KeyError} `key/reference-invalid`, `key/module-missing`, `key/not-found`, `key/ambiguous`, `key/unsupported`,
 * `key/pin-missing`, `key/pin-wrong`, `key/pin-locked`, `key/unreachable`, `key/refused`, `key/response-invalid`
 *
 * @example
 * await using key = await openPkcs11Key('pkcs11:token=release;object=models?pin-source=file:/run/secrets/pin');
 * const { bundle } = await signModel(localModel('my-model'), keySigner({ key }));
 */
export async function openPkcs11Key(uri: string, options: Pkcs11Options = {}): Promise<OpenedPkcs11Key> {
  return openKeyWith(loadWithPkcs11js, uri, options);
}

/**
 * Reads the public key that a PKCS #11 URI fits. It logs in, and asks for a PIN, only if the token shows no public key without.
 * @throws {KeyError} as {@link openPkcs11Key}
 *
 * @example
 * const { publicKey } = await readPkcs11PublicKey('pkcs11:token=release;object=models');
 * const { verdict } = await verifyModel(localModel('my-model'), await readFile('model.sig'), keyVerifier({ publicKey }));
 */
export async function readPkcs11PublicKey(uri: string, options: Pkcs11Options = {}): Promise<Pkcs11PublicKey> {
  return readPublicKeyWith(loadWithPkcs11js, uri, options);
}

/** {@link openPkcs11Key} with a loader of modules. */
export async function openKeyWith(load: ModuleLoader, uri: string, options: Pkcs11Options): Promise<OpenedPkcs11Key> {
  const request = parseRequest(uri, options, ['private']);
  return withSession(load, request, async (opened) => {
    const { module, session } = opened;
    const pin = await logIn(module, session, request.uri, request.pin);
    return module.run(() => {
      const key = findPrivateKey(session, request.wanted);
      const publicKey = findPublicKeyOf(session, key, request.certificate);
      return openedKey({ opened, key, publicKey, pin, signal: request.signal });
    });
  });
}

/** {@link readPkcs11PublicKey} with a loader of modules. */
export async function readPublicKeyWith(
  load: ModuleLoader,
  uri: string,
  options: Pkcs11Options,
): Promise<Pkcs11PublicKey> {
  const request = parseRequest(uri, options, ['private', 'public', 'cert']);
  return withSession(load, request, async (opened) => {
    await using _ending = opened;
    return readPublicKey(opened, request);
  });
}

async function readPublicKey({ module, session }: OpenedSession, request: Request): Promise<Pkcs11PublicKey> {
  const { uri, wanted, pin, certificate } = request;
  const from = uri.type === 'public' || uri.type === 'cert' ? uri.type : undefined;
  const shown = await module.run(() => findPublicKey(session, wanted, from));
  if (shown) return described(session, shown);
  await logIn(module, session, uri, pin);
  const found = await module.run(() => {
    const hidden = findPublicKey(session, wanted, from);
    if (hidden) return hidden;
    if (from !== undefined) {
      throw new KeyError('key/not-found', `${session.token.shown}: nothing of the type ${from} fits the PKCS #11 URI`);
    }
    return findPublicKeyOf(session, findPrivateKey(session, wanted), certificate);
  });
  return described(session, found);
}
