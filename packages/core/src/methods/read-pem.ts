import { type Certificate, parsePemCertificates } from '@model-signing/x509';
import type { Pem } from './ec-key.ts';
import { mapUnreadable } from './x509-errors.ts';

/**
 * Reads certificates that the caller gives.
 * @param what names the certificates in the message
 * @throws {OmsError} `signer/certificate-unreadable`
 */
export function readPem(what: string, texts: readonly Pem[]): Certificate[] {
  return texts.flatMap((pem, i) => {
    const which = texts.length > 1 ? `${what} (file ${i + 1} of ${texts.length})` : what;
    return mapUnreadable(which, pem, parsePemCertificates);
  });
}
