import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

export const CURVES = ['P-256', 'P-384', 'P-521'] as const;
export type Curve = (typeof CURVES)[number];

/** Files of a key pair, in PEM. */
export interface KeyFiles {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** Makes a fresh key pair on each curve, with files in `directory`. */
export function makeKeys(directory: string): Readonly<Record<Curve, KeyFiles>> {
  const make = (curve: Curve): KeyFiles => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
    const files = {
      privateKey: path.join(directory, `${curve}.pem`),
      publicKey: path.join(directory, `${curve}.pub.pem`),
    };
    writeFileSync(files.privateKey, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    writeFileSync(files.publicKey, publicKey.export({ type: 'spki', format: 'pem' }));
    return files;
  };
  return { 'P-256': make('P-256'), 'P-384': make('P-384'), 'P-521': make('P-521') };
}
