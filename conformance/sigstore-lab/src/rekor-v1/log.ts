import { createPublicKey, hash, type KeyObject, sign } from 'node:crypto';
import { leafHash, MerkleTree } from '@model-signing/testing/merkle-tree';

/** An entry as Rekor v1 returns it, under its identifier. */
interface LogEntry {
  readonly body: string;
  /** Seconds since 1970. */
  readonly integratedTime: number;
  readonly logID: string;
  readonly logIndex: number;
  readonly verification: {
    readonly inclusionProof: {
      readonly checkpoint: string;
      readonly hashes: readonly string[];
      readonly logIndex: number;
      readonly rootHash: string;
      readonly treeSize: number;
    };
    readonly signedEntryTimestamp: string;
  };
}

/** Identifies the one tree of a log; a number of 63 bits, in decimal. */
const TREE_ID = 1193046n;

/** A transparency log with the promises of Rekor v1: a signed time, and an inclusion proof for a signed checkpoint. */
export class TransparencyLog {
  readonly #tree = new MerkleTree();
  readonly #entries = new Map<string, { readonly body: Buffer; readonly index: number; readonly time: number }>();
  readonly #key: KeyObject;
  readonly #clock: () => number;
  readonly #id: Buffer;
  readonly #origin: string;

  /** `host` is where the log is, and its name in checkpoints; `key` is a private key on P-256; `clock` returns milliseconds since 1970. */
  constructor(host: string, key: KeyObject, clock: () => number = Date.now) {
    this.#key = key;
    this.#clock = clock;
    this.#id = hash('sha256', createPublicKey(key).export({ type: 'spki', format: 'der' }), 'buffer');
    this.#origin = `${host} - ${TREE_ID}`;
  }

  /** Adds an entry, unless it is there, and returns its identifier. */
  append(body: Buffer): { readonly uuid: string; readonly added: boolean } {
    const uuid = `${TREE_ID.toString(16).padStart(16, '0')}${leafHash(body).toString('hex')}`;
    if (this.#entries.has(uuid)) return { uuid, added: false };
    const index = this.#tree.append(body);
    this.#entries.set(uuid, { body, index, time: Math.floor(this.#clock() / 1000) });
    return { uuid, added: true };
  }

  /** An entry with a proof for the newest checkpoint; undefined if no entry has that identifier. */
  entry(uuid: string): LogEntry | undefined {
    const found = this.#entries.get(uuid);
    if (!found) return undefined;
    // Members in the order of canonical JSON, which is what is signed.
    const promised = {
      body: found.body.toString('base64'),
      integratedTime: found.time,
      logID: this.#id.toString('hex'),
      logIndex: found.index,
    };
    return {
      ...promised,
      verification: {
        inclusionProof: {
          checkpoint: this.#checkpoint(),
          hashes: this.#tree.inclusionProof(found.index).map((each) => each.toString('hex')),
          logIndex: found.index,
          rootHash: this.#tree.root().toString('hex'),
          treeSize: this.#tree.size,
        },
        signedEntryTimestamp: sign('sha256', Buffer.from(JSON.stringify(promised)), this.#key).toString('base64'),
      },
    };
  }

  /** The identifier of the entry at an index. */
  uuidAt(index: number): string | undefined {
    for (const [uuid, entry] of this.#entries) if (entry.index === index) return uuid;
    return undefined;
  }

  /** The log's description of itself. */
  info() {
    return {
      inactiveShards: [],
      rootHash: this.#tree.root().toString('hex'),
      signedTreeHead: this.#checkpoint(),
      treeID: String(TREE_ID),
      treeSize: this.#tree.size,
    };
  }

  publicKey(): string {
    return createPublicKey(this.#key).export({ type: 'spki', format: 'pem' }) as string;
  }

  /** A signed note: origin, size and root; the signature comes after the first four bytes of the log's identifier. */
  #checkpoint(): string {
    const note = `${this.#origin}\n${this.#tree.size}\n${this.#tree.root().toString('base64')}\n`;
    const signature = Buffer.concat([this.#id.subarray(0, 4), sign('sha256', Buffer.from(note), this.#key)]);
    const signer = this.#origin.split(' ')[0];
    return `${note}\n— ${signer} ${signature.toString('base64')}\n`;
  }
}
