import { describe, expect, it } from 'vitest';
import { parseCertificate } from './certificate.ts';
import type { X509ErrorCode } from './errors.ts';
import { type PathOptions, verifyPath } from './path.ts';
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
} from './testing/chains.ts';
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

describe('a path', () => {
  it.each([0, 1, 2, 3])('leads from the leaf to the root through %d authorities', (intermediates) => {
    const chain = makeChain({ intermediates });
    const { certificates, anchor } = verify(chain);
    expect(certificates).toHaveLength(intermediates + 2);
    expect(anchor.fingerprint).toBe(parse([chain.root])[0]?.fingerprint);
  });

  it.each<KeyType>(['P-256', 'P-384', 'P-521', 'RSA-2048', 'RSA-3072', 'Ed25519'])('may be made of %s keys', (key) => {
    expect(subjects(makeChain({ key }))).toEqual(['Leaf', 'Intermediate 1', 'Root']);
  });

  it.each(['sha256', 'sha384', 'sha512'] as const)('may be signed by RSA with %s, in both of its forms', (hash) => {
    for (const algorithm of [rsa(hash), pss(hash)]) {
      const chain = makeChain({ key: 'RSA-2048', intermediate: { algorithm }, leaf: { algorithm } });
      expect(verify(chain).certificates).toHaveLength(3);
    }
  });

  it('may be signed with a hash that is not the usual one of its curve', () => {
    const algorithm = ecdsa('sha512');
    expect(verify(makeChain({ leaf: { algorithm }, intermediate: { algorithm } })).certificates).toHaveLength(3);
  });

  it('does not depend on the order of the intermediates, nor on what else is among them', () => {
    const chain = makeChain({ intermediates: 3 });
    const junk = [makeRoot(), makeRoot({ subject: 'CN=Other' }), chain.leaf, chain.root, ...chain.intermediates];
    const expected = ['Leaf', 'Intermediate 3', 'Intermediate 2', 'Intermediate 1', 'Root'];
    expect(subjects(chain, { intermediates: parse([...chain.intermediates].reverse()) })).toEqual(expected);
    expect(subjects(chain, { intermediates: parse([...junk, ...chain.intermediates]) })).toEqual(expected);
  });

  it('ends in whatever is trusted: an intermediate, or the leaf itself', () => {
    const chain = makeChain({ intermediates: 2 });
    expect(subjects(chain, { anchors: parse(chain.intermediates.slice(0, 1)) })).toEqual(['Leaf', 'Intermediate 2']);
    expect(subjects(chain, { anchors: parse([chain.leaf]) })).toEqual(['Leaf']);
  });

  it('may be one self-signed certificate that is trusted, which is no authority', () => {
    const leaf = makeCertificate({ subject: 'CN=Alone' });
    const [parsed] = parse([leaf]);
    expect(parsed?.isSelfSigned).toBe(true);
    const options = { requireSelfSignedRoot: true, intermediates: parse([leaf]), anchors: parse([leaf]) };
    expect(subjects({ leaf, intermediates: [], root: leaf }, options)).toEqual(['CN=Alone']);
    refusal('untrusted', () => verify({ leaf, intermediates: [leaf], root: makeRoot() }));
  });

  it('has to end in a self-signed certificate if that is asked for', () => {
    const chain = makeChain({ intermediates: 1 });
    const anchors = parse(chain.intermediates);
    refusal('untrusted', () => verify(chain, { anchors, requireSelfSignedRoot: true }));
    const all = parse([...chain.intermediates, chain.root]);
    expect(subjects(chain, { anchors: all, intermediates: [], requireSelfSignedRoot: true })).toHaveLength(3);
    refusal('untrusted', () => verify(chain, { anchors: parse([chain.leaf]), requireSelfSignedRoot: true }));
  });

  it('may have a leaf that is an authority with the name of its issuer', () => {
    const name = 'O=Test, CN=Intermediate 1';
    const keyUsage = ['digitalSignature', 'keyCertSign'] as const;
    const chain = makeChain({ leaf: { subject: name, ca: true, keyUsage, extendedKeyUsage: null } });
    const [leaf] = parse([chain.leaf]);
    expect([leaf?.isSelfIssued, leaf?.isSelfSigned, leaf?.isCa]).toEqual([true, false, true]);
    expect(verify(chain).certificates).toHaveLength(3);
  });
});

describe('the search', () => {
  it('finds the way through a cross-signed authority', () => {
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

  it('goes another way where the first one breaks a rule', () => {
    const chain = makeChain();
    const [intermediate] = chain.intermediates as [Authority];
    const options = { subject: 'O=Test, CN=Intermediate 1', ca: true, key: intermediate.keys, issuer: chain.root };
    const expired = makeCertificate({ ...options, notAfter: inDays(-1), notBefore: inDays(-9) });
    const weak = makeCertificate({ ...options, issuer: makeRoot({ key: 'RSA-2048' }), algorithm: rsa('sha1') });
    const intermediates = parse([expired, weak, intermediate]);
    expect(verify(chain, { intermediates }).certificates[1]?.fingerprint).toBe(intermediates[2]?.fingerprint);
  });

  it('ends where two authorities have signed each other and nobody trusts them', () => {
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

  it('finds the one authority among 200 of its name, without key identifiers to go by', () => {
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
  ] as const)('gives up once its budget of %s is spent', (budget, enough) => {
    const chain = makeChain();
    expect(verify(chain, { budgets: { [budget]: enough } }).certificates).toHaveLength(3);
    refusal('budget', () => verify(chain, { budgets: { [budget]: enough - 1 } }));
  });

  it('ends within its budgets where every authority has issued every other', () => {
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

  it('refuses budgets and times that would never run out', () => {
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

describe('a path is refused', () => {
  it.each<Case>([
    ['a leaf that has expired', 'expired', { leaf: old }, 'Leaf'],
    ['an authority that has expired', 'expired', { intermediate: old }, 'Intermediate 1'],
    ['a root that has expired', 'expired', { root: old }, 'Root'],
    ['a leaf that is not valid yet', 'not-yet-valid', { leaf: young }, 'Leaf'],
    ['an authority that is not valid yet', 'not-yet-valid', { intermediate: young }, 'Intermediate 1'],
    ['a root that is not valid yet', 'not-yet-valid', { root: young }, 'Root'],
    ['a leaf without any usage', 'usage', { leaf: { keyUsage: null, extendedKeyUsage: null } }, 'Leaf'],
    ['a key usage without digitalSignature', 'usage', { leaf: { keyUsage: ['nonRepudiation'] } }, 'Leaf'],
    ['an extended key usage for servers', 'usage', { leaf: { extendedKeyUsage: [eku.serverAuth] } }, 'Leaf'],
    ['an extended key usage for anything', 'usage', { leaf: { extendedKeyUsage: [eku.any] } }, 'Leaf'],
    ['an authority for servers', 'usage', { intermediate: { extendedKeyUsage: [eku.serverAuth] } }, 'Intermediate 1'],
    ['a root for servers', 'usage', { root: { extendedKeyUsage: [eku.serverAuth] } }, 'Root'],
    ['an issuer that is no authority', 'not-a-ca', { intermediate: { ca: false } }, 'Intermediate 1'],
    ['a root that is no authority', 'not-a-ca', { root: { ca: false } }, 'Root'],
    ['an authority without keyCertSign', 'not-a-ca', { intermediate: { keyUsage: ['cRLSign'] } }, 'Intermediate 1'],
    ['a leaf with keyCertSign', 'malformed', { leaf: { keyUsage: ['digitalSignature', 'keyCertSign'] } }, 'Leaf'],
    ['a longer path than allowed', 'path-length', { intermediates: 2, root: { pathLength: 0 } }, 'Root'],
    ['an unknown critical extension', 'critical-extension', { leaf: { extensions: [unknownExtension] } }, 'Leaf'],
    ['one in the root', 'critical-extension', { root: { extensions: [unknownExtension] } }, 'Root'],
    ['constraints on policies', 'critical-extension', { root: { extensions: [policyConstraints] } }, 'Root'],
    ['RSA with 1024 bits', 'algorithm-weak', { leaf: { key: 'RSA-1024' } }, 'Leaf'],
    ['a root with 1024 bits', 'algorithm-weak', { root: { key: 'RSA-1024' } }, 'Root'],
    ['an authority with 1024 bits', 'algorithm-weak', { intermediate: { key: 'RSA-1024' } }, 'Intermediate 1'],
    [
      'SHA-1',
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
    ['version 1', 'malformed', { leaf: { version: 1 } }, 'Leaf'],
    ['a version 1 root', 'malformed', { root: { version: 1 } }, 'Root'],
    [
      'an authority without a name',
      'untrusted',
      { intermediate: { subject: '' }, leaf: { issuerName: 'CN=X' } },
      'Leaf',
    ],
  ])('with %s', (_, code, changes, subject) => {
    const error = refusal(code, () => verify(makeChain(changes)));
    expect(error.subject).toBe(`O=Test, CN=${subject}`);
    expect(error.message).toContain(error.subject);
    expect(error.rule).toMatch(/RFC|this package/);
  });

  it('if its root is not trusted', () => {
    const { message } = refusal('untrusted', () => verify(makeChain(), { anchors: parse([makeRoot()]) }));
    expect(message).toContain('issued O=Test, CN=Intermediate 1; its issuer is O=Test, CN=Root');
    refusal('untrusted', () => verify(makeChain(), { anchors: [] }));
  });

  it('if its root is not trusted, though it comes along', () => {
    const chain = makeChain();
    const intermediates = parse([...chain.intermediates, chain.root]);
    const { message } = refusal('untrusted', () => verify(chain, { intermediates, anchors: parse([makeRoot()]) }));
    expect(message).toContain('ends in O=Test, CN=Root, which names itself as its issuer and is not a trust anchor');
  });

  it('if an authority is missing', () => {
    const { message } = refusal('untrusted', () => verify(makeChain(), { intermediates: [] }));
    expect(message).toContain('issued O=Test, CN=Leaf; its issuer is O=Test, CN=Intermediate 1');
  });

  it('if a key identifier is of another key, though the signature is right', () => {
    const { root, intermediates, leaf } = makeChain({ leaf: { keyIds: false } });
    expect(verify({ root, intermediates, leaf }).certificates).toHaveLength(3);
    const wrong = { id: '2.5.29.35', value: Uint8Array.of(0x30, 4, 0x80, 2, 1, 2) };
    const issuer = intermediates[0];
    const odd = makeCertificate({ subject: 'CN=Odd', issuer, keyIds: false, extensions: [wrong] });
    refusal('untrusted', () => verify({ root, intermediates, leaf: odd }));
  });

  it('if a certificate has the right issuer and the signature of another', () => {
    const chain = makeChain({ leaf: { keyIds: false } });
    const impostor = makeCertificate({ subject: 'O=Test, CN=Intermediate 1', ca: true, issuer: chain.root });
    const leaf = makeCertificate({ subject: 'O=Test, CN=Leaf', issuer: impostor, keyIds: false });
    refusal('untrusted', () => verify({ ...chain, leaf }));
  });

  it('if a leaf with the same name and key as a trusted one is not that one', () => {
    const chain = makeChain();
    const other = makeCertificate({ subject: 'O=Test, CN=Leaf', key: chain.leaf.keys });
    refusal('untrusted', () => verify(chain, { anchors: parse([other]) }));
  });

  it('with the same error every time, whatever else is among the intermediates', () => {
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

  it('includes its first and its last second', () => {
    for (const time of [at(0, 10), at(0, 20), at(999, 20)]) expect(verify(chain, { time }).anchor.isCa).toBe(true);
    refusal('not-yet-valid', () => verify(chain, { time: at(-1, 10) }));
    refusal('expired', () => verify(chain, { time: at(1000, 20) }));
  });

  it('binds an anchor too, even if it is the leaf', () => {
    refusal('expired', () => verify(chain, { time: at(0, 21), anchors: parse([chain.leaf]) }));
  });

  it('works before 1970 and after 2049', () => {
    const long = { notBefore: new Date('1960-01-01'), notAfter: new Date('9999-12-31T23:59:59Z') };
    const ages = makeChain({ root: long, intermediate: long, leaf: long });
    for (const year of ['1961', '2026', '2050', '9999']) {
      expect(verify(ages, { time: new Date(`${year}-06-01`) }).certificates).toHaveLength(3);
    }
    refusal('not-yet-valid', () => verify(ages, { time: new Date('1959-12-31T23:59:59Z') }));
    refusal('expired', () => verify(ages, { time: new Date('+010000-01-01T00:00:00Z') }));
    // Just before 1970 the milliseconds of an instant are still counted upwards.
    const early = { notBefore: new Date('1960-01-01'), notAfter: new Date('1969-12-31T23:59:58Z') };
    const past = makeChain({ root: early, intermediate: early, leaf: early });
    expect(verify(past, { time: new Date(-1001) }).certificates).toHaveLength(3);
    refusal('expired', () => verify(past, { time: new Date(-1) }));
  });
});

describe('path length', () => {
  it('counts authorities below, but not those that issued themselves', () => {
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

  it('does not count the leaf, though it be an authority', () => {
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
  ])('of the leaf may be %s', (_, leaf) => {
    expect(verify(makeChain({ leaf })).certificates).toHaveLength(3);
  });

  it('of an authority may be code signing among others, or anything', () => {
    for (const extendedKeyUsage of [wide, [eku.any]]) {
      expect(verify(makeChain({ intermediate: { extendedKeyUsage } })).certificates).toHaveLength(3);
    }
  });

  it("may follow the peers' rule, which asks for one of the two and for nothing above the leaf", () => {
    const compat = { usage: 'code-signing-compat' } as const;
    const server = { extendedKeyUsage: [eku.serverAuth] };
    expect(verify(makeChain({ leaf: server, intermediate: server }), compat).certificates).toHaveLength(3);
    const signer = { keyUsage: ['nonRepudiation'] as const, extendedKeyUsage: [eku.codeSigning] };
    expect(verify(makeChain({ leaf: signer }), compat).certificates).toHaveLength(3);
    refusal('usage', () => verify(makeChain({ leaf: { keyUsage: null, extendedKeyUsage: [eku.any] } }), compat));
    refusal('usage', () => verify(makeChain({ leaf: { keyUsage: ['keyEncipherment'], ...server } }), compat));
  });

  it('may be anything if nothing is asked', () => {
    const leaf = { keyUsage: ['keyEncipherment'] as const, extendedKeyUsage: [eku.serverAuth] };
    expect(verify(makeChain({ leaf }), { usage: 'any' }).certificates).toHaveLength(3);
  });
});

describe('the algorithm of a signature', () => {
  it('is one: the inner and the outer name of it must agree', () => {
    refusal('malformed', () => verify(makeChain({ leaf: { outerAlgorithm: ecdsa('sha384') } })));
  });

  it('has to be one for the key of the issuer', () => {
    const confused = { identifier: ed25519.identifier, sign: ecdsa('sha256').sign };
    refusal('untrusted', () => verify(makeChain({ leaf: { algorithm: confused } })));
  });
});
