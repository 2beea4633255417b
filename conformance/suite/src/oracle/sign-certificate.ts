import { createPublicKey, type KeyObject } from 'node:crypto';
import { checkUsage, isRoot, readAll, type Trust } from './certificate.ts';
import { type Judge, Refusal } from './judgement.ts';
import type { Has } from './sign-resources.ts';

/** The certificates to write, the signer's first and without a root, or as a program with these defects would. */
export function chainToSign(key: KeyObject, trust: Trust, judge: Judge, has: Has): Buffer[] {
  const { certificate = '', chain = [] } = trust.inputs;
  const [leaf, ...above] = readAll([certificate, ...chain], trust);
  if (leaf === undefined) throw new Refusal('signer/certificate-malformed', 'no certificate');
  const same = spkiOf(leaf.key).equals(spkiOf(createPublicKey(key)));
  if (!same && !has('signs-for-another-certificate')) {
    throw new Refusal('signer/certificate-mismatch', 'the certificate is of another key');
  }
  if (!has('signs-for-any-usage')) checkUsage(leaf, judge);
  if (Date.now() > leaf.notAfter && !has('signs-for-an-expired-certificate')) {
    throw new Refusal('signer/certificate-expired', 'expired');
  }
  const intermediate = above.filter((each) => has('writes-the-root') || !isRoot(each));
  const written = [leaf, ...(has('writes-the-first-certificate-alone') ? [] : intermediate)].map(({ whole }) => whole);
  return has('writes-certificates-backwards') ? written.reverse() : written;
}

function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

/** The certificates as material. */
export function chainMaterial(chain: readonly Buffer[], has: Has): object {
  const certificates = chain.map((der) => ({
    rawBytes: (has('writes-certificates-as-pem') ? pemOf(der) : der).toString('base64'),
  }));
  if (has('writes-a-single-certificate')) return { certificate: certificates[0] };
  return { x509CertificateChain: { certificates } };
}

function pemOf(der: Buffer): Buffer {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return Buffer.from(`-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`);
}
