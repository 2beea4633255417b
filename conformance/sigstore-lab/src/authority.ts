/** The keys and certificates of an instance: new for each instance, and for tests only. */
import { spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The keys of an instance, each a file of that name. */
export type KeyName = 'ct-log' | 'fulcio' | 'fulcio-root' | 'issuer' | 'rekor' | 'rekor-v1' | 'signer';

/** Days. */
const LIFETIME = 30;

const EXTENSIONS = `[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical, CA:true, pathlen:1
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[intermediate]
basicConstraints = critical, CA:true, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
extendedKeyUsage = codeSigning
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[signer]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = codeSigning
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
`;

/** The path of a file of an instance that holds keys or certificates. */
export function keyFile(directory: string, name: `${KeyName}.${'pem' | 'pub.pem'}` | 'fulcio-chain.pem'): string {
  return path.join(directory, name);
}

/** Makes every key of an instance, and the certificates of its Fulcio: an intermediate one below a root. */
export function makeAuthority(directory: string): void {
  // TesseraCT reads its key in SEC 1 only; Rekor's checkpoints are signed with Ed25519, as in the public instance.
  for (const name of ['fulcio', 'fulcio-root', 'issuer', 'rekor-v1'] as const) writeKey(directory, name, 'pkcs8');
  writeKey(directory, 'ct-log', 'sec1');
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(keyFile(directory, 'rekor.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });

  const config = path.join(directory, 'openssl.cnf');
  writeFileSync(config, EXTENSIONS);
  const root = certify(directory, config, 'fulcio-root', 'root', []);
  const rootFile = path.join(directory, 'fulcio-root.crt');
  writeFileSync(rootFile, root);
  const signedByRoot = ['-CA', rootFile, '-CAkey', keyFile(directory, 'fulcio-root.pem')];
  const intermediate = certify(directory, config, 'fulcio', 'intermediate', signedByRoot);
  writeFileSync(keyFile(directory, 'fulcio-chain.pem'), intermediate + root);
}

/** Makes a long-lived key `signer.pem` and its certificate `signer.crt`, issued by the Fulcio in the same directory. */
export function makeSigner(directory: string): void {
  writeKey(directory, 'signer', 'pkcs8');
  const issuer = path.join(directory, 'fulcio.crt');
  writeFileSync(issuer, readFileSync(keyFile(directory, 'fulcio-chain.pem')));
  const signedByIssuer = ['-CA', issuer, '-CAkey', keyFile(directory, 'fulcio.pem')];
  const config = path.join(directory, 'openssl.cnf');
  writeFileSync(path.join(directory, 'signer.crt'), certify(directory, config, 'signer', 'signer', signedByIssuer));
}

function writeKey(directory: string, name: KeyName, type: 'pkcs8' | 'sec1'): void {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(keyFile(directory, `${name}.pem`), privateKey.export({ type, format: 'pem' }), { mode: 0o600 });
  writeFileSync(keyFile(directory, `${name}.pub.pem`), publicKey.export({ type: 'spki', format: 'pem' }));
}

function certify(directory: string, config: string, key: KeyName, section: string, by: readonly string[]): string {
  const subject = `/O=model-signing test/CN=Test ${section}`;
  const args = ['req', '-x509', '-new', '-config', config, '-extensions', section, '-subj', subject];
  const rest = ['-key', keyFile(directory, `${key}.pem`), '-days', String(LIFETIME), ...by];
  const { status, stdout, stderr, error } = spawnSync('openssl', [...args, ...rest], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl made no certificate: ${error?.message ?? stderr.trim()}`);
  return stdout;
}

export function readPrivateKey(directory: string, name: KeyName): KeyObject {
  return createPrivateKey(readFileSync(keyFile(directory, `${name}.pem`)));
}

/** A key's public half in DER. */
export function publicKeyOf(directory: string, name: KeyName): Buffer {
  return createPublicKey(readPrivateKey(directory, name)).export({ type: 'spki', format: 'der' });
}

/** The certificates of a file in PEM, each in DER. */
export function certificatesOf(pem: string): Buffer[] {
  const end = '-----END CERTIFICATE-----';
  return pem
    .split(end)
    .slice(0, -1)
    .map((part) => new X509Certificate(part + end).raw);
}
