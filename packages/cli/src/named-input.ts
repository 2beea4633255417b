import { OmsError, quote } from '@model-signing/core';

/** What an input file is to blame for: it is no key, no certificate or no trust root, or not one that can be used. */
const codes: ReadonlySet<string> = new Set([
  'signer/key-unreadable',
  'signer/key-unsupported',
  'signer/certificate-unreadable',
  'signer/trust-unreadable',
]);

/**
 * Adds the path of an input file to an error that the library throws about its content, of which it knows no path; other errors
 * are unchanged.
 * @param path undefined if the input has none
 */
export function naming(path: string | undefined, error: unknown): unknown {
  if (path === undefined || !(error instanceof OmsError) || !codes.has(error.code)) return error;
  const { code, message, requirement, cause } = error;
  return new OmsError(code, `${quote(path)}: ${message}`, { requirement, cause });
}

/** Files of certificates, by how the library's messages begin. */
type CertificateFiles = Readonly<Record<string, readonly string[] | undefined>>;

/** Does the same for files of certificates, of which the message says which kind it is about, and which one of several. */
export function namingCertificate(files: CertificateFiles, error: unknown): unknown {
  if (!(error instanceof OmsError) || error.code !== 'signer/certificate-unreadable') return error;
  const paths = Object.entries(files).find(([beginning]) => error.message.startsWith(beginning))?.[1];
  const [, number = '1'] = /^[a-z ]+ \(file (\d+) of \d+\)/.exec(error.message) ?? [];
  return naming(paths?.[Number(number) - 1], error);
}
