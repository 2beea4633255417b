import { type Curve, type KeyFiles, makeKey } from '../../../suite/src/bench/keys.ts';

export type { Curve, KeyFiles };

export const CURVES = ['P-256', 'P-384', 'P-521'] as const satisfies readonly Curve[];

/** Makes a new key pair on each curve, with files in `directory`. */
export function makeKeys(directory: string): Readonly<Record<Curve, KeyFiles>> {
  const [p256, p384, p521] = CURVES.map((curve) => makeKey(directory, curve)) as [KeyFiles, KeyFiles, KeyFiles];
  return { 'P-256': p256, 'P-384': p384, 'P-521': p521 };
}
