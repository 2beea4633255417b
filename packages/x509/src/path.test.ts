import {
  type Authority,
  type CertificateOptions,
  type Chain,
  type ChainOptions,
  ecdsa,
  ed25519,
  eku,
  generateKey,
  type KeyType,
  makeCertificate,
  makeChain,
  makeRoot,
  pss,
  rsa,
} from '@model-signing/testing/certificates';
import { describe, expect, it } from 'vitest';
import { parseCertificate } from './certificate.ts';
import type { X509ErrorCode } from './errors.ts';
import { type PathOptions, verifyPath } from './path.ts';
import { refusal } from './testing/refusal.ts';

const parse = (list: readonly Authority[]) => list.map(({ der }) => parseCertificate(der));
const now = new Date();
const DAY = 86_400_000;
const inDays = (days: number) => new Date(Math.floor(now.getTime() / 1000) * 1000 + days * DAY);

function optionsOf({ leaf, intermediates, root }: Chain, more: Partial<PathOptions> = {}): PathOptions {
  const [parsed] = parse([leaf]);
  if (!parsed) throw new Error('no leaf');
  const anchors = parse([root]);
  return { leaf: parsed, intermediates: parse(intermediates), anchors, time: now, usage: 'code-signing', ...more };
}

const verify = (chain: Chain, more: Partial<PathOptions> = {}) => verifyPath(optionsOf(chain, more));
const subjects = (chain: Chain, more: Partial<PathOptions> = {}) =>
  verify(chain, more).certificates.map(({ subject }) => subject.text.replace('O=Test, CN=', ''));

describe('paths', () => {
  it.each([0, 1, 2, 3])('a path leads from the leaf to the root through %d intermediate CAs', (intermediates) => {
    const chain = makeChain({ intermediates });
    const { certificates, anchor } = verify(chain);
    expect(certificates).toHaveLength(intermediates + 2);
    expect(anchor.fingerprint).toBe(parse([chain.root])[0]?.fingerprint);
  });

  it.each<KeyType>(['P-256', 'P-384', 'P-521', 'RSA-2048', 'RSA-3072', 'Ed25519'])(
    'a path of %s keys is accepted',
    (key) => {
      expect(subjects(makeChain({ key }))).toEqual(['Leaf', 'Intermediate 1', 'Root']);
    },
  );

  it.each(['sha256', 'sha384', 'sha512'] as const)(
    'a path signed by RSA with %s is accepted, as PKCS #1 v1.5 and as PSS',
    (hash) => {
      for (const algorithm of [rsa(hash), pss(hash)]) {
        const chain = makeChain({ key: 'RSA-2048', intermediate: { algorithm }, leaf: { algorithm } });
        expect(verify(chain).certificates).toHaveLength(3);
      }
    },
  );

  it("a path signed with a hash other than its curve's usual one is accepted", () => {
    const algorithm = ecdsa('sha512');
    expect(verify(makeChain({ leaf: { algorithm }, intermediate: { algorithm } })).certificates).toHaveLength(3);
  });

  it('a path does not depend on the order of the intermediates, nor on unrelated ones among them', () => {
    const chain = makeChain({ intermediates: 3 });
    const junk = [makeRoot(), makeRoot({ subject: 'CN=Other' }), chain.leaf, chain.root, ...chain.intermediates];
    const expected = ['Leaf', 'Intermediate 3', 'Intermediate 2', 'Intermediate 1', 'Root'];
    expect(subjects(chain, { intermediates: parse([...chain.intermediates].reverse()) })).toEqual(expected);
    expect(subjects(chain, { intermediates: parse([...junk, ...chain.intermediates]) })).toEqual(expected);
  });

  it('a path may end in any trust anchor: an intermediate, or the leaf itself', () => {
    const chain = makeChain({ intermediates: 2 });
    expect(subjects(chain, { anchors: parse(chain.intermediates.slice(0, 1)) })).toEqual(['Leaf', 'Intermediate 2']);
    expect(subjects(chain, { anchors: parse([chain.leaf]) })).toEqual(['Leaf']);
  });

  it('a path may be a single self-signed anchor that is not a CA certificate', () => {
    const leaf = makeCertificate({ subject: 'CN=Alone' });
    const [parsed] = parse([leaf]);
    expect(parsed?.isSelfSigned).toBe(true);
    const options = { requireSelfSignedRoot: true, intermediates: parse([leaf]), anchors: parse([leaf]) };
    expect(subjects({ leaf, intermediates: [], root: leaf }, options)).toEqual(['CN=Alone']);
    refusal('untrusted', () => verify({ leaf, intermediates: [leaf], root: makeRoot() }));
  });

  it('a path must end in a self-signed certificate if that is required', () => {
    const chain = makeChain({ intermediates: 1 });
    const anchors = parse(chain.intermediates);
    refusal('untrusted', () => verify(chain, { anchors, requireSelfSignedRoot: true }));
    const all = parse([...chain.intermediates, chain.root]);
    expect(subjects(chain, { anchors: all, intermediates: [], requireSelfSignedRoot: true })).toHaveLength(3);
    refusal('untrusted', () => verify(chain, { anchors: parse([chain.leaf]), requireSelfSignedRoot: true }));
  });

  it('a path may begin with a CA certificate that has the name of its issuer', () => {
    const name = 'O=Test, CN=Intermediate 1';
    const keyUsage = ['digitalSignature', 'keyCertSign'] as const;
    const chain = makeChain({ leaf: { subject: name, ca: true, keyUsage, extendedKeyUsage: null } });
    const [leaf] = parse([chain.leaf]);
    expect([leaf?.isSelfIssued, leaf?.isSelfSigned, leaf?.isCa]).toEqual([true, false, true]);
    expect(verify(chain).certificates).toHaveLength(3);
  });
});

describe('the search for a path', () => {
  it('the search finds a path through a cross-certificate', () => {
    const chain = makeChain();
    const [intermediate] = chain.intermediates as [Authority];
    const options = { subject: 'O=Test, CN=Intermediate 1', ca: true, key: intermediate.keys };
    const other = makeRoot({ subject: 'CN=Unknown Root' });
    const cross = makeCertificate({ ...options, issuer: other });
    for (const intermediates of [
      [cross, intermediate],
      [intermediate, cross],
    ]) {
      expect(verify(chain, { intermediates: parse(intermediates) }).certificates).toHaveLength(3);
      const found = verify(chain, { intermediates: parse(intermediates), anchors: parse([other]) });
      expect(found.anchor.subject.text).toBe('CN=Unknown Root');
    }
  });

  it('the search tries another path when the first one breaks a rule', () => {
    const chain = makeChain();
    const [intermediate] = chain.intermediates as [Authority];
    const options = { subject: 'O=Test, CN=Intermediate 1', ca: true, key: intermediate.keys, issuer: chain.root };
    const expired = makeCertificate({ ...options, notAfter: inDays(-1), notBefore: inDays(-9) });
    const weak = makeCertificate({ ...options, issuer: makeRoot({ key: 'RSA-2048' }), algorithm: rsa('sha1') });
    const intermediates = parse([expired, weak, intermediate]);
    expect(verify(chain, { intermediates }).certificates[1]?.fingerprint).toBe(intermediates[2]?.fingerprint);
  });

  it('the search ends when two untrusted CAs have certified each other', () => {
    const [a, b] = [generateKey(), generateKey()];
    const rootA = makeRoot({ subject: 'CN=A', key: a });
    const rootB = makeRoot({ subject: 'CN=B', key: b });
    const circle = [
      makeCertificate({ subject: 'CN=A', ca: true, key: a, issuer: rootB }),
      makeCertificate({ subject: 'CN=B', ca: true, key: b, issuer: rootA }),
    ];
    const leaf = makeCertificate({ subject: 'CN=Leaf', issuer: rootA });
    refusal('untrusted', () => verify({ leaf, intermediates: circle, root: makeRoot() }));
    expect(verify({ leaf, intermediates: circle, root: rootB }).certificates).toHaveLength(3);
  });

  it('the search finds the one issuer among 200 CAs of the same name without key identifiers', () => {
    const chain = makeChain({ intermediate: { keyIds: false }, leaf: { keyIds: false } });
    const key = generateKey();
    const namesakes = Array.from({ length: 200 }, (_, i) =>
      makeCertificate({
        subject: 'O=Test, CN=Intermediate 1',
        ca: true,
        key: i % 20 === 0 ? generateKey() : key,
        keyIds: false,
        issuer: chain.root,
      }),
    );
    const intermediates = parse([...namesakes, ...chain.intermediates]);
    expect(verify(chain, { intermediates }).certificates).toHaveLength(3);
    refusal('untrusted', () => verify(chain, { intermediates: intermediates.slice(0, 200) }));
  });

  it.each([
    ['signatures', 2],
    ['steps', 2],
    ['depth', 1],
  ] as const)('the search stops when its budget of %s is exhausted', (budget, enough) => {
    const chain = makeChain();
    expect(verify(chain, { budgets: { [budget]: enough } }).certificates).toHaveLength(3);
    refusal('budget', () => verify(chain, { budgets: { [budget]: enough - 1 } }));
  });

  it('the search ends within its budgets when every CA has certified every other', () => {
    const keys = Array.from({ length: 12 }, () => generateKey());
    const roots = keys.map((key, i) => makeRoot({ subject: `CN=${i}`, key, keyIds: false }));
    const mesh = roots.flatMap((issuer, i) =>
      keys.flatMap((key, j) =>
        i === j ? [] : [makeCertificate({ subject: `CN=${j}`, ca: true, key, issuer, keyIds: false })],
      ),
    );
    const leaf = makeCertificate({ issuer: roots[0], keyIds: false });
    refusal('budget', () => verify({ leaf, intermediates: mesh, root: makeRoot() }));
    expect(verify({ leaf, intermediates: mesh, root: roots[5] as Authority }).anchor.subject.text).toBe('CN=5');
  });

  it('the search refuses budgets that never run out and invalid times', () => {
    const chain = makeChain();
    for (const steps of [Number.NaN, -1, 1.5, Number.POSITIVE_INFINITY]) {
      expect(() => verify(chain, { budgets: { steps } })).toThrow(TypeError);
    }
    expect(() => verify(chain, { time: new Date(Number.NaN) })).toThrow(TypeError);
    expect(() => verify(chain, { usage: 'code' as 'any' })).toThrow(TypeError);
  });
});

/** A refusal, by what is changed in a chain that is valid. */
type Case = [what: string, code: X509ErrorCode, changes: ChainOptions, subject: string];

const oid = (last: number) => `1.3.6.1.4.1.55555.${last}`;
const unknownExtension = { id: oid(1), critical: true, value: Uint8Array.of(5, 0) };
const policyConstraints = { id: '2.5.29.36', critical: true, value: Uint8Array.of(0x30, 3, 0x80, 1, 0) };
const old: CertificateOptions = { notBefore: inDays(-9), notAfter: inDays(-1) };
const young: CertificateOptions = { notBefore: inDays(1) };

describe('refused paths', () => {
  it.each<Case>([
    ['a leaf that has expired', 'expired', { leaf: old }, 'Leaf'],
    ['an intermediate CA that has expired', 'expired', { intermediate: old }, 'Intermediate 1'],
    ['a root that has expired', 'expired', { root: old }, 'Root'],
    ['a leaf that is not valid yet', 'not-yet-valid', { leaf: young }, 'Leaf'],
    ['an intermediate CA that is not valid yet', 'not-yet-valid', { intermediate: young }, 'Intermediate 1'],
    ['a root that is not valid yet', 'not-yet-valid', { root: young }, 'Root'],
    ['a leaf without any usage', 'usage', { leaf: { keyUsage: null, extendedKeyUsage: null } }, 'Leaf'],
    ['a key usage without digitalSignature', 'usage', { leaf: { keyUsage: ['nonRepudiation'] } }, 'Leaf'],
    ['an extended key usage for servers', 'usage', { leaf: { extendedKeyUsage: [eku.serverAuth] } }, 'Leaf'],
    ['a leaf with anyExtendedKeyUsage', 'usage', { leaf: { extendedKeyUsage: [eku.any] } }, 'Leaf'],
    [
      'an intermediate CA for servers only',
      'usage',
      { intermediate: { extendedKeyUsage: [eku.serverAuth] } },
      'Intermediate 1',
    ],
    ['a root for servers only', 'usage', { root: { extendedKeyUsage: [eku.serverAuth] } }, 'Root'],
    ['an issuer that is not a CA', 'not-a-ca', { intermediate: { ca: false } }, 'Intermediate 1'],
    ['a root that is not a CA', 'not-a-ca', { root: { ca: false } }, 'Root'],
    [
      'an intermediate CA without keyCertSign',
      'not-a-ca',
      { intermediate: { keyUsage: ['cRLSign'] } },
      'Intermediate 1',
    ],
    ['a leaf with keyCertSign', 'malformed', { leaf: { keyUsage: ['digitalSignature', 'keyCertSign'] } }, 'Leaf'],
    ['a length above the constraint', 'path-length', { intermediates: 2, root: { pathLength: 0 } }, 'Root'],
    ['an unknown critical extension', 'critical-extension', { leaf: { extensions: [unknownExtension] } }, 'Leaf'],
    [
      'an unknown critical extension in the root',
      'critical-extension',
      { root: { extensions: [unknownExtension] } },
      'Root',
    ],
    ['critical policy constraints', 'critical-extension', { root: { extensions: [policyConstraints] } }, 'Root'],
    ['a leaf with RSA of 1024 bits', 'algorithm-weak', { leaf: { key: 'RSA-1024' } }, 'Leaf'],
    ['a root with RSA of 1024 bits', 'algorithm-weak', { root: { key: 'RSA-1024' } }, 'Root'],
    [
      'an intermediate CA with RSA of 1024 bits',
      'algorithm-weak',
      { intermediate: { key: 'RSA-1024' } },
      'Intermediate 1',
    ],
    [
      'a signature with SHA-1',
      'algorithm-weak',
      { root: { key: 'RSA-2048' }, intermediate: { algorithm: rsa('sha1') } },
      'Intermediate 1',
    ],
    ['a curve that is not allowed', 'algorithm-unsupported', { leaf: { key: 'secp256k1' } }, 'Leaf'],
    [
      'two hashes for one RSASSA-PSS',
      'algorithm-unsupported',
      {
        root: { key: 'RSA-2048' },
        intermediate: { algorithm: { ...pss('sha256'), identifier: pss('sha256', 32, 'sha384').identifier } },
      },
      'Intermediate 1',
    ],
    ['a leaf of version 1', 'malformed', { leaf: { version: 1 } }, 'Leaf'],
    ['a root of version 1', 'malformed', { root: { version: 1 } }, 'Root'],
    [
      'an intermediate CA without a name',
      'untrusted',
      { intermediate: { subject: '' }, leaf: { issuerName: 'CN=X' } },
      'Leaf',
    ],
  ])('a path with %s is refused', (_, code, changes, subject) => {
    const error = refusal(code, () => verify(makeChain(changes)));
    expect(error.subject).toBe(`O=Test, CN=${subject}`);
    expect(error.message).toContain(error.subject);
    expect(error.rule).toMatch(/RFC|this package/);
  });

  it('a path is refused if its root is not trusted', () => {
    const { message } = refusal('untrusted', () => verify(makeChain(), { anchors: parse([makeRoot()]) }));
    expect(message).toContain('issued O=Test, CN=Intermediate 1; its issuer is O=Test, CN=Root');
    refusal('untrusted', () => verify(makeChain(), { anchors: [] }));
  });

  it('a path is refused if its root is not trusted, even when the root is among the intermediates', () => {
    const chain = makeChain();
    const intermediates = parse([...chain.intermediates, chain.root]);
    const { message } = refusal('untrusted', () => verify(chain, { intermediates, anchors: parse([makeRoot()]) }));
    expect(message).toContain('ends in O=Test, CN=Root, which names itself as its issuer and is not a trust anchor');
  });

  it('a path is refused if an intermediate certificate is missing', () => {
    const { message } = refusal('untrusted', () => verify(makeChain(), { intermediates: [] }));
    expect(message).toContain('issued O=Test, CN=Leaf; its issuer is O=Test, CN=Intermediate 1');
  });

  it('a path is refused if a key identifier is of another key, though the signature verifies', () => {
    const { root, intermediates, leaf } = makeChain({ leaf: { keyIds: false } });
    expect(verify({ root, intermediates, leaf }).certificates).toHaveLength(3);
    const wrong = { id: '2.5.29.35', value: Uint8Array.of(0x30, 4, 0x80, 2, 1, 2) };
    const issuer = intermediates[0];
    const odd = makeCertificate({ subject: 'CN=Odd', issuer, keyIds: false, extensions: [wrong] });
    refusal('untrusted', () => verify({ root, intermediates, leaf: odd }));
  });

  it('a path is refused if a certificate has the right issuer name but another signature', () => {
    const chain = makeChain({ leaf: { keyIds: false } });
    const impostor = makeCertificate({ subject: 'O=Test, CN=Intermediate 1', ca: true, issuer: chain.root });
    const leaf = makeCertificate({ subject: 'O=Test, CN=Leaf', issuer: impostor, keyIds: false });
    refusal('untrusted', () => verify({ ...chain, leaf }));
  });

  it('a path is refused if the leaf only has the name and the key of an anchor', () => {
    const chain = makeChain();
    const other = makeCertificate({ subject: 'O=Test, CN=Leaf', key: chain.leaf.keys });
    refusal('untrusted', () => verify(chain, { anchors: parse([other]) }));
  });

  it('a path is refused with the same error for any unrelated certificates among the intermediates', () => {
    const chain = makeChain({ root: old });
    const junk = [makeRoot(old), makeRoot({ ca: false }), makeRoot({ extensions: [unknownExtension] })];
    const messages = [[], junk, [...junk].reverse()].map(
      (more) =>
        refusal('expired', () => verify(chain, { intermediates: parse([...more, ...chain.intermediates]) })).message,
    );
    expect(new Set(messages).size).toBe(1);
  });
});

describe('validity', () => {
  const chain = makeChain({ leaf: { notBefore: inDays(10), notAfter: inDays(20) } });
  const at = (milliseconds: number, days: number) => new Date(inDays(days).getTime() + milliseconds);

  it('a certificate is valid in its first and in its last second', () => {
    for (const time of [at(0, 10), at(0, 20), at(999, 20)]) expect(verify(chain, { time }).anchor.isCa).toBe(true);
    refusal('not-yet-valid', () => verify(chain, { time: at(-1, 10) }));
    refusal('expired', () => verify(chain, { time: at(1000, 20) }));
  });

  it('an anchor must be valid too, even if it is the leaf', () => {
    refusal('expired', () => verify(chain, { time: at(0, 21), anchors: parse([chain.leaf]) }));
  });

  it('validity is checked before 1970 and after 2049', () => {
    const long = { notBefore: new Date('1960-01-01'), notAfter: new Date('9999-12-31T23:59:59Z') };
    const ages = makeChain({ root: long, intermediate: long, leaf: long });
    for (const year of ['1961', '2026', '2050', '9999']) {
      expect(verify(ages, { time: new Date(`${year}-06-01`) }).certificates).toHaveLength(3);
    }
    refusal('not-yet-valid', () => verify(ages, { time: new Date('1959-12-31T23:59:59Z') }));
    refusal('expired', () => verify(ages, { time: new Date('+010000-01-01T00:00:00Z') }));
    // Just before 1970, the milliseconds of an instant still count upwards.
    const early = { notBefore: new Date('1960-01-01'), notAfter: new Date('1969-12-31T23:59:58Z') };
    const past = makeChain({ root: early, intermediate: early, leaf: early });
    expect(verify(past, { time: new Date(-1001) }).certificates).toHaveLength(3);
    refusal('expired', () => verify(past, { time: new Date(-1) }));
  });
});

describe('path length', () => {
  it('a path length constraint counts the CA certificates below it except self-issued ones', () => {
    expect(verify(makeChain({ intermediates: 1, root: { pathLength: 1 } })).certificates).toHaveLength(3);
    const root = makeRoot({ pathLength: 1 });
    const first = makeCertificate({ subject: 'CN=CA', ca: true, issuer: root });
    const rolled = makeCertificate({ subject: 'CN=CA', ca: true, issuer: first });
    const leaf = makeCertificate({ issuer: rolled });
    expect(verify({ root, intermediates: [first, rolled], leaf }).certificates).toHaveLength(4);
    const second = makeCertificate({ subject: 'CN=Second', ca: true, issuer: rolled });
    const below = makeCertificate({ issuer: second });
    refusal('path-length', () => verify({ root, intermediates: [first, rolled, second], leaf: below }));
  });

  it('a path length constraint does not count the leaf, even if it is a CA certificate', () => {
    const leaf = { ca: true, keyUsage: ['digitalSignature'] as const, pathLength: 0 };
    expect(verify(makeChain({ intermediate: { pathLength: 0 }, leaf })).certificates).toHaveLength(3);
  });
});

describe('usage', () => {
  const wide = [eku.serverAuth, eku.codeSigning];

  it.each<[string, CertificateOptions]>([
    ['only a key usage', { extendedKeyUsage: null }],
    ['only an extended key usage', { keyUsage: null }],
    ['more usages than needed', { keyUsage: ['digitalSignature', 'keyEncipherment'], extendedKeyUsage: wide }],
  ])('a leaf with %s may sign code', (_, leaf) => {
    expect(verify(makeChain({ leaf })).certificates).toHaveLength(3);
  });

  it('a CA may have code signing among its usages, or anyExtendedKeyUsage', () => {
    for (const extendedKeyUsage of [wide, [eku.any]]) {
      expect(verify(makeChain({ intermediate: { extendedKeyUsage } })).certificates).toHaveLength(3);
    }
  });

  it('the compatible usage requires one of the two usages of the leaf and nothing of its CAs', () => {
    const compat = { usage: 'code-signing-compat' } as const;
    const server = { extendedKeyUsage: [eku.serverAuth] };
    expect(verify(makeChain({ leaf: server, intermediate: server }), compat).certificates).toHaveLength(3);
    const signer = { keyUsage: ['nonRepudiation'] as const, extendedKeyUsage: [eku.codeSigning] };
    expect(verify(makeChain({ leaf: signer }), compat).certificates).toHaveLength(3);
    refusal('usage', () => verify(makeChain({ leaf: { keyUsage: null, extendedKeyUsage: [eku.any] } }), compat));
    refusal('usage', () => verify(makeChain({ leaf: { keyUsage: ['keyEncipherment'], ...server } }), compat));
  });

  it('the usage "any" requires nothing', () => {
    const leaf = { keyUsage: ['keyEncipherment'] as const, extendedKeyUsage: [eku.serverAuth] };
    expect(verify(makeChain({ leaf }), { usage: 'any' }).certificates).toHaveLength(3);
  });
});

describe('signature algorithms', () => {
  it('the inner and the outer signature algorithm of a certificate must be equal', () => {
    refusal('malformed', () => verify(makeChain({ leaf: { outerAlgorithm: ecdsa('sha384') } })));
  });

  it("a signature algorithm must fit the issuer's key", () => {
    const confused = { identifier: ed25519.identifier, sign: ecdsa('sha256').sign };
    refusal('untrusted', () => verify(makeChain({ leaf: { algorithm: confused } })));
  });
});
