/** Tokens of SoftHSM in a folder, whose keys and certificates are written by OpenSC's `pkcs11-tool`. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Six digits that occur in no other text of a test, so that a test can look for them in what is printed. */
export const PIN = '735190';
const SO_PIN = '80461327';

export interface KeyOnToken {
  /** Two hexadecimal digits for each byte. */
  readonly id: string;
  readonly label: string;
  /** As `pkcs11-tool` takes it: `EC:secp256r1`, `rsa:2048`. */
  readonly type: string;
}

/** The PKCS #11 module of a `softhsm2-util` that was unpacked. */
export function moduleOf(util: string): string {
  return path.resolve(util, '../../lib/softhsm/libsofthsm2.so');
}

/** The store of SoftHSM, with tokens in it. Several processes use it at a time. */
export class TokenStore {
  /** The PKCS #11 module. */
  readonly module: string;
  /** What the module reads to find the store. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #root: string;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'tokens-'));

  /** @param util the file of `softhsm2-util`, unpacked with its module beside it */
  constructor(util: string) {
    this.#root = path.resolve(util, '../..');
    this.module = moduleOf(util);
    const tokens = path.join(this.#folder, 'tokens');
    mkdirSync(tokens);
    const configuration = path.join(this.#folder, 'softhsm2.conf');
    writeFileSync(configuration, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`);
    this.environment = { SOFTHSM2_CONF: configuration };
  }

  addToken(label: string): void {
    const pins = ['--pin', PIN, '--so-pin', SO_PIN];
    this.#run('softhsm2-util', ['--module', this.module, '--init-token', '--free', '--label', label, ...pins]);
  }

  /** Makes a pair of keys on the token. */
  addKey(token: string, { id, label, type }: KeyOnToken): void {
    this.#tool(token, ['--keypairgen', '--key-type', type, '--id', id, '--label', label]);
  }

  /** Puts a private key from a file in PKCS #8 on the token, with its public key. */
  importKey(token: string, file: string, { id, label }: Pick<KeyOnToken, 'id' | 'label'>): void {
    const names = ['--token', token, '--id', id, '--label', label, '--pin', PIN];
    this.#run('softhsm2-util', ['--module', this.module, '--import', file, ...names]);
  }

  /** Writes a certificate, as DER. */
  addCertificate(token: string, der: Uint8Array, { id, label }: Pick<KeyOnToken, 'id' | 'label'>): void {
    const file = path.join(this.#folder, 'certificate.der');
    writeFileSync(file, der);
    this.#tool(token, ['--write-object', file, '--type', 'cert', '--id', id, '--label', label]);
  }

  removePublicKey(token: string, id: string): void {
    this.#tool(token, ['--delete-object', '--type', 'pubkey', '--id', id]);
  }

  /** `pkcs11:…` with the module's path; the PIN is in no URI. */
  uri(fields: Readonly<Record<string, string>>, query: Readonly<Record<string, string>> = {}): string {
    const list = (values: Readonly<Record<string, string>>, separator: string) =>
      Object.entries(values)
        .map(([name, value]) => `${name}=${name === 'id' ? value : encodeURIComponent(value).replaceAll('%2F', '/')}`)
        .join(separator);
    return `pkcs11:${list(fields, ';')}?${list({ 'module-path': this.module, ...query }, '&')}`;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #tool(token: string, args: readonly string[]): void {
    this.#run('pkcs11-tool', ['--module', this.module, '--token-label', token, '--login', '--pin', PIN, ...args]);
  }

  #run(program: string, args: readonly string[]): void {
    const libraries = ['x86_64', 'aarch64'].map((each) => path.join(this.#root, `lib/${each}-linux-gnu`));
    const env = { ...process.env, ...this.environment, LD_LIBRARY_PATH: libraries.join(path.delimiter) };
    const { status, stdout, stderr } = spawnSync(path.join(this.#root, 'bin', program), args, {
      env,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${program}: exit code ${status}\n${stdout}${stderr}`);
  }
}
