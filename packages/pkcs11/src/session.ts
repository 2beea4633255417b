import { KeyError } from '@model-signing/keys';
import { CK, type Cryptoki, type Template } from './cryptoki.ts';
import { moduleRefusal, returnedCode } from './refusal.ts';
import type { Token } from './token.ts';

/** Objects of one kind that are looked at. More would fit only a URI that names no key. */
const MAX_OBJECTS = 256;

/** Bytes of an attribute: a certificate is the largest. */
const MAX_ATTRIBUTE_BYTES = 65_536;

/** A session with a token. Only work that the module runs may use it. */
export class Session {
  readonly token: Token;
  readonly #cryptoki: Cryptoki;
  readonly #handle: Buffer;
  #isOpen = true;

  /** @throws {KeyError} `key/refused`, `key/unreachable` */
  constructor(cryptoki: Cryptoki, token: Token) {
    this.#cryptoki = cryptoki;
    this.token = token;
    this.#handle = this.#call('no session could be opened', () =>
      cryptoki.C_OpenSession(token.slot, CK.CKF_SERIAL_SESSION),
    );
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Closing the last session of this process with a token logs out of it. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      this.#cryptoki.C_CloseSession(this.#handle);
    } catch {
      // A token that was removed has no session either.
    }
  }

  /**
   * Logs in to the token, or to the key that is about to sign. An empty PIN is typed at the token.
   * @throws {KeyError} `key/pin-wrong`, `key/pin-locked`, `key/refused`, `key/unreachable`
   */
  logIn(pin: string, user: typeof CK.CKU_USER | typeof CK.CKU_CONTEXT_SPECIFIC = CK.CKU_USER): void {
    try {
      this.#cryptoki.C_Login(this.#handle, user, pin);
    } catch (error) {
      // Another key of this process has logged in to the same token.
      if (user === CK.CKU_USER && returnedCode(error) === 'CKR_USER_ALREADY_LOGGED_IN') return;
      throw error instanceof TypeError ? error : moduleRefusal(this.token.shown, error);
    }
  }

  /** @throws {KeyError} `key/response-invalid`, `key/refused`, `key/unreachable` */
  find(template: Template): Buffer[] {
    return this.#call('no objects could be listed', () => {
      this.#cryptoki.C_FindObjectsInit(this.#handle, template);
      try {
        const found: Buffer[] = [];
        for (;;) {
          const some = this.#cryptoki.C_FindObjects(this.#handle, 32);
          if (some.length === 0) return found;
          found.push(...some);
          if (found.length > MAX_OBJECTS) throw this.invalid(`it lists more than ${MAX_OBJECTS} objects of one kind`);
        }
      } finally {
        this.#cryptoki.C_FindObjectsFinal(this.#handle);
      }
    });
  }

  /**
   * Reads one attribute. Modules fail as a whole if one of several is missing, so each is asked for alone.
   * @returns null if the object has none, or it is not shown
   */
  attribute(object: Buffer, type: number): Buffer | null {
    let value: unknown;
    try {
      [{ value }] = this.#cryptoki.C_GetAttributeValue(this.#handle, object, [{ type }]) as [{ value?: unknown }];
    } catch (error) {
      if (['CKR_ATTRIBUTE_TYPE_INVALID', 'CKR_ATTRIBUTE_SENSITIVE'].includes(returnedCode(error) ?? '')) return null;
      throw this.#refusal('an attribute could not be read', error);
    }
    if (value === undefined || value === null) return null;
    if (!Buffer.isBuffer(value)) throw this.invalid('an attribute has no bytes');
    if (value.length > MAX_ATTRIBUTE_BYTES) {
      throw this.invalid(`an attribute has more than ${MAX_ATTRIBUTE_BYTES} bytes`);
    }
    return value;
  }

  /** Whether the token says that it can sign with ECDSA; true if it does not say what it can do. */
  get canSign(): boolean {
    try {
      const mechanisms = this.#cryptoki.C_GetMechanismList(this.token.slot);
      return mechanisms.length === 0 || mechanisms.includes(CK.CKM_ECDSA);
    } catch (error) {
      if (returnedCode(error) === null) throw error;
      return true;
    }
  }

  /**
   * Signs a digest with ECDSA.
   * @param contextPin for a key that wants its PIN for each signature
   * @returns r and s, one after the other, as long as the token makes them
   */
  async sign(key: Buffer, digest: Uint8Array, contextPin: string | null): Promise<Buffer> {
    const [data, signature] = [Buffer.from(digest), Buffer.alloc(MAX_SIGNATURE_BYTES)];
    try {
      this.#cryptoki.C_SignInit(this.#handle, { mechanism: CK.CKM_ECDSA }, key);
      if (contextPin !== null) this.logIn(contextPin, CK.CKU_CONTEXT_SPECIFIC);
      return Buffer.from(await this.#cryptoki.C_SignAsync(this.#handle, data, signature));
    } catch (error) {
      throw this.#refusal('it did not sign', error);
    } finally {
      // The module does not keep the two buffers alive while its thread uses them; this does.
      data.fill(0);
      signature.fill(0);
    }
  }

  invalid(problem: string): KeyError {
    return new KeyError('key/response-invalid', `${this.token.shown}: ${problem}`);
  }

  #call<Result>(what: string, work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw this.#refusal(what, error);
    }
  }

  #refusal(what: string, error: unknown): unknown {
    if (error instanceof KeyError || error instanceof TypeError) return error;
    return moduleRefusal(`${this.token.shown}: ${what}`, error);
  }
}

/** Twice the bytes of the largest field; more is refused by the module (`CKR_BUFFER_TOO_SMALL`). */
const MAX_SIGNATURE_BYTES = 132;
