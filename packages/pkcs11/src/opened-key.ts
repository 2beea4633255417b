import type { OpenedKey } from '@model-signing/keys';
import { KeyError } from '@model-signing/keys';
import { encodeEcdsaSignature } from './ecdsa-signature.ts';
import type { PrivateKey, PublicKey } from './find-key.ts';
import type { OpenedSession } from './request.ts';
import type { Session } from './session.ts';

/** A public key of a token. */
export interface Pkcs11PublicKey {
  /** SubjectPublicKeyInfo in PEM, in the canonical form that hints are computed from (OMS-KEY-1). */
  readonly publicKey: string;
  /** The token and the key, for people, without secrets. Untrusted text is escaped. */
  readonly description: string;
  /** PEM of the certificate on the token with the same ID and public key, if there is exactly one. */
  readonly certificate: string | null;
}

/** A private key in a token, with a session that is logged in. */
export interface OpenedPkcs11Key extends OpenedKey, Pkcs11PublicKey {
  readonly publicKey: string;
  readonly description: string;
}

/** @internal */
export function described(session: Session, { key, certificate, object }: PublicKey): Pkcs11PublicKey {
  const description = `PKCS #11, ${session.token.shown}, ${object?.shown ?? 'a key'}`;
  return { publicKey: key.pem, description, certificate };
}

interface Parts {
  readonly opened: OpenedSession;
  readonly key: PrivateKey;
  readonly publicKey: PublicKey;
  /** The PIN that the session logged in with. */
  readonly pin: string | null;
  readonly signal: AbortSignal | undefined;
}

/** A key that signs in its session until it is disposed of. */
export function openedKey({ opened, key, publicKey, pin, signal }: Parts): OpenedPkcs11Key {
  const { module, session } = opened;
  const { curve } = publicKey.key;
  // Only a key that wants it again keeps the PIN in memory.
  let contextPin = key.wantsPinEachTime ? (pin ?? '') : null;
  const signNow = async (digest: Uint8Array) => {
    if (!session.isOpen) throw new KeyError('key/unreachable', `${session.token.shown}: its session was closed`);
    const signature = await session.sign(key.object.handle, digest, contextPin);
    if (signature.length !== 2 * curve.size) {
      throw session.invalid(`a signature on ${curve.name} has ${signature.length} bytes instead of ${2 * curve.size}`);
    }
    return encodeEcdsaSignature(signature);
  };
  return {
    ...described(session, { ...publicKey, object: key.object }),
    async sign(digest) {
      if (!(digest instanceof Uint8Array) || digest.length !== curve.digestSize) {
        throw new TypeError(`a key on ${curve.name} signs a digest of ${curve.digestSize} bytes`);
      }
      const copy = Uint8Array.from(digest);
      return unlessAborted(
        signal,
        module.run(() => signNow(copy)),
      );
    },
    async [Symbol.asyncDispose]() {
      contextPin = null;
      const ended = opened[Symbol.asyncDispose]();
      // A token that waits for a finger may never end what was aborted.
      if (!signal?.aborted) await ended;
    },
  };
}

/** The result of work that cannot be stopped, unless the signal is aborted before. */
async function unlessAborted<Result>(signal: AbortSignal | undefined, work: Promise<Result>): Promise<Result> {
  if (signal === undefined) return work;
  const ended = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true, signal: ended.signal });
  });
  // The work goes on in the module; its failure concerns no one any more.
  work.catch(() => {});
  try {
    return await Promise.race([aborted, work]);
  } finally {
    ended.abort();
  }
}
