import type { DerForm } from './der-form.ts';

/** What was wanted from a text. */
export type Wanted = 'private key' | 'public key' | 'certificate';

/** A way from what was given to what was wanted. */
export type Advice = Partial<Record<Wanted, string>>;

/** Makes a key that can be used, where the given one never can. */
export const makeKey =
  'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out NEW makes a key that can be used';

/** Forms of PEM by the words in their label, the most telling first. */
export const pemForms: readonly (readonly [words: string, what: string, advice?: Advice])[] = [
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

const privateDer: Advice = {
  'public key': 'openssl pkey -inform DER -in FILE -pubout -out NEW writes its public half',
  certificate: 'give the certificate that belongs to it',
};

/** Forms of DER. Those that are read as they are have no advice. */
export const derForms: Readonly<Record<DerForm, readonly [what: string, advice?: Advice]>> = {
  spki: [
    'a public key in DER',
    { 'private key': 'give its private half', certificate: 'give the certificate that belongs to it' },
  ],
  pkcs8: ['a private key in DER', privateDer],
  sec1: ['a private key in DER', privateDer],
  'encrypted-pkcs8': ['an encrypted private key in DER', privateDer],
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

/** The command that turns a JWK, or a member of a JSON document that is one, into PEM. */
export const jwk = (half: 'Public' | 'Private', type: 'spki' | 'pkcs8', member = '') =>
  `node -e "const c=require('node:crypto'),f=require('node:fs');process.stdout.write(c.create${half}Key({key:JSON.parse(f.readFileSync('FILE'))${member},format:'jwk'}).export({type:'${type}',format:'pem'}))" > NEW`;

/** Other texts; the most telling first. */
export const otherForms: readonly (readonly [
  looks: RegExp | ((text: string) => boolean),
  what: string,
  advice?: Advice,
])[] = [
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

function isJson(text: string): boolean {
  return text.startsWith('{') || text.startsWith('[');
}
