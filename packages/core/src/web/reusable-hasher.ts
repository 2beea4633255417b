/** A hash that can be used again after `init`. */
export interface ReusableHasher {
  init(): ReusableHasher;
  update(bytes: Uint8Array): unknown;
  /** Lowercase hexadecimal. */
  digest(): string;
}
