import { fromBase64, toLatin1 } from '#platform';
import { encodingOf } from '../format/encoding.ts';
import { type DerForm, derFormOf } from './der-form.ts';
import { derOf } from './key-text.ts';

/** What was wanted from a text. */
export type Wanted = 'private key' | 'public key' | 'certificate';

/** What a text is instead of what was wanted, in words, and a way to what was wanted. Nothing of the text itself is repeated. */
export interface ForeignForm {
  readonly what: string;
  /** With FILE for the file that holds the text, and NEW for the one to make. */
  readonly advice?: string | undefined;
}

type Advice = Partial<Record<Wanted, string>>;

const makeKey = 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out NEW makes a key that can be used';

/** Forms of PEM by the words in their label, the most telling first. */
const pemForms: readonly (readonly [words: string, what: string, advice?: Advice])[] = [
  [
    'OPENSSH PRIVATE KEY',
    "a private key in OpenSSH's form",
    {
      'private key': 'ssh-keygen -p -m PKCS8 -f FILE rewrites the file in PEM form, so try it on a copy',
      'public key': 'ssh-keygen -y -f FILE > NEW.pub, then ssh-keygen -e -m PKCS8 -f NEW.pub > NEW',
    },
  ],
  [
    'SSH2 PUBLIC KEY',
    'a public key in the form of RFC 4716 (SSH)',
    { 'public key': 'ssh-keygen -i -f FILE > NEW.pub, then ssh-keygen -e -m PKCS8 -f NEW.pub > NEW' },
  ],
  [
    'ENCRYPTED SIGSTORE PRIVATE KEY',
    "a private key in cosign's encrypted form, which only cosign can open",
    { 'private key': makeKey, 'public key': 'cosign public-key --key FILE > NEW' },
  ],
  [
    'ENCRYPTED COSIGN PRIVATE KEY',
    "a private key in cosign's encrypted form, which only cosign can open",
    { 'private key': makeKey, 'public key': 'cosign public-key --key FILE > NEW' },
  ],
  ['PGP', 'of OpenPGP, whose keys and signatures have another form', { 'private key': makeKey }],
  [
    'CERTIFICATE REQUEST',
    'a request for a certificate',
    {
      'public key': 'openssl req -in FILE -pubkey -noout > NEW',
      certificate: 'an authority makes the certificate from it',
    },
  ],
  [
    'CERTIFICATE',
    'a certificate',
    {
      'public key': 'openssl x509 -in FILE -pubkey -noout > NEW prints its public key',
      'private key': 'give the private key that belongs to it',
      certificate: 'openssl x509 -in FILE -out NEW',
    },
  ],
  [
    'RSA PRIVATE KEY',
    'an RSA private key',
    { 'private key': makeKey, certificate: 'give the certificate that belongs to it' },
  ],
  ['DSA PRIVATE KEY', 'a DSA private key', { 'private key': makeKey }],
  [
    'PRIVATE KEY',
    'a private key',
    {
      'public key': 'openssl pkey -in FILE -pubout -out NEW writes its public half',
      certificate: 'give the certificate that belongs to it',
    },
  ],
  ['RSA PUBLIC KEY', 'an RSA public key'],
  [
    'PUBLIC KEY',
    'a public key',
    {
      'private key': 'give its private half',
      certificate: 'give the certificate that belongs to it, or verify with the method key',
    },
  ],
  ['PKCS7', 'a PKCS #7 file', { certificate: 'openssl pkcs7 -in FILE -print_certs -out NEW' }],
  ['CMS', 'a CMS file', { certificate: 'openssl pkcs7 -in FILE -print_certs -out NEW' }],
  ['PARAMETERS', 'the parameters of a key, without the key'],
];

/** Forms of DER. Those that are read as they are have no advice. */
const derForms: Readonly<Record<DerForm, readonly [what: string, advice?: Advice]>> = {
  spki: [
    'a public key in DER',
    { 'private key': 'give its private half', certificate: 'give the certificate that belongs to it' },
  ],
  pkcs8: [
    'a private key in DER',
    {
      'public key': 'openssl pkey -inform DER -in FILE -pubout -out NEW writes its public half',
      certificate: 'give the certificate that belongs to it',
    },
  ],
  sec1: [
    'a private key in DER',
    {
      'public key': 'openssl pkey -inform DER -in FILE -pubout -out NEW writes its public half',
      certificate: 'give the certificate that belongs to it',
    },
  ],
  'encrypted-pkcs8': [
    'an encrypted private key in DER',
    {
      'public key': 'openssl pkey -inform DER -in FILE -pubout -out NEW writes its public half',
      certificate: 'give the certificate that belongs to it',
    },
  ],
  pkcs1: ['an RSA key in DER (PKCS #1)', { 'private key': makeKey }],
  pkcs12: [
    'a PKCS #12 file',
    {
      'private key': 'openssl pkcs12 -in FILE -nocerts -out NEW',
      'public key':
        'openssl pkcs12 -in FILE -nokeys -clcerts -out CERT, then openssl x509 -in CERT -pubkey -noout > NEW',
      certificate: 'openssl pkcs12 -in FILE -nokeys -out NEW',
    },
  ],
  pkcs7: ['a PKCS #7 file in DER', { certificate: 'openssl pkcs7 -inform DER -in FILE -print_certs -out NEW' }],
  certificate: [
    'a certificate in DER',
    {
      'public key': 'openssl x509 -inform DER -in FILE -pubkey -noout > NEW prints its public key',
      'private key': 'give the private key that belongs to it',
      certificate: 'openssl x509 -inform DER -in FILE -out NEW',
    },
  ],
  'certificate-request': [
    'a request for a certificate in DER',
    {
      'public key': 'openssl req -inform DER -in FILE -pubkey -noout > NEW',
      certificate: 'an authority makes the certificate from it',
    },
  ],
};

const jwk = (half: 'Public' | 'Private', type: 'spki' | 'pkcs8', member = '') =>
  `node -e "const c=require('node:crypto'),f=require('node:fs');process.stdout.write(c.create${half}Key({key:JSON.parse(f.readFileSync('FILE'))${member},format:'jwk'}).export({type:'${type}',format:'pem'}))" > NEW`;

/** Other texts; the most telling first. */
const otherForms: readonly (readonly [looks: RegExp | ((text: string) => boolean), what: string, advice?: Advice])[] = [
  [
    /^(?:ecdsa-sha2-nistp\d+|sk-ecdsa-\S{1,60}) /,
    "a public key in OpenSSH's form",
    { 'public key': 'ssh-keygen -e -m PKCS8 -f FILE > NEW', 'private key': 'give its private half' },
  ],
  [
    /^(?:ssh-(?:rsa|dss|ed25519)|sk-ssh-ed25519\S{1,60}) /,
    "a public key in OpenSSH's form, of a type that the format does not know",
    { 'public key': makeKey },
  ],
  [
    /^---- BEGIN SSH2 (?:ENCRYPTED )?P/,
    'a key in the form of RFC 4716 (SSH)',
    { 'public key': 'ssh-keygen -i -f FILE > NEW.pub, then ssh-keygen -e -m PKCS8 -f NEW.pub > NEW' },
  ],
  [/^PuTTY-User-Key-File-/, 'a key of PuTTY', { 'private key': 'puttygen FILE -O private-openssh -o NEW' }],
  [/^untrusted comment:/, 'a key or a signature of minisign or signify', { 'private key': makeKey }],
  [
    /^(?:AGE-SECRET-KEY-1|age1|# created:)/,
    'a key of age, which encrypts and does not sign',
    { 'private key': makeKey },
  ],
  [
    /^version https:\/\/git-lfs/,
    'a pointer of Git LFS',
    {
      'public key': 'git lfs pull fetches the file',
      'private key': 'git lfs pull fetches the file',
      certificate: 'git lfs pull fetches the file',
    },
  ],
  [/^(?:<!doctype|<html|<\?xml)/i, 'a web page or XML'],
  [(text) => isJson(text) && text.includes('"application/vnd.dev.sigstore.bundle'), 'a signature (a Sigstore bundle)'],
  [
    (text) => isJson(text) && text.includes('"kty"') && text.includes('"d"'),
    'a private key as JWK',
    { 'private key': jwk('Private', 'pkcs8'), 'public key': jwk('Public', 'spki') },
  ],
  [
    (text) => isJson(text) && text.includes('"kty"'),
    'a public key as JWK',
    { 'public key': jwk('Public', 'spki'), 'private key': 'give its private half' },
  ],
  [isJson, 'JSON'],
  [
    /^(?:pkcs11|awskms|gcpkms|azurekms|hashivault|k8s|gitlab|https?):/,
    'a reference to a key elsewhere',
    { 'private key': 'give the file that holds the key', 'public key': 'give the file that holds the key' },
  ],
  [
    /^[^\n\r]{1,1000}\.(?:pem|pub|key|crt|cer|der|p12|pfx)$/,
    'the name of a file',
    {
      'private key': 'give the contents of the file',
      'public key': 'give the contents of the file',
      certificate: 'give the contents of the file',
    },
  ],
];

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

function isJson(text: string): boolean {
  return text.startsWith('{') || text.startsWith('[');
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
