/** The digest algorithms of the registry (section 12). */
export type HashAlgorithm = 'sha256' | 'blake2b' | 'blake3';

/** Size of a digest in bytes, per algorithm (OMS-ALG-3). */
export const digestSize: Readonly<Record<HashAlgorithm, number>> = { sha256: 32, blake2b: 64, blake3: 32 };

export function isHashAlgorithm(name: string): name is HashAlgorithm {
  return Object.hasOwn(digestSize, name);
}
