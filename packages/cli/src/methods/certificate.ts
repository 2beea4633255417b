import type { PullFlags } from '../commands/pull.ts';
import type { SignCertificateFlags } from '../commands/sign-certificate.ts';
import type { CertificateTrustFlags, VerifyCertificateFlags } from '../commands/verify-certificate.ts';
import { type Command, collect, type Flag, InvalidValue } from '../grammar.ts';
import {
  attestationFlags,
  model,
  privateKeyFlags,
  pullFlags,
  signatureToVerify,
  signFlags,
  storedModel,
  verifyFlags,
} from '../options.ts';
import { requireLogFlags, signLogFlags } from './log.ts';
import { type TimestampAlias, timestamped } from './timestamp.ts';

/** The flags for the certificate of the key that signs. */
export const signingCertificateFlags: readonly Flag[] = [
  {
    name: 'signing-certificate',
    value: 'file',
    description: 'the certificate of the key, in PEM form (required unless the token of the key has it)',
    reads: true,
    selects: true,
  },
  {
    name: 'certificate-chain',
    value: 'file',
    description: 'intermediate certificates; can be repeated',
    reads: true,
    repeatable: true,
    parse: collect,
  },
  {
    name: 'timestamp-url',
    value: 'url',
    description: 'timestamp the signature, so that it outlives the certificate',
    secret: true,
  },
  { name: 'tsa-url', value: 'url', description: '', conflicts: ['timestamp-url'], hidden: true, secret: true },
  {
    name: 'any-usage',
    description: 'accept any certificate for digital signatures or code signing',
  },
  {
    name: 'reuse-certificate-chain',
    value: 'file',
    description: 'with --reuse: certificates that you trust for the earlier signature; can be repeated',
    reads: true,
    repeatable: true,
    parse: collect,
  },
  {
    name: 'reuse-timestamp-roots',
    value: 'file',
    description: 'with --reuse: certificates of timestamp authorities that you trust for it; can be repeated',
    reads: true,
    repeatable: true,
    parse: collect,
  },
];

/** `sign certificate`. */
export const signCertificate: Command = {
  name: 'certificate',
  description: 'sign a model with a private key and its X.509 certificate',
  operand: model,
  flags: [...privateKeyFlags, ...signingCertificateFlags, ...signLogFlags, ...signFlags],
  examples: [
    'sign certificate my-model --private-key key.pem --signing-certificate cert.pem --certificate-chain ca.pem',
    'sign certificate my-model --private-key key.pem --signing-certificate cert.pem --timestamp-url https://tsa.example',
    "sign certificate my-model --key 'pkcs11:token=my-token;object=my-key' --certificate-chain ca.pem",
  ],
  run: async (path, flags: SignCertificateFlags & TimestampAlias, context) =>
    (await import('../commands/sign-certificate.ts')).signWithCertificate(path, timestamped(flags), context),
};

/** The flags that say which certificates to trust, and how. */
export const certificateTrustFlags: readonly Flag[] = [
  {
    name: 'certificate-chain',
    value: 'file',
    description: 'certificates that you trust; can be repeated (required without --system-roots)',
    reads: true,
    repeatable: true,
    parse: collect,
  },
  {
    name: 'timestamp-roots',
    value: 'file',
    description: 'certificates of timestamp authorities that you trust; can be repeated',
    reads: true,
    repeatable: true,
    parse: collect,
  },
  {
    name: 'verification-time',
    value: 'time',
    description: 'verify as of this time, such as 2024-05-01T12:00:00Z',
    parse: instant,
  },
  { name: 'require-self-signed-root', description: 'trust only certificates that are self-signed' },
  {
    name: 'any-usage',
    description: 'accept any certificate for digital signatures or code signing',
  },
  {
    name: 'system-roots',
    description: 'also trust the roots of the operating system, which are for web servers',
  },
  { name: 'log-fingerprints', description: 'show the SHA-256 fingerprint of every certificate' },
];

/** `verify certificate`. */
export const verifyCertificate: Command = {
  name: 'certificate',
  description: 'verify a model that was signed with a certificate',
  operand: model,
  flags: [signatureToVerify, ...certificateTrustFlags, ...requireLogFlags, ...attestationFlags, ...verifyFlags],
  examples: [
    'verify certificate my-model --signature model.sig --certificate-chain ca.pem',
    'verify certificate my-model --signature model.sig --certificate-chain ca.pem --timestamp-roots tsa.pem',
  ],
  run: async (path, flags: VerifyCertificateFlags, context) =>
    (await import('../commands/verify-certificate.ts')).verifyWithCertificate(path, flags, context),
};

/** `pull certificate`. */
export const pullCertificate: Command = {
  name: 'certificate',
  description: 'fetch a model that was signed with a certificate',
  operand: storedModel,
  flags: [...certificateTrustFlags, ...pullFlags],
  examples: ['pull certificate hf://org/my-model --to my-model --certificate-chain ca.pem'],
  run: async (name, flags: PullFlags & CertificateTrustFlags, context) => {
    const { certificateTrust } = await import('../commands/verify-certificate.ts');
    await (await import('../commands/pull.ts')).pull(name, flags, certificateTrust(flags, context), context);
  },
};

/** A time needs a zone: without one, each machine would verify as of another instant. */
function instant(text: string): Date {
  const form = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;
  const date = new Date(form.test(text) ? text : Number.NaN);
  if (Number.isNaN(date.getTime()) || !isDay(text.slice(0, 10))) {
    throw new InvalidValue('It must be a date, or a date and a time with a zone, such as 2024-05-01T12:00:00Z.');
  }
  return date;
}

/** Whether the day exists: JavaScript reads 30 February as 1 March. */
function isDay(text: string): boolean {
  return new Date(text).toISOString().startsWith(text);
}
