import { createPublicKey } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { WrongVerdict } from './target.ts';
import { vectorsFolder } from './vectors.ts';

/** The public keys of the vectors, in PEM. */
export function publicKeys(): readonly string[] {
  const folder = path.join(vectorsFolder, 'v1.0', 'keys');
  const names = readdirSync(folder).filter((name) => name.endsWith('.pub.pem'));
  return names.sort().map((name) => readFileSync(path.join(folder, name), 'utf8'));
}

/** A public key in the form that hints are computed from, as OpenSSL writes it; through JWK, which has only one form. */
export function canonicalKey(text: Buffer): string {
  const key = createPublicKey(plainPem(text, 'PUBLIC KEY')).export({ format: 'jwk' });
  return createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString();
}

/**
 * The same key as OpenSSL writes it. Layouts that OpenSSL does not know are read on purpose: text around a key, any white space
 * or none, and `\n` as two characters where there is no line break. If the rest is not Base64, OpenSSL decides about the text.
 */
export function plainPem(text: Buffer, kind: 'PUBLIC KEY' | 'PRIVATE KEY'): string {
  const blocks = [...text.toString('latin1').matchAll(/-----BEGIN ([^-]*)-----([\s\S]*?)-----END \1-----/g)];
  const found = blocks.filter(([, label = '']) => label.endsWith(kind));
  const [, label = '', body = ''] = found[0] ?? [];
  if (found.length !== 1) throw new WrongVerdict(`${found.length} keys were read as one`);
  if (body.includes(':')) return `-----BEGIN ${label}-----\n${body.trim()}\n-----END ${label}-----\n`;
  const hasLines = body.includes('\n') || body.includes('\r');
  const base64 = (hasLines ? body : body.replaceAll('\\n', '').replaceAll('\\r', '')).replace(/[\t-\r ]/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return `-----BEGIN ${label}-----${body}-----END ${label}-----\n`;
  return `-----BEGIN ${label}-----\n${base64.replace(/.{64}(?!$)/g, '$&\n')}\n-----END ${label}-----\n`;
}
