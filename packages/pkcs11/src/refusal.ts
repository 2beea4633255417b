import { printable } from '@model-signing/core';
import { KeyError, type KeyErrorCode } from '@model-signing/keys';

/** The name of the standard for what a module returned, such as `CKR_PIN_INCORRECT`; null for another error. */
export function returnedCode(error: unknown): string | null {
  const { message } = error instanceof Error ? error : { message: '' };
  const [, name, number] = /^(CKR_[A-Z0-9_]{1,64})(?::(\d{1,20}))?/.exec(message) ?? [];
  if (name === undefined) return null;
  const code = number ?? (error as { readonly code?: unknown }).code;
  return name === 'CKR_VENDOR_DEFINED' ? `0x${BigInt(Number(code) || 0).toString(16)}` : name;
}

interface Meaning {
  readonly code: KeyErrorCode;
  readonly says: string;
}

const wrongPin = (says: string): Meaning => ({ code: 'key/pin-wrong', says });
const gone: Meaning = { code: 'key/unreachable', says: 'the token was removed, or its session has ended' };
const unfit: Meaning = { code: 'key/unsupported', says: 'the key or the token cannot sign with ECDSA (CKM_ECDSA)' };

const meanings: Readonly<Record<string, Meaning>> = {
  CKR_PIN_INCORRECT: wrongPin('the PIN is wrong'),
  CKR_PIN_INVALID: wrongPin('the PIN has characters that the token does not take'),
  CKR_PIN_LEN_RANGE: wrongPin('the PIN is too short or too long for the token'),
  CKR_PIN_LOCKED: {
    code: 'key/pin-locked',
    says: 'the PIN is locked after too many wrong ones; unlock it with the tools of the token',
  },
  CKR_PIN_EXPIRED: { code: 'key/refused', says: 'the PIN has expired; change it with the tools of the token' },
  CKR_USER_PIN_NOT_INITIALIZED: { code: 'key/refused', says: 'no user PIN was set on the token' },
  CKR_USER_NOT_LOGGED_IN: { code: 'key/pin-missing', says: 'the token wants a PIN for this' },
  CKR_DEVICE_REMOVED: gone,
  CKR_TOKEN_NOT_PRESENT: gone,
  CKR_SESSION_HANDLE_INVALID: gone,
  CKR_SESSION_CLOSED: gone,
  CKR_MECHANISM_INVALID: unfit,
  CKR_KEY_TYPE_INCONSISTENT: unfit,
  CKR_KEY_FUNCTION_NOT_PERMITTED: unfit,
  CKR_FUNCTION_NOT_SUPPORTED: unfit,
  CKR_FUNCTION_CANCELED: { code: 'key/refused', says: 'it was cancelled at the token' },
  CKR_FUNCTION_REJECTED: { code: 'key/refused', says: 'it was refused at the token' },
};

/** The error for what a module refused. `where` names the token or the module; its untrusted text is escaped. */
export function moduleRefusal(where: string, error: unknown): KeyError {
  const returned = returnedCode(error);
  if (returned === null) {
    const text = error instanceof Error ? error.message : String(error);
    return new KeyError('key/refused', `${where}: ${printable(text.slice(0, 200))}`, { cause: error });
  }
  const meaning = Object.hasOwn(meanings, returned) ? meanings[returned] : undefined;
  const { code, says } = meaning ?? { code: 'key/refused', says: 'the module refuses' };
  return new KeyError(code, `${where}: ${says} (${returned})`, { cause: error });
}
