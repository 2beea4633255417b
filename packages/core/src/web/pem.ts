import { fromBase64 } from '@model-signing/x509/platform';

/**
 * The contents of PEM text with one block.
 * @throws {TypeError} if it has no block of this label, or one that is not standard Base64
 */
export function derOfPem(pem: string, label: string): Uint8Array {
  const begin = `-----BEGIN ${label}-----`;
  const end = `-----END ${label}-----`;
  const text = pem.trim();
  if (!text.startsWith(begin) || !text.endsWith(end)) throw new TypeError(`this is no ${label} in PEM`);
  const der = fromBase64(text.slice(begin.length, -end.length).replace(/[\t\n\r ]/g, ''));
  if (!der || der.length === 0) throw new TypeError('the PEM text is not standard Base64');
  return der;
}
