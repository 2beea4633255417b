import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type CertificateOptions,
  eku,
  generateKey,
  makeCertificate,
  makeChain,
} from '@model-signing/testing/certificates';
import {
  bitString,
  distinguishedName,
  element,
  integer,
  octetString,
  oid,
  pem,
  sequence,
  set,
  time,
} from '@model-signing/testing/der';
import { dns, ip } from '@model-signing/testing/general-names';
import { describe, expect, it } from 'vitest';
import { parseCertificate } from './certificate.ts';
import { parsePemCertificates } from './pem.ts';
import { refusal } from './testing/refusal.ts';

const key = generateKey();
const make = (options: CertificateOptions = {}) => makeCertificate({ key, ...options }).der;
const parse = (options: CertificateOptions = {}) => parseCertificate(make(options));

describe('certificates', () => {
  const { root, intermediates, leaf } = makeChain({
    leaf: { subject: 'C=DE, O=Test, CN=Signer', subjectAltNames: [dns('example.com'), ip(10, 0, 0, 1)] },
  });
  const [parsed, issuer] = [leaf, ...intermediates].map(({ der }) => parseCertificate(der));

  it('a parsed certificate says the same as the parser of Node', () => {
    const node = new X509Certificate(leaf.pem);
    expect(parsed?.serial).toBe(node.serialNumber.toLowerCase());
    expect(parsed?.notBefore).toEqual(node.validFromDate);
    expect(parsed?.notAfter).toEqual(node.validToDate);
    expect(parsed?.fingerprint).toBe(node.fingerprint256.replaceAll(':', '').toLowerCase());
    expect(parsed?.publicKey).toMatchObject({ type: 'ec', curve: 'P-256' });
    expect(parsed && Buffer.from(parsed.spki)).toEqual(node.publicKey.export({ type: 'spki', format: 'der' }));
    expect(parsed?.isCa).toBe(node.ca);
  });

  it('a parsed certificate has names, usages and identifiers', () => {
    expect(parsed?.subject.text).toBe('C=DE, O=Test, CN=Signer');
    expect(parsed?.issuer.text).toBe('O=Test, CN=Intermediate 1');
    expect(parsed?.keyUsage).toEqual(['digitalSignature']);
    expect(parsed?.extendedKeyUsage).toEqual([eku.codeSigning]);
    expect(parsed?.subjectAltNames.map(({ form }) => form)).toEqual(['dns', 'ip']);
    expect(parsed?.extensions.authorityKey?.keyId).toBe(issuer?.extensions.subjectKeyId);
    expect(issuer?.keyUsage).toEqual(['keyCertSign', 'cRLSign']);
  });

  it('a certificate is self-signed by its signature, not by its names', () => {
    const parsedRoot = parseCertificate(root.der);
    expect([parsedRoot.isSelfIssued, parsedRoot.isSelfSigned]).toEqual([true, true]);
    const namesake = parse({ subject: 'O=Test, CN=Root', issuer: root });
    expect([namesake.isSelfIssued, namesake.isSelfSigned]).toEqual([true, false]);
    expect(parsed && issuer && [parsed.isSignedBy(issuer), parsed.isSignedBy(parsed)]).toEqual([true, false]);
  });

  it('a parsed certificate keeps its bytes when the input changes later', () => {
    const bytes = make();
    const made = parseCertificate(bytes);
    bytes.fill(0);
    expect(made.raw[0]).toBe(0x30);
    expect(made.isSelfSigned).toBe(true);
  });

  it('a negative or large serial number is kept as encoded', () => {
    expect(parse({ serial: Uint8Array.of(0x80) }).serial).toBe('80');
    expect(parse({ serial: new Uint8Array(4000).fill(1) }).serial).toHaveLength(8000);
  });

  it('names are compared without regard to string type, case and white space, and escaped for printing', () => {
    const written = (tag: number, text: string) =>
      sequence(set(sequence(oid('2.5.4.3'), element(tag, Buffer.from(text, 'latin1')))));
    const named = (subject: Uint8Array) => parse({ raw: { subject } }).subject;
    expect(named(written(0x13, ' a  B ')).canonical).toBe(named(written(0x0c, 'A b')).canonical);
    expect(named(written(0x1e, '\0a\0 \0b')).canonical).toBe(named(written(0x14, 'A b')).canonical);
    expect(named(distinguishedName('CN=\u0430')).canonical).not.toBe(named(distinguishedName('CN=a')).canonical);
    expect(named(distinguishedName('CN=a/O=b')).canonical).not.toBe(named(distinguishedName('CN=a, O=b')).canonical);
    expect(named(written(0x0c, 'a, O=b\n\0\x1b')).text).toBe('CN=a\\, O\\=b\\u{a}\\u{0}\\u{1b}');
    expect(named(distinguishedName(`CN=\u202e${'x'.repeat(5000)}`)).text.length).toBeLessThan(300);
    expect(named(sequence()).text).toBe('(no name)');
  });
});

const DAY = 86_400_000;
const utc = (text: string) => element(0x17, Buffer.from(text));
const generalized = (text: string) => element(0x18, Buffer.from(text));
const withExtension = (id: string, value: Uint8Array): CertificateOptions => ({
  keyIds: false,
  extensions: [{ id, value }],
});
const badName = (tag: number, ...octets: number[]): CertificateOptions => ({
  raw: { subject: sequence(set(sequence(oid('2.5.4.3'), element(tag, Uint8Array.from(octets))))) },
});
const bare = { keyUsage: null, extendedKeyUsage: null, keyIds: false } as const;

describe('malformed certificates', () => {
  it.each<[string, CertificateOptions]>([
    ['the same extension twice', { extensions: [{ id: '2.5.29.14', value: octetString(Uint8Array.of(1)) }] }],
    ['an unknown extension twice', { extensions: Array(2).fill({ id: '1.2.3', value: Uint8Array.of(5, 0) }) }],
    ['a serial number with leading zeros', { serial: Uint8Array.of(0, 0, 1) }],
    ['an empty serial number', { serial: Uint8Array.of() }],
    ['a day that does not exist', { raw: { validity: sequence(utc('230229000000Z'), time(new Date())) } }],
    ['a time without seconds', { raw: { validity: sequence(utc('2301010000Z'), time(new Date())) } }],
    ['a time in another zone', { raw: { validity: sequence(generalized('20230101000000+0100'), time(new Date())) } }],
    ['a time with a fraction', { raw: { validity: sequence(generalized('20230101000000.5Z'), time(new Date())) } }],
    ['three validity dates', { raw: { validity: sequence(...Array(3).fill(time(new Date(DAY)))) } }],
    ['an empty relative name', { raw: { subject: sequence(set()) } }],
    ['a name that is not UTF-8', badName(0x0c, 0xff)],
    ['a name that is not ASCII', badName(0x13, 0xe4)],
    ['half a character in its name', badName(0x1e, 0)],
    ['an unpaired surrogate in its name', badName(0x1e, 0xd8, 0)],
    ['a character beyond Unicode in its name', badName(0x1c, 0, 0x11, 0, 0)],
    ['an empty key usage', { keyUsage: [] }],
    ['an empty list of names', withExtension('2.5.29.17', sequence())],
    ['an address of five octets', { subjectAltNames: [ip(1, 2, 3, 4, 5)] }],
    ['a path length and no CA flag', { ...bare, ...withExtension('2.5.29.19', sequence(integer(1n))) }],
    ['an encoded default value', withExtension('2.5.29.19', sequence(Uint8Array.of(1, 1, 0)))],
    [
      'a negative path length',
      withExtension('2.5.29.19', sequence(Uint8Array.of(1, 1, 255), Uint8Array.of(2, 1, 255))),
    ],
    ['an empty extended key usage', { extendedKeyUsage: [] }],
    ['an issuer without a serial', withExtension('2.5.29.35', sequence(element(0xa1, dns('a'))))],
    ['bytes after an extension', withExtension('2.5.29.14', Uint8Array.of(4, 0, 0))],
  ])('a certificate with %s is malformed', (_, options) => {
    const base =
      options.extensions && !('keyUsage' in options) && options.extensions[0]?.id === '2.5.29.15' ? bare : {};
    refusal('malformed', () => parse({ ...base, ...options }));
  });

  it('a certificate is malformed if a byte follows it or its last byte is missing', () => {
    const der = make();
    expect(parseCertificate(der).raw).toEqual(der);
    refusal('malformed', () => parseCertificate(Buffer.concat([der, Uint8Array.of(0)])));
    refusal('malformed', () => parseCertificate(der.subarray(0, -1)));
    refusal('malformed', () => parseCertificate(new Uint8Array()));
  });

  it('deeply nested input is malformed, and input above the limit is too large', () => {
    let nested: Uint8Array = new Uint8Array();
    for (let i = 0; i < 10_000; i++) nested = sequence(nested);
    refusal('malformed', () => parseCertificate(nested));
    refusal('too-large', () => parseCertificate(new Uint8Array(65_537)));
  });

  it('the error about a malformed certificate names its subject if that could be parsed', () => {
    const error = refusal('malformed', () => parse({ subject: 'CN=Odd\u202e', subjectAltNames: [ip(1)] }));
    expect([error.subject, error.message]).toEqual([
      'CN=Odd\\u{202e}',
      'the certificate CN=Odd\\u{202e} is malformed: it has an IP address of the wrong length',
    ]);
  });
});

describe('keys', () => {
  const point = (curve: string, octets: Uint8Array) =>
    sequence(sequence(oid('1.2.840.10045.2.1'), oid(curve)), bitString(octets));
  const rsaKey = (modulus: bigint, exponent: bigint) =>
    sequence(
      sequence(oid('1.2.840.113549.1.1.1'), element(5)),
      bitString(sequence(integer(modulus), integer(exponent))),
    );
  const P256 = '1.2.840.10045.3.1.7';
  const { x = '', y = '' } = key.publicKey.export({ format: 'jwk' });
  const [left, right] = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
  const odd = 1n | (1n << 2047n);

  it.each([
    ['a compressed point', 'algorithm-unsupported', point(P256, Uint8Array.of(2 + ((right.at(-1) ?? 0) & 1), ...left))],
    ['the point at infinity', 'algorithm-unsupported', point(P256, Uint8Array.of(0))],
    ['a hybrid point', 'algorithm-unsupported', point(P256, Uint8Array.of(6, ...left, ...right))],
    ['a point that is not on its curve', 'malformed', point(P256, Uint8Array.of(4, ...left, ...left))],
    ['a point on a curve that is not allowed', 'algorithm-unsupported', point('1.3.132.0.10', Uint8Array.of(4))],
    ['a curve given by its parameters', 'algorithm-unsupported', new Uint8Array(explicitCurve())],
    ['an exponent of 1', 'algorithm-weak', rsaKey(odd, 1n)],
    ['an even exponent', 'algorithm-unsupported', rsaKey(odd, 65_536n)],
    ['a huge exponent', 'algorithm-unsupported', rsaKey(odd, (1n << 2000n) + 1n)],
    ['a modulus of 2047 bits', 'algorithm-weak', rsaKey(odd >> 1n, 65_537n)],
    ['a modulus of 16384 bits', 'algorithm-unsupported', rsaKey(1n | (1n << 16_383n), 65_537n)],
    ['a modulus of zero', 'malformed', rsaKey(0n, 65_537n)],
    [
      'a key for Ed448',
      'algorithm-unsupported',
      generateKeyPairSync('ed448').publicKey.export({ type: 'spki', format: 'der' }),
    ],
    ['a key only for RSASSA-PSS', 'algorithm-unsupported', pssKey()],
    // Node reads these three, and browsers do not.
    ['a negative modulus', 'malformed', rsaPlatformKey((spki) => spki.set([0x80], 32))],
    [
      'RSA with unused bits',
      'malformed',
      rsaPlatformKey((spki) => spki.set([7], 23) ?? spki.set([0], spki.length - 1)),
    ],
    ['Ed25519 with unused bits', 'malformed', Buffer.from(`302a300506032b6570032107${'00'.repeat(32)}`, 'hex')],
  ] as const)('a key is refused: %s', (_, code, spki) => {
    const certificate = parse({ raw: { spki: new Uint8Array(spki) } });
    expect(refusal(code, () => certificate.publicKey).subject).toBe('CN=Test');
    expect(certificate.isSelfSigned).toBe(false);
  });

  function explicitCurve() {
    return generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' }).publicKey.export({
      type: 'spki',
      format: 'der',
    });
  }

  function rsaPlatformKey(change: (spki: Uint8Array) => void) {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
    // Before a modulus stands a zero, so that it is positive.
    expect([spki[23], spki[32]]).toEqual([0, 0]);
    change(spki);
    return spki;
  }

  function pssKey() {
    return generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'der' });
  }
});

describe('PEM', () => {
  const [first, second] = [makeCertificate({ key, subject: 'CN=1' }), makeCertificate({ key, subject: 'CN=2' })];
  const subjects = (pem: string | Uint8Array) => parsePemCertificates(pem).map(({ subject }) => subject.text);

  it('PEM text is parsed in order, as a string or as bytes, with any text around the blocks', () => {
    const text = `X.509 Certificate Information:\n\tVersion: 3 \u00e4\n\n${first.pem}\nother text\r\n${second.pem.replaceAll('\n', '\r\n')}`;
    expect(subjects(text)).toEqual(['CN=1', 'CN=2']);
    expect(subjects(Buffer.from(text))).toEqual(['CN=1', 'CN=2']);
    expect(subjects(pem(first.der, 'X509 CERTIFICATE').trimEnd())).toEqual(['CN=1']);
  });

  it.each([
    ['no certificate in it', 'hello'],
    ['no characters', ''],
    ['a private key', first.privateKeyPem],
    ['a private key beside a certificate', first.pem + first.privateKeyPem],
    ['a certificate without an end', first.pem.slice(0, -10)],
    ['a certificate with a different end label', first.pem.replace('END CERTIFICATE', 'END X509 CERTIFICATE')],
    ['characters that are not Base64', first.pem.replace('MII', 'M*I')],
    ['padding in the middle', first.pem.replace('MII', 'MI=')],
    ['headers in a block', first.pem.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\n\n')],
    ['an unterminated label', '-----BEGIN CERTIFICATE'],
    ['a certificate request', pem(first.der, 'CERTIFICATE REQUEST')],
    ['a certificate with trust settings', pem(first.der, 'TRUSTED CERTIFICATE')],
  ])('PEM text with %s is refused', (_, pem) => {
    const { message } = refusal('not-pem', () => parsePemCertificates(pem));
    expect(message).not.toContain(first.privateKeyPem.slice(40, 60));
  });

  it('PEM text is refused if a block holds no certificate or if it exceeds the limits', () => {
    refusal('malformed', () => parsePemCertificates(pem(Uint8Array.of(0x30, 0))));
    refusal('too-large', () => parsePemCertificates('x'.repeat(1_048_577)));
    expect(() => parsePemCertificates(null as unknown as string)).toThrow(TypeError);
    expect(() => parseCertificate('x' as unknown as Uint8Array)).toThrow(TypeError);
  });

  it('PEM text that OpenSSL writes is parsed', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'x509-'));
    try {
      const file = path.join(folder, 'key.pem');
      writeFileSync(file, first.privateKeyPem, { mode: 0o600 });
      const subject = '/C=DE/O=Test & Söhne/CN=Signer';
      const args = ['req', '-x509', '-new', '-key', file, '-subj', subject, '-utf8', '-days', '2', '-text'];
      const pem = execFileSync('openssl', args, { encoding: 'utf8' });
      expect(subjects(pem)).toEqual(['C=DE, O=Test & Söhne, CN=Signer']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
