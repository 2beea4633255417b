import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Authority, type Chain, eku, keyIdentifiers, makeChain } from '@model-signing/testing/certificates';
import { boolean, implicit, octetString, sequence } from '@model-signing/testing/der';
import { dns, nameConstraints } from '@model-signing/testing/general-names';
import { describe, expect, it } from 'vitest';
import { parseCertificate } from './certificate.ts';
import { verifyPath } from './path.ts';
import type { Usage } from './rules.ts';
import { acceptedCases } from './testing/limbo-accepted.ts';
import { refusal } from './testing/refusal.ts';

const parse = (list: readonly Authority[]) => list.map(({ der }) => parseCertificate(der));

function verify({ leaf, intermediates, root }: Chain, usage: Usage): number {
  return verifyPath({
    leaf: parseCertificate(leaf.der),
    intermediates: parse(intermediates),
    anchors: parse([root]),
    time: new Date(),
    usage,
  }).certificates.length;
}

const record = path.resolve(import.meta.dirname, '../../../docs/decisions/0017-certificates-beyond-limbo.md');

const OTHER_ID = Uint8Array.of(1, 2, 3, 4);
const onlyAuthorityKey = (id: Uint8Array) => ({ id: '2.5.29.35', value: sequence(implicit(0, id)) });
const onlySubjectKey = (id: Uint8Array) => ({ id: '2.5.29.14', value: octetString(id) });
const looseConstraints = {
  ca: false,
  keyUsage: ['keyCertSign'],
  extendedKeyUsage: null,
  extensions: [{ id: '2.5.29.19', value: sequence(boolean(true)) }],
} as const;
const odd = () => generateKeyPairSync('rsa', { modulusLength: 2052 });

/** A chain with the fault of each listed case, from certificates of this project, so that it is known without the suite. */
const chains: Readonly<Record<string, () => Chain>> = {
  'rfc5280::aki::leaf-missing-aki': () =>
    makeChain({ leaf: { keyIds: false, extensions: [onlySubjectKey(OTHER_ID)] } }),
  'rfc5280::aki::intermediate-missing-aki': () =>
    makeChain({ intermediate: { keyIds: false }, leaf: { keyIds: false } }),
  'rfc5280::ski::root-missing-ski': () => makeChain({ root: { keyIds: false } }),
  'rfc5280::ski::intermediate-missing-ski': () => makeChain({ intermediate: { keyIds: false } }),
  'rfc5280::root-non-critical-basic-constraints': () => makeChain({ root: looseConstraints }),
  'rfc5280::eku::ee-wrong-eku': () => makeChain({ leaf: { extendedKeyUsage: [eku.emailProtection] } }),
  'rfc5280::ca-as-leaf-wrong-san': () =>
    makeChain({
      leaf: { ca: true, keyUsage: ['digitalSignature', 'keyCertSign'], subjectAltNames: [dns('ca.example.com')] },
    }),
  'rfc5280::san::underscore-dns': () => makeChain({ leaf: { subjectAltNames: [dns('under_score.example.com')] } }),
  'webpki::ee-basicconstraints-ca': () => makeChain({ leaf: { ca: true, keyUsage: ['digitalSignature'] } }),
  'webpki::forbidden-rsa-not-divisable-by-8-in-root': () => makeChain({ root: { key: odd() } }),
};

describe('cases that are accepted beyond x509-limbo', () => {
  it('every listed case has a chain here', () => {
    expect(Object.keys(chains).sort()).toEqual(Object.keys(acceptedCases).sort());
  });

  it('the decision record lists the same cases with the same reasons', () => {
    const rows = readFileSync(record, 'utf8').matchAll(/^\| `(\S+::\S+)` \| (.+) \|$/gm);
    expect(Object.fromEntries([...rows].map(([, id, reason]) => [id, reason]))).toEqual(acceptedCases);
  });

  it.each(Object.entries(chains))('a chain like %s is accepted', (_, make) => {
    expect(verify(make(), 'any')).toBe(3);
  });

  it('a signing certificate for another usage is refused when it is to sign code', () => {
    refusal('usage', () => verify(makeChain({ leaf: { extendedKeyUsage: [eku.emailProtection] } }), 'code-signing'));
  });

  it('constraints that are not marked critical are enforced', () => {
    const bare = { id: '2.5.29.19', value: sequence() };
    refusal('not-a-ca', () => verify(makeChain({ root: { ...looseConstraints, extensions: [bare] } }), 'any'));
    const constraints = { id: '2.5.29.30', value: nameConstraints([dns('example.com')]) };
    const leaf = { subjectAltNames: [dns('example.org')] };
    refusal('name-constraint', () => verify(makeChain({ root: { extensions: [constraints] }, leaf }), 'any'));
  });

  it('a wrong key identifier is refused where a missing one is not', () => {
    const wrong = { keyIds: false, extensions: [onlyAuthorityKey(OTHER_ID)] };
    refusal('untrusted', () => verify(makeChain({ leaf: wrong }), 'any'));
  });
});

describe('extensions that must not be critical', () => {
  const [subjectKey, authorityKey] = keyIdentifiers(OTHER_ID, OTHER_ID);
  const positions = ['root', 'intermediate', 'leaf'] as const;

  it.each(
    positions.flatMap((position) =>
      [subjectKey, authorityKey].map((extension) => [position, extension?.id, extension] as const),
    ),
  )('a path whose %s marks the extension %s critical is refused', (position, _, extension) => {
    const withIt = (critical: boolean) =>
      makeChain({
        root: { keyIds: false },
        intermediate: { keyIds: false },
        leaf: { keyIds: false },
        [position]: { keyIds: false, extensions: [{ ...extension, critical }] },
      });
    expect(verify(withIt(false), 'any')).toBe(3);
    for (const usage of ['any', 'code-signing', 'code-signing-compat'] as const) {
      expect(refusal('critical-extension', () => verify(withIt(true), usage)).rule).toMatch(
        /^RFC 5280, 4\.2\.1\.[12]$/,
      );
    }
  });
});

describe('a leaf without a subject', () => {
  const names = { id: '2.5.29.17', value: sequence(dns('signer.example.com')) };
  const leaf = (...extensions: object[]) =>
    makeChain({ leaf: { subject: '', extensions: extensions as [typeof names] } });

  it('a leaf without a subject is accepted if its alternative name is critical', () => {
    expect(verify(leaf({ ...names, critical: true }), 'code-signing')).toBe(3);
  });

  it('a leaf without a subject is refused if its alternative name is missing or not critical', () => {
    expect(refusal('malformed', () => verify(leaf(names), 'any')).rule).toBe('RFC 5280, 4.2.1.6');
    expect(refusal('malformed', () => verify(leaf(), 'any')).rule).toBe('RFC 5280, 4.2.1.6');
  });

  it('a leaf with a subject may have an alternative name that is critical, not critical, or none', () => {
    for (const extensions of [[], [names], [{ ...names, critical: true }]]) {
      expect(verify(makeChain({ leaf: { extensions } }), 'code-signing')).toBe(3);
    }
  });
});
