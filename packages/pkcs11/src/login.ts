import { KeyError } from '@model-signing/keys';
import { CK } from './cryptoki.ts';
import type { ModuleUse } from './loaded-module.ts';
import { type AskPin, pinFor } from './pin.ts';
import type { Session } from './session.ts';
import { tokenFlags } from './token.ts';
import type { Pkcs11Uri } from './uri.ts';

/**
 * Logs in to a token that wants it, once: each further try with a wrong PIN brings the token nearer to being locked.
 * @returns the PIN, which some keys want again for each signature; empty if it is typed at the token, null if none was needed
 * @throws {KeyError} `key/pin-missing`, `key/pin-wrong`, `key/pin-locked`, `key/refused`, `key/unreachable`
 */
export async function logIn(
  module: ModuleUse,
  session: Session,
  uri: Pkcs11Uri,
  ask: AskPin | undefined,
): Promise<string | null> {
  const { token } = session;
  const has = (flag: number, flags = token.flags) => (flags & flag) !== 0;
  if (!has(CK.CKF_LOGIN_REQUIRED)) return null;
  if (has(CK.CKF_USER_PIN_LOCKED)) throw locked(token.shown);
  const isTypedAtToken = has(CK.CKF_PROTECTED_AUTHENTICATION_PATH) && uri.pinValue === null && uri.pinFile === null;
  const pin = isTypedAtToken ? '' : await pinFor(token, uri, ask, has(CK.CKF_USER_PIN_FINAL_TRY));
  return module.run(() => {
    try {
      session.logIn(pin);
      return pin;
    } catch (error) {
      if (!(error instanceof KeyError) || error.code !== 'key/pin-wrong') throw error;
      const flags = tokenFlags(module.cryptoki, token) ?? 0;
      if (has(CK.CKF_USER_PIN_LOCKED, flags)) throw locked(error.message);
      if (!has(CK.CKF_USER_PIN_FINAL_TRY, flags)) throw error;
      throw new KeyError('key/pin-wrong', `${error.message}; one more wrong PIN locks the token`, { cause: error });
    }
  });
}

const locked = (what: string) =>
  new KeyError('key/pin-locked', `${what}: the PIN is locked; unlock it with the tools of the token`);
