import {
  type CertificateOptions,
  generateKey,
  makeCertificate,
  makeChain,
  makeRoot,
} from '@model-signing/testing/certificates';
import { utf8String } from '@model-signing/testing/der';
import { directory, dns, email, ip, nameConstraints, other, uri } from '@model-signing/testing/general-names';
import { describe, expect, it } from 'vitest';
import { parseCertificate } from './certificate.ts';
import { verifyPath } from './path.ts';
import { refusal } from './testing/refusal.ts';

interface Names {
  readonly permitted?: readonly Uint8Array[];
  readonly excluded?: readonly Uint8Array[];
  readonly names?: readonly Uint8Array[];
  readonly subject?: string;
}

const key = generateKey();

/** Verifies a leaf with these names below a root with these constraints. */
function verify({ permitted = [], excluded = [], names, subject = 'CN=Leaf' }: Names, usual: CertificateOptions = {}) {
  const root = makeRoot({ key, nameConstraints: nameConstraints(permitted, excluded) });
  const subjectAltNames = names && names.length > 0 ? { subjectAltNames: names } : {};
  const leaf = parseCertificate(makeCertificate({ key, subject, issuer: root, ...subjectAltNames, ...usual }).der);
  return verifyPath({ leaf, anchors: [parseCertificate(root.der)], time: new Date(), usage: 'code-signing' });
}

const range = (first: number[], mask: number[]) => ip(...first, ...mask);
const v6 = (...ends: [first: number, last: number]) => [ends[0], ...new Array(14).fill(0), ends[1]];
const mapped = (...v4: number[]) => [...new Array(10).fill(0), 0xff, 0xff, ...v4];
const utf8Mailbox = '1.3.6.1.5.5.7.8.9';
const userName = '1.3.6.1.4.1.311.20.2.3';
const private10 = range([10, 0, 0, 0], [255, 0, 0, 0]);

describe('accepted names', () => {
  it.each<[string, Names]>([
    ['a host', { permitted: [dns('example.com')], names: [dns('example.com')] }],
    ['a host below the permitted one', { permitted: [dns('example.com')], names: [dns('a.b.example.com')] }],
    ['a host in another case', { permitted: [dns('EXAMPLE.com')], names: [dns('a.Example.COM')] }],
    ['any host where the constraint is empty', { permitted: [dns('')], names: [dns('example.org')] }],
    ['a wildcard below a host', { permitted: [dns('example.com')], names: [dns('*.example.com')] }],
    ['a host that only ends like an excluded one', { excluded: [dns('example.com')], names: [dns('myexample.com')] }],
    ['an encoded internationalized host', { excluded: [dns('example.com')], names: [dns('xn--exmple-cua.com')] }],
    ['a mailbox', { permitted: [email('a@example.com')], names: [email('a@Example.com')] }],
    ['a mailbox of a host', { permitted: [email('example.com')], names: [email('"x@y"@example.com')] }],
    ['a mailbox below a host', { permitted: [email('.example.com')], names: [email('a@mail.example.com')] }],
    ['a URI', { permitted: [uri('example.com')], names: [uri('https://user@example.com:8443/a@b')] }],
    ['a URI below a host', { permitted: [uri('.example.com')], names: [uri('spiffe://a.example.com/x')] }],
    ['an IPv4 address', { permitted: [private10], names: [ip(10, 1, 2, 3)] }],
    ['an IPv6 address', { permitted: [range(v6(0x20, 0), v6(0xff, 0))], names: [ip(...v6(0x20, 1))] }],
    ['a directory name', { permitted: [directory('O=Test')], subject: 'O=Test, CN=Leaf' }],
    ['a directory name with other spaces and case', { permitted: [directory('O=  test')], subject: 'O=TEST, CN=Leaf' }],
    [
      'a name of a form that is not constrained',
      { permitted: [dns('example.com')], names: [other(userName, utf8String('x'))] },
    ],
    ['no name of the constrained form', { permitted: [email('example.com')] }],
  ])('a name is accepted: %s', (_, names) => {
    expect(verify(names).certificates).toHaveLength(2);
  });
});

describe('refused names', () => {
  it.each<[string, Names]>([
    ['a host outside', { permitted: [dns('example.com')], names: [dns('example.org')] }],
    ['one host of two outside', { permitted: [dns('example.com')], names: [dns('example.com'), dns('example.org')] }],
    ['a host that only ends like one', { permitted: [dns('example.com')], names: [dns('myexample.com')] }],
    ['an excluded host', { excluded: [dns('example.com')], names: [dns('a.EXAMPLE.com')] }],
    ['any host where none is allowed', { excluded: [dns('')], names: [dns('a')] }],
    ['a wildcard that may mean an excluded host', { excluded: [dns('a.example.com')], names: [dns('*.example.com')] }],
    ['a wildcard above a permitted host', { permitted: [dns('a.example.com')], names: [dns('*.example.com')] }],
    ['a host with a dot at its end', { excluded: [dns('example.com')], names: [dns('example.com.')] }],
    ['a host with a dot in front', { permitted: [dns('example.com')], names: [dns('.example.com')] }],
    ['a host with an empty label', { permitted: [dns('example.com')], names: [dns('a..example.com')] }],
    ['a host with a null byte', { excluded: [dns('b.com')], names: [dns('b.com\0.a.com')] }],
    ['a host with an inner wildcard', { permitted: [dns('example.com')], names: [dns('a*.example.com')] }],
    ['a host with a space', { excluded: [dns('example.com')], names: [dns('example.com ')] }],
    ['a mailbox in other letter case', { permitted: [email('a@example.com')], names: [email('A@example.com')] }],
    ['a mailbox of a host below', { permitted: [email('example.com')], names: [email('a@b.example.com')] }],
    ['a mailbox of the host itself', { permitted: [email('.example.com')], names: [email('a@example.com')] }],
    ['a mailbox without a host', { excluded: [email('example.com')], names: [email('example.com@')] }],
    ['a host in place of a mailbox', { permitted: [email('example.com')], names: [email('example.com')] }],
    ['a mailbox with a host in its local part', { permitted: [email('b.com')], names: [email('a@c.com@b.com')] }],
    ['a mailbox with two hosts and a trailing dot', { permitted: [email('b.com')], names: [email('a@c.com@b.com.')] }],
    ['a mailbox in the subject', { permitted: [email('example.com')], subject: 'emailAddress=a@example.org' }],
    ['a non-ASCII mailbox', { excluded: [email('example.com')], names: [other(utf8Mailbox, utf8String('a@b'))] }],
    ['a URI with an IPv4 address', { permitted: [uri('example.com')], names: [uri('https://10.0.0.1/')] }],
    ['a URI with an IPv6 address', { excluded: [uri('example.com')], names: [uri('https://[::1]/')] }],
    ['a URI without a host', { excluded: [uri('example.com')], names: [uri('urn:example:com')] }],
    ['a URI that hides its host', { permitted: [uri('a.com')], names: [uri('https://b.com\\@a.com/')] }],
    ['a URI with a user that looks like a host', { permitted: [uri('a.com')], names: [uri('https://a.com@b.com/')] }],
    ['an address outside', { permitted: [private10], names: [ip(11, 0, 0, 1)] }],
    ['an IPv6 address under an IPv4 constraint', { permitted: [private10], names: [ip(...v6(10, 0))] }],
    ['an excluded IPv4 address as a mapped IPv6 one', { excluded: [private10], names: [ip(...mapped(10, 0, 0, 1))] }],
    ['a subject outside', { permitted: [directory('O=Test')], subject: 'O=Other, CN=Leaf' }],
    ['a subject in another order', { permitted: [directory('O=Test')], subject: 'CN=Leaf, O=Test' }],
    ['an excluded subject', { excluded: [directory('O=Test')], subject: 'O=test, CN=Leaf' }],
    ['an excluded subject in other letter case', { excluded: [directory('O=Évil')], subject: 'O=ÉVIL, CN=Leaf' }],
    ['an excluded subject in full-width letters', { excluded: [directory('O=Evil')], subject: 'O=\uff25vil, CN=Leaf' }],
    [
      'an alternative directory name outside',
      { permitted: [directory('O=T')], subject: 'O=T', names: [directory('O=U')] },
    ],
    [
      'a constrained form that is not understood',
      { excluded: [other(userName, utf8String('x'))], names: [other(userName, utf8String('y'))] },
    ],
  ])('a name is refused: %s', (_, names) => {
    const error = refusal('name-constraint', () => verify(names));
    expect(error.subject).not.toBeNull();
  });
});

describe('malformed constraints', () => {
  it.each([
    ['a host with a dot in front', dns('.example.com')],
    ['a host with an empty label', dns('a..b')],
    ['a host with a wildcard', dns('*.example.com')],
    ['a host with a null byte', dns('a\0b')],
    ['a mailbox without a local part', email('@example.com')],
    ['an empty mailbox', email('')],
    ['a URI instead of a host', uri('https://example.com')],
    ['an address without a mask', ip(10, 0, 0, 1)],
    ['an address with half a mask', ip(10, 0, 0, 0, 255, 0)],
    ['a mask with a hole', range([10, 0, 0, 0], [255, 0, 255, 0])],
    ['an IPv6 mask with a hole', range(v6(0x20, 0), v6(0xff, 1))],
    ['non-ASCII letters', dns('ex\u00e4mple.com')],
  ])('a constraint makes its certificate malformed: %s', (_, constraint) => {
    for (const names of [{ permitted: [constraint] }, { excluded: [constraint] }]) {
      refusal('malformed', () => verify(names));
    }
  });

  it('a certificate with empty name constraints is malformed', () => {
    refusal('malformed', () => verify({}));
  });
});

describe('name constraints', () => {
  const names = (name: string): CertificateOptions => ({ subjectAltNames: [dns(name)] });
  const only = (name: string): CertificateOptions => ({ nameConstraints: nameConstraints([dns(name)]) });

  function verifyChain(options: Parameters<typeof makeChain>[0]) {
    const { root, intermediates, leaf } = makeChain(options);
    return verifyPath({
      leaf: parseCertificate(leaf.der),
      intermediates: intermediates.map(({ der }) => parseCertificate(der)),
      anchors: [parseCertificate(root.der)],
      time: new Date(),
      usage: 'code-signing',
    });
  }

  it('name constraints apply to every certificate below', () => {
    expect(verifyChain({ root: only('a'), leaf: names('x.a') }).certificates).toHaveLength(3);
    refusal('name-constraint', () => verifyChain({ root: only('a'), leaf: names('b') }));
    refusal('name-constraint', () => verifyChain({ intermediate: only('a'), leaf: names('b') }));
    refusal('name-constraint', () => verifyChain({ root: only('a'), intermediate: names('b'), leaf: names('a') }));
  });

  it('name constraints only become narrower down the path', () => {
    const nested = { root: only('a'), intermediate: only('b.a') };
    expect(verifyChain({ ...nested, leaf: names('b.a') }).certificates).toHaveLength(3);
    refusal('name-constraint', () => verifyChain({ ...nested, leaf: names('c.a') }));
    refusal('name-constraint', () => verifyChain({ root: only('a'), intermediate: only('b'), leaf: names('b') }));
  });

  it('the refusal by a name constraint quotes the name, escaped', () => {
    const { message } = refusal('name-constraint', () => verify({ permitted: [dns('a')], names: [dns('b"\n')] }));
    expect(message).toContain('the dns name "b\\"\\u{a}" of CN=Leaf');
  });

  it('name constraints are allowed in CA certificates only', () => {
    refusal('malformed', () => verifyChain({ leaf: only('a') }));
  });

  it('the number of comparisons with name constraints is limited', () => {
    const permitted = Array.from({ length: 2500 }, (_, i) => dns(`p${i}.example`));
    const many = Array.from({ length: 2500 }, (_, i) => dns(`n${i}.example`));
    refusal('budget', () => verify({ permitted: [dns('example'), ...permitted], names: many }));
  });
});
