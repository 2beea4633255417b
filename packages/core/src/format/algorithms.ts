/** The digest algorithms of the registry (section 12). */
export type HashAlgorithm = 'sha256' | 'blake2b' | 'blake3';

/** Size of a digest in bytes, per algorithm (OMS-ALG-3). */
export const digestSize: Readonly<Record<HashAlgorithm, number>> = { sha256: 32, blake2b: 64, blake3: 32 };

export function isHashAlgorithm(name: string): name is HashAlgorithm {
  return Object.hasOwn(digestSize, name);
}

/** The curves of the registry, each with the hash that belongs to it (OMS-ALG-4). */
export const hashOfCurve = { 'P-256': 'sha256', 'P-384': 'sha384', 'P-521': 'sha512' } as const;

export type Curve = keyof typeof hashOfCurve;
