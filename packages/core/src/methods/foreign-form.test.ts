import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeCertificate, makeRoot } from '@model-signing/testing/certificates';
import { describe, expect, it, onTestFinished } from 'vitest';
import { refusal } from '../testing/refusal.ts';
import { certificateVerifier } from './certificate.ts';
import { importPrivateKey, importPublicKey, type Pem } from './ec-key.ts';
import { keyVerifier } from './key.ts';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const exported = (key: KeyObject, type: 'spki' | 'pkcs8' | 'sec1') =>
  key.export({ type, format: 'pem' } as never).toString();
const spki = exported(pair.publicKey, 'spki');
const pkcs8 = exported(pair.privateKey, 'pkcs8');
const sec1 = exported(pair.privateKey, 'sec1');
const encrypted = pair.privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
  .toString();
const legacy = pair.privateKey
  .export({ type: 'sec1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
  .toString();
const certificate = makeCertificate({ key: pair });
const derOfPem = (pem: string) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
const utf8 = (text: string) => new TextEncoder().encode(text);

const hint = importPublicKey(spki).hint;

/** What mail programs, editors, environment variables and other systems make of PEM text. */
const disguises: readonly [string, (pem: string) => Pem][] = [
  ['a byte order mark', (pem) => `\ufeff${pem}`],
  ['a byte order mark, as bytes', (pem) => utf8(`\ufeff${pem}`)],
  ['line ends of Windows', (pem) => pem.replaceAll('\n', '\r\n')],
  ['line ends of old Macs', (pem) => pem.replaceAll('\n', '\r')],
  ['the two characters \\n for line ends', (pem) => pem.replaceAll('\n', '\\n')],
  ['the four characters \\r\\n for line ends', (pem) => utf8(pem.replaceAll('\n', '\\r\\n'))],
  ['spaces for line ends', (pem) => pem.trim().replaceAll('\n', ' ')],
  ['indented lines', (pem) => pem.replace(/^/gm, '    ')],
  ['empty lines between', (pem) => pem.replaceAll('\n', '\n\n')],
  ['text around it', (pem) => `key of the release\n\n${pem}\nkeep it safe\n`],
  ['quotes around it', (pem) => `"${pem.replaceAll('\n', '\\n')}"\n`],
];

describe.each(disguises)('a key with %s', (what, disguise) => {
  it(`a public key with ${what} is read`, () => {
    expect(importPublicKey(disguise(spki)).hint).toBe(hint);
  });

  it.each([
    ['PKCS#8', pkcs8],
    ['SEC1', sec1],
    ['encrypted PKCS#8', encrypted],
  ])(`a private key with ${what} is read from %s`, (_, pem) => {
    expect(importPrivateKey(disguise(pem), 'secret').publicKey.hint).toBe(hint);
  });

  it(`a certificate with ${what} is read`, () => {
    expect(() => certificateVerifier({ trusted: [disguise(certificate.pem)] })).not.toThrow();
  });
});

it('keys without line feeds at all, and keys in DER or in Base64 without PEM lines, are read', () => {
  expect(importPublicKey(spki.replaceAll('\n', '')).hint).toBe(hint);
  for (const form of [derOfPem(spki), derOfPem(spki).toString('base64')]) expect(importPublicKey(form).hint).toBe(hint);
  for (const pem of [pkcs8, sec1, encrypted]) {
    for (const form of [
      derOfPem(pem),
      derOfPem(pem).toString('base64'),
      utf8(`${derOfPem(pem).toString('base64')}\n`),
    ]) {
      expect(importPrivateKey(form, 'secret').publicKey.hint).toBe(hint);
    }
  }
});

it.each([
  ['the two characters \\n', '\\n'],
  ['the two characters \\r', '\\r'],
  ['a control character', '\b'],
  ['an underscore', '_'],
])(
  'a key with %s in the middle of a line is refused as damaged, although its other lines are whole',
  async (_, piece) => {
    for (const at of [40, 90]) {
      const damaged = (pem: string) => pem.slice(0, at) + piece + pem.slice(at);
      await refusal('signer/key-unreadable', () => importPublicKey(damaged(spki)));
      for (const pem of [pkcs8, sec1]) {
        await refusal('signer/key-unreadable', () => importPrivateKey(damaged(pem)));
      }
    }
  },
);

it('an old encrypted key keeps its headers, with any line ends', () => {
  for (const form of [legacy, legacy.replaceAll('\n', '\r\n'), legacy.replaceAll('\n', '\\n')]) {
    expect(importPrivateKey(form, 'secret').publicKey.hint).toBe(hint);
  }
});

it('a private key is found beside a certificate or curve parameters, and not beside a second one', async () => {
  const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
  for (const pem of [certificate.pem + pkcs8, pkcs8 + certificate.pem, parameters + sec1]) {
    expect(importPrivateKey(pem).publicKey.hint).toBe(hint);
  }
  const error = await refusal('signer/key-unreadable', () => importPrivateKey(pkcs8 + sec1));
  expect(error.message).toContain('PRIVATE KEY, EC PRIVATE KEY');
});

function utf32(text: string, isBigEndian: boolean): Buffer {
  const bytes = Buffer.alloc(4 * text.length);
  for (let i = 0; i < text.length; i++)
    bytes[isBigEndian ? 'writeUInt32BE' : 'writeUInt32LE'](text.charCodeAt(i), 4 * i);
  return bytes;
}

/** The beginning of a key in OpenSSH's form, as far as it says what type it is. */
function openSsh(type: string): string {
  const body = Buffer.from(`openssh-key-v1\0\0\0\0\x04none\0\0\0\x04none\0\0\0\0\0\0\0\x01\0\0\0\x33\0\0\0\x0b${type}`);
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${body.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

/** Forms that are refused by name. */
const foreign: readonly [what: string, text: string | Uint8Array, name: string][] = [
  ['an empty file', '', 'empty'],
  ['a file of spaces', ' \n', 'empty'],
  ['UTF-16 with a mark', Buffer.from(`\ufeff${pkcs8}`, 'utf16le'), 'in UTF-16: iconv -f UTF-16'],
  ['UTF-16 without a mark', Buffer.from(pkcs8, 'utf16le'), 'in UTF-16LE: iconv -f UTF-16LE'],
  ['big-endian UTF-16', Buffer.from(pkcs8, 'utf16le').swap16(), 'in UTF-16BE: iconv -f UTF-16BE'],
  ['UTF-32 with a mark', utf32(`\ufeff${pkcs8}`, false), 'in UTF-32: iconv -f UTF-32 '],
  ['big-endian UTF-32 with a mark', utf32(`\ufeff${pkcs8}`, true), 'in UTF-32: iconv -f UTF-32 '],
  ['UTF-32 without a mark', utf32(pkcs8, false), 'in UTF-32LE: iconv -f UTF-32LE'],
  ['big-endian UTF-32', utf32(pkcs8, true), 'in UTF-32BE: iconv -f UTF-32BE'],
  ['an Ed25519 key of OpenSSH', openSsh('ssh-ed25519'), 'an Ed25519 key in OpenSSH'],
  ['an RSA key of OpenSSH', openSsh('ssh-rsa'), 'an RSA key in OpenSSH'],
  ['a key of OpenSSH on P-256', openSsh('ecdsa-sha2-nistp256'), "a private key in OpenSSH's form"],
  ['a JWKS', JSON.stringify({ keys: [{ kty: 'RSA' }, pair.privateKey.export({ format: 'jwk' })] }), 'JWKS'],
  ['a certificate', certificate.pem, 'a certificate'],
  ['a certificate in DER', certificate.der, 'a certificate in DER'],
  [
    'a request',
    '-----BEGIN NEW CERTIFICATE REQUEST-----\nAAAA\n-----END NEW CERTIFICATE REQUEST-----',
    'a request for a certificate',
  ],
  [
    'a key of cosign',
    '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----',
    'cosign',
  ],
  [
    'an older key of cosign',
    '-----BEGIN ENCRYPTED COSIGN PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED COSIGN PRIVATE KEY-----',
    'cosign',
  ],
  ['a key of OpenSSH', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----', 'OpenSSH'],
  ['a public key of OpenSSH', 'ecdsa-sha2-nistp256 AAAAE2VjZHNh me@host\n', 'OpenSSH'],
  ['another public key of OpenSSH', 'ssh-ed25519 AAAAC3NzaC1lZDI1 me@host\n', 'a type that the format does not know'],
  ['a key of RFC 4716', '---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n', 'RFC 4716'],
  ['a key of PuTTY', 'PuTTY-User-Key-File-3: ecdsa-sha2-nistp256\n', 'PuTTY'],
  ['a key of OpenPGP', '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nAAAA\n-----END PGP PRIVATE KEY BLOCK-----', 'OpenPGP'],
  ['a key of minisign', 'untrusted comment: minisign public key\nRWQ\n', 'minisign'],
  ['a key of age', 'AGE-SECRET-KEY-1QQ\n', 'age'],
  ['a JWK', JSON.stringify(pair.privateKey.export({ format: 'jwk' })), 'JWK'],
  ['a signature', '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}', 'a signature'],
  ['other JSON', '{"a":1}', 'JSON'],
  ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n', 'Git LFS'],
  ['a web page', '<!DOCTYPE html><title>404</title>', 'a web page'],
  ['a path', 'keys/release.pem', 'the name of a file'],
  ['an address of a key service', 'awskms:///alias/release', 'a reference to a key elsewhere'],
  ['a keystore of Java', Uint8Array.of(0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2), 'Java'],
  ['PKCS #7', '-----BEGIN PKCS7-----\nAAAA\n-----END PKCS7-----', 'PKCS #7'],
];

describe.each(foreign)('%s in place of a key', (what, text, name) => {
  it(`${what} in place of a private or public key is named`, async () => {
    for (const open of [() => importPrivateKey(text), () => keyVerifier({ publicKey: text })]) {
      const error = await refusal('signer/key-unreadable', open);
      expect(error.message).toContain(name);
      expect(error.cause).toBeUndefined();
    }
  });

  it.skipIf(what.startsWith('a certificate') || what === 'an address of a key service')(
    `${what} in place of a certificate is named`,
    async () => {
      const error = await refusal('signer/certificate-unreadable', () => certificateVerifier({ trusted: [text] }));
      expect(error.message).toContain(name);
    },
  );
});

it.each([
  ['a public key', spki],
  ['a private key', pkcs8],
  ['a public key in DER', derOfPem(spki)],
  ['a private key in DER', derOfPem(pkcs8)],
  ['an encrypted private key in DER', derOfPem(encrypted)],
])('%s in place of a certificate is named', async (what, source) => {
  const error = await refusal('signer/certificate-unreadable', () => certificateVerifier({ trusted: [source] }));
  expect(error.message).toContain(`it is ${what}`);
});

it('no message about a key repeats a byte of it', async () => {
  const secret = pkcs8.split('\n')[1] as string;
  const texts = [
    `junk ${secret}`,
    secret,
    `-----BEGIN ${secret}-----\n-----END ${secret}-----`,
    `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----`,
    pkcs8.slice(0, -40),
    pkcs8 + pkcs8,
    JSON.stringify({ key: secret }),
    `${pkcs8}-----BEGIN ${secret.slice(0, 30)} PRIVATE KEY-----\n`,
  ];
  for (const text of texts) {
    for (const open of [importPrivateKey, importPublicKey, (pem: string) => certificateVerifier({ trusted: [pem] })]) {
      let message = '';
      try {
        open(text);
      } catch (error) {
        message = String(error);
      }
      for (let at = 0; at + 8 <= secret.length; at++) expect(message).not.toContain(secret.slice(at, at + 8));
    }
  }
});

describe('the commands that messages name', () => {
  const has = (tool: string) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
  const run = (folder: string, command: string) =>
    execFileSync('sh', ['-ec', command], { cwd: folder, stdio: 'pipe', input: '' });

  /** Runs the command of a message on a file that `prepare` makes, and returns what it wrote. */
  async function converted(prepare: string, open: (source: Uint8Array) => unknown, command: string, more = '') {
    const folder = mkdtempSync(path.join(tmpdir(), 'model-signing-keys-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(path.join(folder, 'pkcs8.pem'), pkcs8);
    writeFileSync(path.join(folder, 'encrypted.pem'), encrypted);
    writeFileSync(path.join(folder, 'spki.pem'), spki);
    writeFileSync(path.join(folder, 'cert.pem'), certificate.pem);
    run(folder, prepare);
    let message = '';
    try {
      open(readFileSync(path.join(folder, 'FILE')));
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain(command);
    run(folder, `${command.replaceAll(', then ', ' && ')}${more}; [ -e NEW ] || mv FILE NEW`);
    return new Uint8Array(readFileSync(path.join(folder, 'NEW')));
  }

  const privateKey = (source: Uint8Array) => importPrivateKey(source, 'secret');
  const publicKey = (source: Uint8Array) => importPublicKey(source);
  const trusted = (source: Uint8Array) => certificateVerifier({ trusted: [source] });

  const openssl = [
    ['the public half of a private key', 'cp pkcs8.pem FILE', publicKey, 'openssl pkey -in FILE -pubout -out NEW'],
    ['the public key of a certificate', 'cp cert.pem FILE', publicKey, 'openssl x509 -in FILE -pubkey -noout > NEW'],
    [
      'the public key of a certificate in DER',
      'openssl x509 -in cert.pem -outform DER -out FILE',
      publicKey,
      'openssl x509 -inform DER -in FILE -pubkey -noout > NEW',
    ],
    [
      'the public half of a private key in DER',
      'openssl pkey -in pkcs8.pem -outform DER -out FILE',
      publicKey,
      'openssl pkey -inform DER -in FILE -pubout -out NEW',
    ],
    [
      'the public key of a request',
      'openssl req -new -key pkcs8.pem -subj /CN=x -out FILE',
      publicKey,
      'openssl req -in FILE -pubkey -noout > NEW',
    ],
    [
      'the public key of a request in DER',
      'openssl req -new -key pkcs8.pem -subj /CN=x -outform DER -out FILE',
      publicKey,
      'openssl req -inform DER -in FILE -pubkey -noout > NEW',
    ],
    [
      'the public key of a file with a certificate and a key',
      'cat cert.pem pkcs8.pem > FILE',
      publicKey,
      'openssl pkey -in FILE -pubout -out NEW',
    ],
    [
      'the public key of a file with a certificate and its key',
      'cat cert.pem spki.pem > FILE',
      publicKey,
      'openssl x509 -in FILE -pubkey -noout > NEW',
    ],
    [
      'the certificate of a file with a key',
      'cat pkcs8.pem cert.pem > FILE',
      trusted,
      'openssl x509 -in FILE -out NEW',
    ],
    [
      'a certificate in DER',
      'openssl x509 -in cert.pem -outform DER -out FILE',
      trusted,
      'openssl x509 -inform DER -in FILE -out NEW',
    ],
    [
      'the certificates of PKCS #7',
      'openssl crl2pkcs7 -nocrl -certfile cert.pem -out FILE',
      trusted,
      'openssl pkcs7 -in FILE -print_certs -out NEW',
    ],
    [
      'the certificates of PKCS #7 in DER',
      'openssl crl2pkcs7 -nocrl -certfile cert.pem -outform DER -out FILE',
      trusted,
      'openssl pkcs7 -inform DER -in FILE -print_certs -out NEW',
    ],
  ] as const;

  it.skipIf(!has('openssl')).each(openssl)('openssl converts %s', async (_, prepare, open, command) => {
    expect(() => open(new Uint8Array())).toThrow();
    const source = await converted(prepare, open, command);
    if (open === publicKey) expect(importPublicKey(source).hint).toBe(hint);
    else expect(() => open(source)).not.toThrow();
  });

  const pkcs12 = 'openssl pkcs12 -export -inkey pkcs8.pem -in cert.pem -passout pass:secret -out FILE';
  it.skipIf(!has('openssl')).each([
    [
      'the private key',
      privateKey,
      'openssl pkcs12 -in FILE -nocerts -out NEW',
      ' -passin pass:secret -passout pass:secret',
    ],
    ['the certificates', trusted, 'openssl pkcs12 -in FILE -nokeys -out NEW', ' -passin pass:secret'],
  ] as const)('openssl extracts %s of PKCS #12', async (_, open, command, more) => {
    const source = await converted(pkcs12, open, command, more);
    expect(() => open(source)).not.toThrow();
  });

  it.skipIf(!has('openssl'))('openssl makes a key that can be used', async () => {
    const command = 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out NEW';
    const source = await converted("printf 'untrusted comment: x' > FILE", privateKey, command);
    expect(importPrivateKey(source).publicKey.curve).toBe('P-256');
  });

  it.skipIf(!has('openssl'))('openssl encrypts a key of an unknown encryption in a usual one', async () => {
    const prepare =
      'openssl pkcs8 -topk8 -v1 PBE-MD5-DES -in pkcs8.pem -passout pass:secret -provider legacy -provider default -out FILE';
    const command = 'openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out NEW';
    const more = ' -provider legacy -provider default -passin pass:secret -passout pass:secret';
    expect(privateKey(await converted(prepare, privateKey, command, more)).publicKey.hint).toBe(hint);
  });

  it.skipIf(!has('ssh-keygen')).each([
    [
      'a private key',
      'cp pkcs8.pem FILE; chmod 600 FILE; ssh-keygen -q -p -N "" -f FILE',
      privateKey,
      'ssh-keygen -p -m PKCS8 -f FILE',
      ' -N ""',
    ],
    [
      'a public key',
      'cp pkcs8.pem k; chmod 600 k; ssh-keygen -y -f k > FILE',
      publicKey,
      'ssh-keygen -e -m PKCS8 -f FILE > NEW',
      '',
    ],
    [
      'a public key of RFC 4716',
      'cp pkcs8.pem k; chmod 600 k; ssh-keygen -y -f k > k.pub; ssh-keygen -e -f k.pub > FILE',
      publicKey,
      'ssh-keygen -i -f FILE > NEW.pub, then ssh-keygen -e -m PKCS8 -f NEW.pub > NEW',
      '',
    ],
    [
      'the public half of a private key',
      'cp pkcs8.pem FILE; chmod 600 FILE; ssh-keygen -q -p -N "" -f FILE',
      publicKey,
      'ssh-keygen -y -f FILE > NEW.pub, then ssh-keygen -e -m PKCS8 -f NEW.pub > NEW',
      '',
    ],
  ] as const)("ssh-keygen converts %s in OpenSSH's form", async (_, prepare, open, command, more) => {
    const source = await converted(prepare, open, command, more);
    expect(open === publicKey ? publicKey(source).hint : privateKey(source).publicKey.hint).toBe(hint);
  });

  it.each([
    ['private', 'privateKey', privateKey],
    ['public', 'publicKey', publicKey],
  ] as const)('Node converts a %s key from JWK', async (_, half, open) => {
    const jwk = JSON.stringify(pair[half].export({ format: 'jwk' }));
    let command = '';
    try {
      open(utf8(jwk));
    } catch (error) {
      command = (error as Error).message.slice((error as Error).message.indexOf('node -e'));
    }
    const source = await converted(`printf %s '${jwk}' > FILE`, open, command);
    expect(half === 'publicKey' ? publicKey(source).hint : privateKey(source).publicKey.hint).toBe(hint);
  });

  it.each([
    ['private', privateKey],
    ['public', publicKey],
  ] as const)('Node converts a %s key from JWKS, in which the first key has another type', async (half, open) => {
    const jwks = JSON.stringify({ keys: [{ kty: 'RSA' }, pair.privateKey.export({ format: 'jwk' })] });
    let command = '';
    try {
      open(utf8(jwks));
    } catch (error) {
      command = (error as Error).message.slice((error as Error).message.indexOf('node -e'));
    }
    const source = await converted(`printf %s '${jwks}' > FILE`, open, command);
    expect(half === 'public' ? publicKey(source).hint : privateKey(source).publicKey.hint).toBe(hint);
  });

  it.skipIf(!has('openssl')).each([
    ['one line', '-A ', '-A'],
    ['lines', '', ''],
  ])('openssl converts a certificate in Base64 of %s', async (_, flag, encode) => {
    const prepare = `openssl x509 -in cert.pem -outform DER | openssl base64 ${encode} -out FILE`;
    const rest = 'openssl x509 -inform DER';
    await expect(
      converted(prepare, trusted, `openssl base64 -d ${flag}-in FILE | ${rest} -out NEW`).then(trusted),
    ).resolves.not.toThrow();
    const source = await converted(
      prepare,
      publicKey,
      `openssl base64 -d ${flag}-in FILE | ${rest} -pubkey -noout > NEW`,
    );
    expect(publicKey(source).hint).toBe(hint);
  });

  it.skipIf(!has('iconv')).each([
    ['UTF-16', 'UTF-16'],
    ['UTF-16LE', 'UTF-16LE'],
    ['UTF-16BE', 'UTF-16BE'],
    ['UTF-32', 'UTF-32'],
    ['UTF-32LE', 'UTF-32LE'],
    ['UTF-32BE', 'UTF-32BE'],
  ])('iconv converts a key in %s', async (encoding, named) => {
    const source = await converted(
      `iconv -f UTF-8 -t ${encoding} pkcs8.pem > FILE`,
      privateKey,
      `iconv -f ${named} -t UTF-8 FILE > NEW`,
    );
    expect(privateKey(source).publicKey.hint).toBe(hint);
  });

  it('a certificate that is cut off or damaged is named, and nothing is offered that cannot read it', async () => {
    const { pem } = certificate;
    for (const [text, named] of [
      [pem.slice(0, 200), 'it is a certificate that is cut off'],
      [pem + pem.slice(0, 200), 'it is a certificate that is cut off'],
      [pem.replace('\n', '\n!'), 'it is a certificate that is damaged'],
    ] as const) {
      const error = await refusal('signer/certificate-unreadable', () => trusted(utf8(text)));
      expect(error.message).toContain(named);
      expect(error.message).not.toContain('openssl');
    }
  });

  it('a root that is a certificate with a key beside it is refused, and the message names the key', async () => {
    const root = makeRoot();
    const error = await refusal('signer/certificate-unreadable', () =>
      certificateVerifier({ trusted: [root.pem + root.privateKeyPem] }),
    );
    expect(error.message).toContain('PRIVATE KEY');
  });
});
