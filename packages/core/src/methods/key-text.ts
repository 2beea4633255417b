import { fromBase64, toBase64, toLatin1 } from '#platform';
import { type DerForm, derFormOf } from './der-form.ts';

/** One block of PEM text, or the DER that takes its place. */
export interface KeyBlock {
  /** The label of the PEM block, such as `PUBLIC KEY`; for DER, that which it would have. */
  readonly label: string;
  /** The block as PEM of the usual form. */
  readonly pem: string;
}

const BEGIN = '-----BEGIN ';
const DASHES = '-----';

/** The labels of DER that can be read as it is. */
const labels: Partial<Record<DerForm, string>> = {
  spki: 'PUBLIC KEY',
  pkcs8: 'PRIVATE KEY',
  sec1: 'EC PRIVATE KEY',
  'encrypted-pkcs8': 'ENCRYPTED PRIVATE KEY',
};

/**
 * The PEM blocks in a text, whatever its line ends are: none, `\r` alone, or `\n` as two characters, as environment variables and
 * JSON hold it. DER and its Base64 give one block, if they are a key.
 */
export function keyBlocks(source: Uint8Array | string): KeyBlock[] {
  const text = typeof source === 'string' ? source : toLatin1(source);
  if (!text.includes(BEGIN)) {
    const der = derOf(source);
    const label = der && labels[derFormOf(der) ?? 'pkcs12'];
    return der && label ? [{ label, pem: pemOf(label, toBase64(der)) }] : [];
  }
  const blocks: KeyBlock[] = [];
  for (let at = text.indexOf(BEGIN); at !== -1; ) {
    const labelEnd = text.indexOf(DASHES, at + BEGIN.length);
    const label = labelEnd === -1 ? '' : text.slice(at + BEGIN.length, labelEnd);
    const end = labelEnd === -1 || label.length > 100 ? -1 : text.indexOf(`-----END ${label}${DASHES}`, labelEnd);
    if (end === -1) {
      blocks.push({ label, pem: text.slice(at) });
      break;
    }
    const body = withLineBreaks(text.slice(labelEnd + DASHES.length, end));
    // Headers are significant: they say how an old form is encrypted.
    blocks.push({ label, pem: body.includes(':') ? withHeaders(label, body) : pemOf(label, body) });
    at = text.indexOf(BEGIN, end);
  }
  return blocks;
}

/** Whether a block has more than one element of DER in it. Some platforms read the first one, others none. */
export function isOverfull({ label, pem }: KeyBlock): boolean {
  const body = pem.slice(BEGIN.length + label.length + DASHES.length, pem.indexOf('-----END '));
  const der = fromBase64(body.replace(/[\t\n\r ]/g, ''));
  return der !== null && der[0] === 0x30 && derFormOf(der) === null && endOfFirst(der) < der.length;
}

/** Where the first element ends, whose length has up to three octets. */
function endOfFirst(der: Uint8Array): number {
  const [, head = 0] = der;
  const octets = head < 0x80 ? 0 : head - 0x80;
  if (octets > 3) return der.length;
  const length = octets === 0 ? head : der.subarray(2, 2 + octets).reduce((sum, octet) => sum * 256 + octet, 0);
  return 2 + octets + length;
}

/** The bytes of DER, given as such or in Base64. */
export function derOf(source: Uint8Array | string): Uint8Array | null {
  if (typeof source !== 'string' && source[0] === 0x30 && derFormOf(source) !== null) return source;
  const text = typeof source === 'string' ? source : toLatin1(source);
  const base64 = text.replace(/[\t\n\r ]/g, '');
  return /^M[A-Za-z0-9+/]{30,}={0,2}$/.test(base64) ? fromBase64(base64) : null;
}

/** Where there are real line breaks, a backslash is damage, and stays for OpenSSL to refuse. */
function withLineBreaks(body: string): string {
  return /[\r\n]/.test(body) ? body : body.replace(/\\r|\\n/g, '\n');
}

/** Text that is not Base64 keeps its lines: in others, OpenSSL would skip some of it at their ends. */
function pemOf(label: string, body: string): string {
  const base64 = body.replace(/[\t\n\v\f\r ]/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return `${BEGIN}${label}${DASHES}${body}-----END ${label}${DASHES}\n`;
  const lines = base64.match(/.{1,64}/g) ?? [];
  return [`${BEGIN}${label}${DASHES}`, ...lines, `-----END ${label}${DASHES}`, ''].join('\n');
}

function withHeaders(label: string, body: string): string {
  const lines = body.replaceAll('\r\n', '\n').replaceAll('\r', '\n').trim();
  return `${BEGIN}${label}${DASHES}\n${lines}\n-----END ${label}${DASHES}\n`;
}
