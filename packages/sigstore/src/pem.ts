import { toBase64 } from '#platform';

/** Encodes DER as one PEM block (RFC 7468) with a line break at its end. */
export function encodePem(label: string, der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
