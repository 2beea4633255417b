import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { json } from '@sigstore/core';
import { spkiOf } from './certificates.ts';
import type { TestServices } from './sigstore-services.ts';

const expires = new Date(Date.now() + 24 * 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z');

/** A repository of The Update Framework that holds one trust root, served by the services of a test. */
export class TestUpdateRepository {
  readonly #keys = generateKeyPairSync('ed25519');
  readonly #services: TestServices;

  constructor(services: TestServices) {
    this.#services = services;
  }

  /** Publishes a trust root, signed by the keys of the repository or by others. */
  publish(trustedRoot: string, version = 1, { privateKey }: { privateKey: KeyObject } = this.#keys): void {
    const digest = createHash('sha256').update(trustedRoot).digest('hex');
    const target = { length: Buffer.byteLength(trustedRoot), hashes: { sha256: digest } };
    const file = (path: string, body: string) => this.#services.faults.set(path, () => ({ body }));
    const metadata = (path: string, _type: string, members: object) =>
      file(path, this.#signed({ _type, spec_version: '1.0.31', version, expires, ...members }, privateKey));
    file('/1.root.json', this.#signed(this.#root(), this.#keys.privateKey));
    metadata('/timestamp.json', 'timestamp', { meta: { 'snapshot.json': { version } } });
    metadata(`/${version}.snapshot.json`, 'snapshot', { meta: { 'targets.json': { version } } });
    metadata(`/${version}.targets.json`, 'targets', { targets: { 'trusted_root.json': target } });
    file(`/targets/${digest}.trusted_root.json`, trustedRoot);
  }

  get #keyId(): string {
    return createHash('sha256').update(json.canonicalize(this.#key)).digest('hex');
  }

  get #key() {
    const raw = spkiOf(this.#keys.publicKey).subarray(-32).toString('hex');
    return { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: raw } };
  }

  #root(): object {
    const role = { keyids: [this.#keyId], threshold: 1 };
    const roles = { root: role, timestamp: role, snapshot: role, targets: role };
    const keys = { [this.#keyId]: this.#key };
    return { _type: 'root', spec_version: '1.0.31', version: 1, expires, consistent_snapshot: true, keys, roles };
  }

  #signed(document: object, key: KeyObject): string {
    const sig = sign(null, Buffer.from(json.canonicalize(document)), key).toString('hex');
    return JSON.stringify({ signed: document, signatures: [{ keyid: this.#keyId, sig }] });
  }
}
