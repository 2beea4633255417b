import { createHash, generateKeyPairSync, type KeyObject, type KeyPairKeyObjectResult, sign } from 'node:crypto';
import { json } from '@sigstore/core';
import { spkiOf } from './certificates.ts';
import type { TestServices } from './sigstore-services.ts';

const DAY = 24 * 3_600_000;

/** The time in a number of days, in the form of The Update Framework. */
function inDays(days: number): string {
  return new Date(Date.now() + days * DAY).toISOString().replace(/\.\d+Z$/, 'Z');
}

export interface Publication {
  /** Of the timestamp, the snapshot and the targets. Default 1. */
  readonly version?: number;
  /** Signs those instead of the keys of the repository. */
  readonly keys?: KeyPairKeyObjectResult;
  /** The days until a role expires. Default 1. */
  readonly days?: Partial<Record<'timestamp' | 'snapshot' | 'targets', number>>;
}

/** A repository of The Update Framework that holds one trust root, served by the services of a test. */
export class TestUpdateRepository {
  readonly #services: TestServices;
  #keys = generateKeyPairSync('ed25519');
  #rootVersion = 1;
  /** The text of the first root, for those who trust it. */
  readonly anchor: string;

  /** @param days until the first root expires */
  constructor(services: TestServices, days = 1) {
    this.#services = services;
    this.anchor = this.#signed(this.#root(days), [this.#keys]);
    this.#serve('/1.root.json', this.anchor);
  }

  /** Publishes a trust root. */
  publish(trustedRoot: string, { version = 1, keys = this.#keys, days = {} }: Publication = {}): void {
    const digest = createHash('sha256').update(trustedRoot).digest('hex');
    const target = { length: Buffer.byteLength(trustedRoot), hashes: { sha256: digest } };
    const metadata = (path: string, _type: 'timestamp' | 'snapshot' | 'targets', members: object) => {
      const expires = inDays(days[_type] ?? 1);
      this.#serve(path, this.#signed({ _type, spec_version: '1.0.31', version, expires, ...members }, [keys]));
    };
    metadata('/timestamp.json', 'timestamp', { meta: { 'snapshot.json': { version } } });
    metadata(`/${version}.snapshot.json`, 'snapshot', { meta: { 'targets.json': { version } } });
    metadata(`/${version}.targets.json`, 'targets', { targets: { 'trusted_root.json': target } });
    this.#serve(`/targets/${digest}.trusted_root.json`, trustedRoot);
  }

  /** Publishes a next root, with the same keys or with new ones. */
  rotate({ keys = this.#keys, days = 1 }: { keys?: KeyPairKeyObjectResult; days?: number } = {}): void {
    const before = this.#keys;
    this.#keys = keys;
    this.#rootVersion += 1;
    this.#serve(`/${this.#rootVersion}.root.json`, this.#signed(this.#root(days), [...new Set([before, keys])]));
  }

  #serve(path: string, body: string): void {
    this.#services.faults.set(path, () => ({ body }));
  }

  #root(days: number): object {
    const { keyId, key } = described(this.#keys.publicKey);
    const role = { keyids: [keyId], threshold: 1 };
    const roles = { root: role, timestamp: role, snapshot: role, targets: role };
    const fixed = { _type: 'root', spec_version: '1.0.31', consistent_snapshot: true };
    return { ...fixed, version: this.#rootVersion, expires: inDays(days), keys: { [keyId]: key }, roles };
  }

  #signed(document: object, keys: readonly KeyPairKeyObjectResult[]): string {
    const text = Buffer.from(json.canonicalize(document));
    const signatures = keys.map(({ publicKey, privateKey }) => {
      return { keyid: described(publicKey).keyId, sig: sign(null, text, privateKey).toString('hex') };
    });
    return JSON.stringify({ signed: document, signatures });
  }
}

function described(publicKey: KeyObject) {
  const raw = spkiOf(publicKey).subarray(-32).toString('hex');
  const key = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: raw } };
  return { key, keyId: createHash('sha256').update(json.canonicalize(key)).digest('hex') };
}
