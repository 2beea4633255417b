import { createPrivateKey, createPublicKey } from 'node:crypto';
import { generateKey, type KeyPair, spkiOf } from '@model-signing/testing/certificates';
import { p256 } from '@noble/curves/nist.js';
import { CK, type Cryptoki, type Template, type TokenInfo } from '../cryptoki.ts';

/** The value of `CKA_…` of an object, by its number. */
export type Attributes = ReadonlyMap<number, Uint8Array>;

const refuse = (name: string, number: number): never => {
  throw new Error(`${name}:${number}`);
};

const ulong = (value: number) => {
  const octets = Buffer.alloc(8);
  octets.writeBigUInt64LE(BigInt(value));
  return octets;
};

/** A module with one token in memory. Tests replace one function of it: the fault. */
export class FakeModule implements Cryptoki {
  /** The calls that change something, in their order. */
  readonly calls: string[] = [];
  /** The tokens by slot. */
  readonly tokens: TokenInfo[];
  readonly objects: Attributes[];
  readonly keys: KeyPair = generateKey('P-256');
  pin = '1234';
  #isLoggedIn = false;
  #found: Buffer[] = [];

  constructor() {
    const flags = CK.CKF_TOKEN_INITIALIZED | CK.CKF_LOGIN_REQUIRED | CK.CKF_USER_PIN_INITIALIZED;
    this.tokens = [
      { label: 'fake'.padEnd(32), manufacturerID: 'maker', model: 'model', serialNumber: '1'.padEnd(16), flags },
    ];
    this.objects = [privateKey(), publicKey(this.keys)];
  }

  C_Initialize(_options: { readonly flags: number }): void {
    this.calls.push('initialize');
  }

  C_Finalize(): void {
    this.calls.push('finalize');
  }

  C_GetInfo() {
    return { manufacturerID: 'maker', libraryDescription: 'library', libraryVersion: { major: 2, minor: 6 } };
  }

  C_GetSlotList(_tokenPresent: boolean): Buffer[] {
    return this.tokens.map((_token, i) => ulong(7 + i));
  }

  C_GetSlotInfo(_slot: Buffer) {
    return { slotDescription: 'slot'.padEnd(64), manufacturerID: 'slot maker' };
  }

  C_GetTokenInfo(slot: Buffer): TokenInfo {
    return this.tokens[Number(slot.readBigUInt64LE()) - 7] ?? refuse('CKR_SLOT_ID_INVALID', 3);
  }

  C_GetMechanismList(_slot: Buffer): number[] {
    return [CK.CKM_ECDSA];
  }

  C_OpenSession(_slot: Buffer, _flags: number): Buffer {
    this.calls.push('open');
    return ulong(1);
  }

  C_CloseSession(_session: Buffer): void {
    this.calls.push('close');
    this.#isLoggedIn = false;
  }

  C_Login(_session: Buffer, user: number, pin: string): void {
    this.calls.push(user === CK.CKU_USER ? 'login' : 'login for the key');
    if (pin !== this.pin) refuse('CKR_PIN_INCORRECT', 160);
    this.#isLoggedIn = true;
  }

  C_FindObjectsInit(_session: Buffer, template: Template): void {
    const fits = (object: Attributes) =>
      template.every(({ type, value }) => {
        const wanted = typeof value === 'number' ? ulong(value) : (value as Buffer);
        return object.get(type) !== undefined && wanted.equals(object.get(type) as Uint8Array);
      });
    const isShown = (object: Attributes) => this.#isLoggedIn || !ulong(CK.CKO_PRIVATE_KEY).equals(classOf(object));
    this.#found = this.objects.flatMap((object, i) => (fits(object) && isShown(object) ? [ulong(i)] : []));
  }

  C_FindObjects(_session: Buffer, most: number): Buffer[] {
    return this.#found.splice(0, most);
  }

  C_FindObjectsFinal(_session: Buffer): void {}

  C_GetAttributeValue(_session: Buffer, object: Buffer, [attribute]: Template): { readonly value?: unknown }[] {
    const value = this.objects[Number(object.readBigUInt64LE())]?.get(attribute?.type ?? 0);
    return value === undefined ? refuse('CKR_ATTRIBUTE_TYPE_INVALID', 18) : [{ value: Buffer.from(value) }];
  }

  C_SignInit(_session: Buffer, _mechanism: { readonly mechanism: number }, _key: Buffer): void {
    this.calls.push('sign');
  }

  async C_SignAsync(_session: Buffer, data: Buffer, _signature: Buffer): Promise<Buffer> {
    return Buffer.from(signDigest(this.keys, data));
  }
}

const classOf = (object: Attributes) => object.get(CK.CKA_CLASS) as Uint8Array;

/** r and s of a signature over a digest. */
export function signDigest({ privateKey: key }: KeyPair, digest: Uint8Array): Uint8Array {
  const { d = '' } = createPrivateKey(key.export({ type: 'pkcs8', format: 'pem' })).export({ format: 'jwk' });
  return p256.sign(digest, Buffer.from(d, 'base64url'), { prehash: false });
}

/** A private key with the ID 01 and the label `key`. */
export function privateKey(more: readonly (readonly [number, Uint8Array])[] = []): Attributes {
  return new Map([
    [CK.CKA_CLASS, ulong(CK.CKO_PRIVATE_KEY)],
    [CK.CKA_KEY_TYPE, ulong(CK.CKK_EC)],
    [CK.CKA_ID, Buffer.from('01', 'hex')],
    [CK.CKA_LABEL, Buffer.from('key')],
    [CK.CKA_SIGN, Uint8Array.of(1)],
    ...more,
  ]);
}

/** The public key object of a key on P-256. */
export function publicKey(
  { publicKey: key }: KeyPair,
  more: readonly (readonly [number, Uint8Array])[] = [],
): Attributes {
  const point = spkiOf(createPublicKey(key.export({ type: 'spki', format: 'pem' }))).subarray(-65);
  return new Map([
    [CK.CKA_CLASS, ulong(CK.CKO_PUBLIC_KEY)],
    [CK.CKA_KEY_TYPE, ulong(CK.CKK_EC)],
    [CK.CKA_ID, Buffer.from('01', 'hex')],
    [CK.CKA_LABEL, Buffer.from('key')],
    [CK.CKA_EC_PARAMS, Buffer.from('06082a8648ce3d030107', 'hex')],
    [CK.CKA_EC_POINT, Buffer.from([0x04, 65, ...point])],
    ...more,
  ]);
}

/** A certificate object. */
export function certificate(der: Uint8Array, more: readonly (readonly [number, Uint8Array])[] = []): Attributes {
  return new Map([
    [CK.CKA_CLASS, ulong(CK.CKO_CERTIFICATE)],
    [CK.CKA_CERTIFICATE_TYPE, ulong(CK.CKC_X_509)],
    [CK.CKA_ID, Buffer.from('01', 'hex')],
    [CK.CKA_LABEL, Buffer.from('key')],
    [CK.CKA_VALUE, der],
    ...more,
  ]);
}
