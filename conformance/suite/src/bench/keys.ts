import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

export type Curve = 'P-256' | 'P-384' | 'P-521';

/** Files of a key pair, in PEM. */
export interface KeyFiles {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** Writes a new key pair to files in `directory`. */
export function makeKey(directory: string, curve: Curve): KeyFiles {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const files = {
    privateKey: path.join(directory, `${curve}.pem`),
    publicKey: path.join(directory, `${curve}.pub.pem`),
  };
  writeFileSync(files.privateKey, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(files.publicKey, publicKey.export({ type: 'spki', format: 'pem' }));
  return files;
}
