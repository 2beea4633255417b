import { fromBase64, toLatin1 } from '#platform';
import { encodingOf } from '../format/encoding.ts';
import { derFormOf } from './der-form.ts';
import { derOf } from './key-text.ts';
import { type Advice, derForms, jwk, makeKey, otherForms, pemForms, type Wanted } from './known-forms.ts';

/** What a text is instead of what was wanted, in words, and a way to what was wanted. Nothing of the text itself is repeated. */
export interface ForeignForm {
  readonly what: string;
  /** With FILE for the file that holds the text, and NEW for the one to make. */
  readonly advice?: string | undefined;
}

/** Recognises what a text is that is not what was wanted; null if it is nothing known. */
export function foreignForm(source: Uint8Array | string, wanted: Wanted): ForeignForm | null {
  if (source.length === 0) return { what: 'empty' };
  if (typeof source !== 'string') {
    const encoding = encodingOf(source);
    if (encoding !== 'UTF-8') return { what: `in ${encoding}`, advice: `iconv -f ${encoding} -t UTF-8 FILE > NEW` };
    if (startsWith(source, [0xfe, 0xed, 0xfe, 0xed])) {
      return {
        what: 'a keystore of Java',
        advice: 'keytool -importkeystore -srckeystore FILE -destkeystore NEW -deststoretype pkcs12',
      };
    }
  }
  const text = (typeof source === 'string' ? source : toLatin1(source)).trimStart();
  if (text === '') return { what: 'empty' };
  if (wanted === 'certificate' && text.includes('-----BEGIN CERTIFICATE-----')) return unreadCertificate(text);
  const label = labelOf(text);
  if (label === 'OPENSSH PRIVATE KEY') {
    const type = typeOfOpenSsh(text);
    if (type !== null) return { what: `${type}, which the format does not know`, advice: chosenFor(wanted, makeKey) };
  }
  if (label !== null)
    return chosen(
      pemForms.find(([words]) => label.includes(words)),
      wanted,
      1,
    );
  const der = derOf(source);
  const form = der && derFormOf(der);
  if (form) {
    const named = chosen(derForms[form], wanted, 0);
    return named && der !== source ? inBase64(named, text) : named;
  }
  const set = keySetOf(text, wanted);
  if (set) return set;
  const other = otherForms.find(([looks]) => (looks instanceof RegExp ? looks.test(text) : looks(text)));
  return chosen(other, wanted, 1);
}

/** Why a file of certificates cannot be read. */
function unreadCertificate(text: string): ForeignForm {
  const labels = text.split('-----BEGIN ').slice(1);
  if (labels.some((label) => !/^(?:X509 )?CERTIFICATE-----/.test(label))) {
    return {
      what: 'a certificate with something beside it',
      advice: 'openssl x509 -in FILE -out NEW copies the first certificate',
    };
  }
  const isCut = labels.some((label) => !/-----END (?:X509 )?CERTIFICATE-----/.test(label));
  return {
    what: isCut ? 'a certificate that is cut off' : 'a certificate that is damaged',
    advice: 'get the whole file again',
  };
}

/** The type of a private key in OpenSSH's form, if the format does not know it; it stands there in the clear. */
function typeOfOpenSsh(text: string): string | null {
  const [, body = ''] = text.split('-----BEGIN OPENSSH PRIVATE KEY-----', 2);
  const base64 = (body.split('-----', 1)[0] ?? '').replace(/[\t\n\v\f\r ]|\\[nr]/g, '');
  const bytes = fromBase64(base64);
  const start = bytes === null ? '' : toLatin1(bytes.subarray(0, 512));
  if (start.includes('ssh-ed25519')) return "an Ed25519 key in OpenSSH's form";
  if (start.includes('ssh-rsa')) return "an RSA key in OpenSSH's form";
  return start.includes('ssh-dss') ? "a DSA key in OpenSSH's form" : null;
}

function chosenFor(wanted: Wanted, advice: string): string | undefined {
  return wanted === 'private key' ? advice : undefined;
}

/** What is in DER, given as its Base64: commands for DER read it through a pipe that decodes it. */
function inBase64({ what, advice }: ForeignForm, text: string): ForeignForm {
  const decode = `openssl base64 -d ${text.trim().includes('\n') ? '' : '-A '}-in FILE | `;
  const piped = advice?.includes(' -in FILE') ? decode + advice.replace(' -in FILE', '') : advice;
  return { what: what.replace(' in DER', ' in Base64 without the lines of PEM'), advice: piped };
}

/** The largest text that is parsed to look for keys. */
const MAX_KEY_SET = 65_536;

/** A set of keys in JSON (JWKS), with the command that takes the first one of the usual type out of it. */
function keySetOf(text: string, wanted: Wanted): ForeignForm | null {
  if (!text.startsWith('{') || text.length > MAX_KEY_SET) return null;
  let keys: unknown;
  try {
    keys = JSON.parse(text).keys;
  } catch {
    return null;
  }
  if (!Array.isArray(keys) || keys.length === 0) return null;
  const isPrivate = (key: unknown) => (key as { d?: unknown } | null)?.d !== undefined;
  const at = keys.findIndex(
    (key) => (key as { kty?: unknown } | null)?.kty === 'EC' && (wanted !== 'private key' || isPrivate(key)),
  );
  const what = 'a set of keys as JSON (JWKS)';
  if (at === -1) return { what, advice: wanted === 'private key' ? 'give the private key itself' : undefined };
  const member = `.keys[${at}]`;
  if (wanted === 'certificate') return { what };
  return { what, advice: wanted === 'private key' ? jwk('Private', 'pkcs8', member) : jwk('Public', 'spki', member) };
}

function chosen(entry: readonly unknown[] | undefined, wanted: Wanted, at: number): ForeignForm | null {
  if (!entry) return null;
  return { what: entry[at] as string, advice: (entry[at + 1] as Advice | undefined)?.[wanted] };
}

/** The label of the first PEM block. */
function labelOf(text: string): string | null {
  const at = text.indexOf('-----BEGIN ');
  return at === -1 ? null : (text.slice(at + 11, at + 60).split('-----', 1)[0] ?? null);
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}
