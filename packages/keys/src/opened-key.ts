import type { PrivateKeyHandle } from '@model-signing/core';

/** A key that is held elsewhere, ready to sign. Disposing of it ends the session with the token or service. */
export interface OpenedKey extends PrivateKeyHandle, AsyncDisposable {
  /** SubjectPublicKeyInfo in PEM, in the canonical form that hints are computed from (OMS-KEY-1). */
  readonly publicKey: string;
  /** Where it is held, for people, without secrets: `openbao key release, version 3`. Untrusted text is escaped. */
  readonly description: string;
}
