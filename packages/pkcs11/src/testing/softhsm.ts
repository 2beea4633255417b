import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CK, type Cryptoki, type Template } from '../cryptoki.ts';

/** What else of a module makes tokens and keys. */
interface Maker extends Cryptoki {
  load(file: string): void;
  C_InitToken(slot: Buffer, pin: string, label: string): void;
  C_InitPIN(session: Buffer, pin: string): void;
  C_Logout(session: Buffer): void;
  C_DestroyObject(session: Buffer, object: Buffer): void;
  C_CreateObject(session: Buffer, template: Template): Buffer;
  C_GenerateKeyPair(
    session: Buffer,
    mechanism: { readonly mechanism: number },
    publicKey: Template,
    privateKey: Template,
  ): { readonly publicKey: Buffer; readonly privateKey: Buffer };
}

const CKU_SO = 0;
const CKF_RW_SESSION = 0x2;
const CKA_TOKEN = 0x1;
const CKA_PRIVATE = 0x2;
const CKA_SUBJECT = 0x101;
const CKA_VERIFY = 0x10a;
const CKA_MODULUS_BITS = 0x121;
const CKA_PUBLIC_EXPONENT = 0x122;
const CKM_RSA_PKCS_KEY_PAIR_GEN = 0x0;
const CKM_EC_KEY_PAIR_GEN = 0x1040;

/** Null where it was not compiled. The compiler must not need it, because a contributor may have no C++ compiler. */
const pkcs11js = await import('pkcs11js' as string).then(
  (imported) => imported.default as { readonly PKCS11: new () => Maker },
  () => null,
);

const repository = path.resolve(import.meta.dirname, '../../../..');

/** Where distributions have SoftHSM, and where the tests with real services unpack it. */
const places = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
];

/** The file of SoftHSM's module, or null without it or `pkcs11js`. `SOFTHSM2_MODULE` can name it. */
export function softHsmModule(): string | null {
  if (pkcs11js === null) return null;
  const named = process.env.SOFTHSM2_MODULE;
  if (named !== undefined) return named;
  const installed = places.find((place) => existsSync(place));
  const [unpacked] = globSync('.cache/*/*/usr/lib/softhsm/libsofthsm2.so', { cwd: repository });
  return installed ?? (unpacked === undefined ? null : path.join(repository, unpacked));
}

export const curves = {
  'P-256': '06082a8648ce3d030107',
  'P-384': '06052b81040022',
  'P-521': '06052b81040023',
  secp256k1: '06052b8104000a',
} as const;

/** What stands before the point in a SubjectPublicKeyInfo. */
const spkiPrefixes = {
  'P-256': '3059301306072a8648ce3d020106082a8648ce3d030107034200',
  'P-384': '3076301006072a8648ce3d020106052b81040022036200',
  'P-521': '30819b301006072a8648ce3d020106052b8104002303818600',
} as const;

const ED25519 = Buffer.from('130c656477617264733235353139', 'hex');
const CKM_EC_EDWARDS_KEY_PAIR_GEN = 0x1055;

export interface KeyLayout {
  readonly id?: string | undefined;
  readonly label?: string | undefined;
  readonly type?: keyof typeof curves | 'Ed25519' | 'RSA';
  /** Which attributes the private key has besides. */
  readonly attributes?: Template;
  /** Whether the public key object is removed. */
  readonly hidesPublicKey?: boolean;
}

/** Tokens of SoftHSM in a folder of their own. The tests of one file share the module, so its environment too. */
export class SoftHsm implements Disposable {
  readonly module: string;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'softhsm-'));

  constructor(module: string) {
    this.module = module;
    mkdirSync(path.join(this.#folder, 'tokens'));
    const configuration = path.join(this.#folder, 'softhsm2.conf');
    writeFileSync(configuration, `directories.tokendir = ${path.join(this.#folder, 'tokens')}\nlog.level = ERROR\n`);
    process.env.SOFTHSM2_CONF = configuration;
  }

  /** A path in the folder of the tokens, for PIN files and the like. */
  file(name: string): string {
    return path.join(this.#folder, name);
  }

  /** Makes a token, and what `fill` makes in it. */
  addToken(label: string, pin: string, fill: (token: TokenContents) => void = () => {}): void {
    this.#withModule((module) => {
      const slot = module.C_GetSlotList(true).at(-1) as Buffer;
      module.C_InitToken(slot, 'so-pin', label.padEnd(32));
      const made = module.C_GetSlotList(true).find((each) => module.C_GetTokenInfo(each).label.trim() === label);
      const session = module.C_OpenSession(made as Buffer, CK.CKF_SERIAL_SESSION | CKF_RW_SESSION);
      module.C_Login(session, CKU_SO, 'so-pin');
      module.C_InitPIN(session, pin);
      module.C_Logout(session);
      module.C_Login(session, CK.CKU_USER, pin);
      fill(new TokenContents(module, session));
      module.C_CloseSession(session);
    });
  }

  #withModule(work: (module: Maker) => void): void {
    if (pkcs11js === null) throw new Error('pkcs11js is not installed');
    const module = new pkcs11js.PKCS11();
    module.load(this.module);
    module.C_Initialize({ flags: 0 });
    try {
      work(module);
    } finally {
      module.C_Finalize();
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Makes objects in a token. */
export class TokenContents {
  readonly #module: Maker;
  readonly #session: Buffer;

  constructor(module: Maker, session: Buffer) {
    this.#module = module;
    this.#session = session;
  }

  /** @returns the public key, DER, of a key on a curve of NIST */
  addKey({ id, label, type = 'P-256', attributes = [], hidesPublicKey = false }: KeyLayout): Buffer | null {
    const named: Template = [
      ...(id === undefined ? [] : [{ type: CK.CKA_ID, value: Buffer.from(id, 'hex') }]),
      ...(label === undefined ? [] : [{ type: CK.CKA_LABEL, value: label }]),
      { type: CKA_TOKEN, value: true },
    ];
    const { mechanism, parameters } = generation(type);
    const { publicKey } = this.#module.C_GenerateKeyPair(
      this.#session,
      { mechanism },
      [...named, { type: CKA_VERIFY, value: true }, ...parameters],
      [...named, { type: CKA_PRIVATE, value: true }, { type: CK.CKA_SIGN, value: true }, ...attributes],
    );
    const spki = type in spkiPrefixes ? this.#spki(publicKey, type as keyof typeof spkiPrefixes) : null;
    if (hidesPublicKey) this.#module.C_DestroyObject(this.#session, publicKey);
    return spki;
  }

  #spki(publicKey: Buffer, type: keyof typeof spkiPrefixes): Buffer {
    const prefix = Buffer.from(spkiPrefixes[type], 'hex');
    const template = [{ type: CK.CKA_EC_POINT }];
    const value = this.#module.C_GetAttributeValue(this.#session, publicKey, template)[0]?.value as Buffer;
    return Buffer.concat([prefix, value.subarray(value.indexOf(4, 1))]);
  }

  addCertificate(certificate: Uint8Array, { id, label }: Pick<KeyLayout, 'id' | 'label'>): void {
    this.#module.C_CreateObject(this.#session, [
      { type: CK.CKA_CLASS, value: CK.CKO_CERTIFICATE },
      { type: CK.CKA_CERTIFICATE_TYPE, value: CK.CKC_X_509 },
      { type: CKA_TOKEN, value: true },
      { type: CKA_PRIVATE, value: false },
      { type: CKA_SUBJECT, value: Buffer.alloc(0) },
      ...(id === undefined ? [] : [{ type: CK.CKA_ID, value: Buffer.from(id, 'hex') }]),
      ...(label === undefined ? [] : [{ type: CK.CKA_LABEL, value: label }]),
      { type: CK.CKA_VALUE, value: Buffer.from(certificate) },
    ]);
  }
}

function generation(type: NonNullable<KeyLayout['type']>): { mechanism: number; parameters: Template } {
  if (type === 'RSA') {
    return {
      mechanism: CKM_RSA_PKCS_KEY_PAIR_GEN,
      parameters: [
        { type: CKA_MODULUS_BITS, value: 2048 },
        { type: CKA_PUBLIC_EXPONENT, value: Buffer.from('010001', 'hex') },
      ],
    };
  }
  if (type === 'Ed25519') {
    return {
      mechanism: CKM_EC_EDWARDS_KEY_PAIR_GEN,
      parameters: [{ type: CK.CKA_EC_PARAMS, value: ED25519 }],
    };
  }
  return {
    mechanism: CKM_EC_KEY_PAIR_GEN,
    parameters: [{ type: CK.CKA_EC_PARAMS, value: Buffer.from(curves[type], 'hex') }],
  };
}
