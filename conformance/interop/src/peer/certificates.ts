import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Curve } from './keys.ts';

/** A signer's certificate and the path above it. */
export interface CertificateKind {
  /** Certificates of the path: 1 is a self-signed one, 2 a root and a leaf, 3 has an intermediate one between them. */
  readonly levels: 1 | 2 | 3;
  /** The fault of the leaf. */
  readonly leaf?: 'expired' | 'web-server';
  /** The signer gets no chain. Otherwise a self-signed certificate is in its own chain. */
  readonly alone?: boolean;
  /** The certificate that the verifier trusts. Default `root`. */
  readonly trusted?: 'root' | 'intermediate';
}

/** Files of a signer with a certificate, in PEM. */
export interface CertificateFiles {
  readonly privateKey: string;
  readonly certificate: string;
  /** From the issuer of the leaf up to the root. */
  readonly chain: readonly string[];
  readonly trusted: string;
}

const CONFIGURATION = `[req]
distinguished_name = name
[name]
[ca]
default_ca = this
[this]
database = index
serial = serial
new_certs_dir = .
policy = policy
unique_subject = no
[policy]
commonName = supplied
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = codeSigning
subjectKeyIdentifier = hash
[web-server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
`;

const hashes = { 'P-256': 'sha256', 'P-384': 'sha384', 'P-521': 'sha512' } as const;

/** Makes keys and certificates with OpenSSL, independently of both implementations. Their names say that they are for tests. */
export function makeCertificates(directory: string, curve: Curve, kind: CertificateKind): CertificateFiles {
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'openssl.cnf'), CONFIGURATION);
  writeFileSync(path.join(directory, 'index'), '');
  writeFileSync(path.join(directory, 'serial'), '1001\n');
  const openssl = (...args: string[]) => {
    const { status, stderr, error } = spawnSync('openssl', args, { cwd: directory, encoding: 'utf8' });
    if (status !== 0) throw new Error(`openssl ${args[0]} failed: ${error?.message ?? stderr}`);
  };
  const roles = (['root', 'intermediate', 'leaf'] as const).filter(
    (role) => role === 'leaf' || (role === 'root' ? kind.levels > 1 : kind.levels > 2),
  );
  for (const [index, role] of roles.entries()) {
    const issuer = roles[index - 1] ?? role;
    const curveOption = `ec_paramgen_curve:${curve}`;
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', curveOption, '-out', `${role}.key`);
    const subject = `/CN=TEST ONLY ${role} ${curve}`;
    openssl('req', '-new', '-config', 'openssl.cnf', '-key', `${role}.key`, '-subj', subject, '-out', `${role}.csr`);
    const extensions = role !== 'leaf' ? 'authority' : kind.leaf === 'web-server' ? 'web-server' : 'leaf';
    const until = role === 'leaf' && kind.leaf === 'expired' ? '20210101000000Z' : '21191231000000Z';
    const validity = ['-startdate', '20200101000000Z', '-enddate', until];
    const signing = issuer === role ? ['-selfsign'] : ['-cert', `${issuer}.pem`];
    openssl(
      ...['ca', '-batch', '-notext', '-config', 'openssl.cnf', '-in', `${role}.csr`, '-out', `${role}.pem`],
      ...['-keyfile', `${issuer}.key`, ...signing, '-md', hashes[curve], '-extensions', extensions, ...validity],
    );
  }
  const file = (role: string) => path.join(directory, `${role}.pem`);
  return {
    privateKey: path.join(directory, 'leaf.key'),
    certificate: file('leaf'),
    chain: kind.alone ? [] : (kind.levels === 1 ? roles : roles.slice(0, -1)).toReversed().map(file),
    trusted: file(kind.levels === 1 ? 'leaf' : (kind.trusted ?? 'root')),
  };
}
