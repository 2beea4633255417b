import { forge, testKey } from '@model-signing/testing/forge';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attest, openAttestation } from '../attest.ts';
import { keySigner, keyVerifier } from '../methods/key.ts';
import { openSignature, type SignedManifest } from '../open.ts';
import { signModel } from '../sign.ts';
import { memoryModel } from '../testing/memory-model.ts';
import { refusal } from '../testing/refusal.ts';
import { claimedSubjects, LineageCollector } from './collector.ts';
import { MAX_DEPENDENCIES } from './dependencies.ts';
import type { Lineage } from './lineage.ts';
import { type LineageInput, readLineage } from './read.ts';

const SLSA = 'https://slsa.dev/provenance/v1';
const BOM = 'https://cyclonedx.org/bom';
const key = testKey();
const other = testKey();
const verifier = keyVerifier(key);

const digestOf = (letter: string) => letter.repeat(64);

/** A bundle that claims to attest something, and whose signature is none. */
function claimed(subject: string, predicateType: string, predicate: unknown, name = 'model'): Uint8Array {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name, digest: { sha256: subject } }],
    predicateType,
    predicate,
  };
  return Buffer.from(
    JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: { hint: '0'.repeat(64) }, tlogEntries: [] },
      dsseEnvelope: {
        payload: Buffer.from(JSON.stringify(statement)).toString('base64'),
        payloadType: 'application/vnd.in-toto+json',
        signatures: [{ sig: 'AQ==' }],
      },
    }),
  );
}

const madeFrom = (...parents: readonly (readonly [role: string, digest: string])[]) => ({
  buildDefinition: {
    resolvedDependencies: parents.map(([role, sha256]) => ({ name: role, digest: { sha256 }, annotations: { role } })),
  },
});

async function signed(
  content: string,
  by = key,
): Promise<{ bundle: Uint8Array; signed: SignedManifest; root: string }> {
  const { bundle } = await signModel(memoryModel({ w: content }), keySigner(by));
  const opened = await openSignature(bundle, keyVerifier(by));
  return { bundle, signed: opened, root: opened.manifest.rootDigest };
}

async function attested(about: SignedManifest, predicate: object, by = key, predicateType = SLSA): Promise<Uint8Array> {
  return (await attest(about, { predicateType, predicate }, keySigner(by))).bundle;
}

const inputs = (bundles: Readonly<Record<string, Uint8Array>>): LineageInput[] =>
  Object.entries(bundles).map(([source, bundle]) => ({ source, bundle }));

const statesOf = ({ nodes, edges }: Lineage) => ({
  nodes: Object.fromEntries(nodes.map(({ digest, state }) => [digest, state])),
  edges: edges.map(({ child, parent, state, roles }) => ({ child, parent, state, roles })),
});

describe('a lineage', () => {
  it('a lineage joins signatures and attestations by root digests, and verifies both by the verifier', async () => {
    const [base, tuned] = [await signed('base'), await signed('tuned')];
    const provenance = await attested(tuned.signed, madeFrom(['base-model', base.root], ['dataset', digestOf('d')]));
    const given = inputs({ base: base.bundle, tuned: tuned.bundle, provenance });
    const found = await readLineage(given, { verifier });
    expect(statesOf(found).nodes).toEqual({
      [base.root]: 'verified',
      [tuned.root]: 'verified',
      [digestOf('d')]: 'absent',
    });
    expect(found.edges.map(({ parent, state, roles }) => [parent, state, roles])).toEqual(
      expect.arrayContaining([
        [base.root, 'verified', ['base-model']],
        [digestOf('d'), 'verified', ['dataset']],
      ]),
    );
    expect(found.conflicts).toMatchObject([{ kind: 'names', texts: ['base-model', 'model'] }]);
  });

  it('without a verifier, everything that is at hand is claimed', async () => {
    const base = await signed('base');
    const provenance = await attested(base.signed, madeFrom(['dataset', digestOf('d')]));
    const found = await readLineage(inputs({ base: base.bundle, provenance }));
    expect(found.statements.map(({ state, signer }) => [state, signer])).toEqual([
      ['claimed', null],
      ['claimed', null],
    ]);
    expect(statesOf(found).nodes).toEqual({ [base.root]: 'claimed', [digestOf('d')]: 'absent' });
    expect(found.edges).toMatchObject([{ state: 'claimed' }]);
  });

  it('what another signer says is claimed, with the reason', async () => {
    const base = await signed('base', other);
    const provenance = await attested(base.signed, madeFrom(['dataset', digestOf('d')]), other);
    const found = await readLineage(inputs({ base: base.bundle, provenance }), { verifier });
    expect(found.statements).toMatchObject([
      { kind: 'signature', state: 'claimed', reason: { code: 'signer/key-mismatch' } },
      { kind: 'attestation', state: 'claimed', reason: { code: 'signer/key-mismatch' } },
    ]);
    expect(found.edges).toMatchObject([{ state: 'claimed' }]);
  });

  it('a model that is attested by an accepted signer, and not signed by one, is claimed', async () => {
    const base = await signed('base');
    const provenance = await attested(base.signed, madeFrom(['dataset', digestOf('d')]));
    const found = await readLineage(inputs({ provenance }), { verifier });
    expect(statesOf(found).nodes[base.root]).toBe('claimed');
    expect(found.edges).toMatchObject([{ state: 'verified' }]);
  });

  it('an attestation of another kind of digest than the signature links nothing that is verified', async () => {
    const base = await signed('base');
    const provenance = await attested(base.signed, madeFrom(['dataset', digestOf('d')]));
    const changed = forge(provenance, key, {
      statement: (statement) => {
        const [subject] = statement.subject as { annotations: { modelSigning: { hashType: string } } }[];
        if (subject) subject.annotations.modelSigning.hashType = 'blake3';
      },
    });
    const found = await readLineage(inputs({ base: base.bundle, provenance: changed }), { verifier });
    expect(found.statements).toMatchObject([{ state: 'verified' }, { state: 'verified' }]);
    expect(found.edges).toMatchObject([{ state: 'claimed' }]);
    expect(found.conflicts).toMatchObject([{ kind: 'domains' }]);
  });

  it('a bill of materials has ancestors, and data among its components', async () => {
    const base = await signed('base');
    const component = (name: string, digest: string, more = {}) => ({
      ...{ type: 'machine-learning-model', name, hashes: [{ alg: 'SHA-256', content: digest.toUpperCase() }], ...more },
    });
    const bom = {
      metadata: {
        component: component('base', base.root, {
          pedigree: {
            ancestors: [
              component('first', digestOf('1'), { pedigree: { ancestors: [component('second', digestOf('2'))] } }),
              component('adapter', digestOf('3'), { properties: [{ name: 'modelSigning:role', value: 'adapter' }] }),
            ],
          },
        }),
      },
      components: [component('data', digestOf('4'), { type: 'data' }), component('w', digestOf('5'), { type: 'file' })],
    };
    const provenance = await attested(base.signed, bom, key, BOM);
    const found = await readLineage(inputs({ base: base.bundle, provenance }), { verifier });
    const parents = found.edges.filter(({ child }) => child === base.root);
    expect(parents.map(({ parent, roles, state }) => [parent[0], roles, state])).toEqual([
      ['1', ['base-model'], 'verified'],
      ['3', ['adapter'], 'verified'],
      ['4', ['dataset'], 'verified'],
    ]);
    // The signer of a model does not speak for its ancestors.
    expect(found.edges.find(({ child }) => child === digestOf('1'))).toMatchObject({
      parent: digestOf('2'),
      state: 'claimed',
    });
    expect(found.conflicts).toEqual([]);
  });

  it('a bill of materials of something else than its subject is a conflict, and verifies no link', async () => {
    const base = await signed('base');
    const hashes = [{ alg: 'SHA-256', content: digestOf('9') }];
    const ancestors = [{ type: 'data', name: 'x', hashes: [{ alg: 'SHA-256', content: digestOf('1') }] }];
    const bom = { metadata: { component: { hashes, pedigree: { ancestors } } } };
    const provenance = await attested(base.signed, bom, key, BOM);
    const found = await readLineage(inputs({ provenance }), { verifier });
    expect(found.conflicts).toMatchObject([{ kind: 'subject', digests: [base.root, digestOf('9')] }]);
    expect(found.edges).toMatchObject([{ state: 'claimed' }]);
  });

  it('SLSA provenance of version 0.2 has materials, and what has no SHA-256 is listed', async () => {
    const materials = [
      { uri: 'git+https://example.com/a', digest: { sha1: 'ab' } },
      { uri: 'https://example.com/b', digest: { sha256: digestOf('b') } },
    ];
    const bundle = claimed(digestOf('a'), 'https://slsa.dev/provenance/v0.2', { materials });
    const found = await readLineage(inputs({ bundle }));
    expect(found.edges).toMatchObject([{ parent: digestOf('b'), roles: ['dependency'] }]);
    expect(found.unlinked).toEqual([
      { child: digestOf('a'), name: 'git+https://example.com/a', role: 'dependency', statement: 0 },
    ]);
  });

  it('attestations that name different base models are a conflict, and all are shown', async () => {
    const one = claimed(digestOf('a'), SLSA, madeFrom(['base-model', digestOf('1')]));
    const two = claimed(digestOf('a'), SLSA, madeFrom(['base-model', digestOf('2')], ['dataset', digestOf('d')]));
    const none = claimed(digestOf('a'), SLSA, madeFrom(['dataset', digestOf('d')]));
    const found = await readLineage(inputs({ one, two, none }));
    expect(found.conflicts).toEqual([
      { kind: 'base-models', digests: [digestOf('a'), digestOf('1'), digestOf('2')], texts: [], statements: [1, 2] },
    ]);
    expect(found.edges).toHaveLength(3);
    const merged = claimed(digestOf('a'), SLSA, madeFrom(['base-model', digestOf('1')], ['base-model', digestOf('2')]));
    expect((await readLineage(inputs({ merged }))).conflicts).toEqual([]);
  });

  it('one thing with several roles is a conflict', async () => {
    const one = claimed(digestOf('a'), SLSA, madeFrom(['teacher', digestOf('1')]));
    const two = claimed(digestOf('a'), SLSA, madeFrom(['adapter', digestOf('1')]));
    const { conflicts } = await readLineage(inputs({ one, two }));
    expect(conflicts).toContainEqual({
      ...{ kind: 'roles', digests: [digestOf('1'), digestOf('a')], texts: ['adapter', 'teacher'], statements: [0, 1] },
    });
  });

  it.each([
    ['itself', [['a', 'a']], [['a']]],
    [
      'each other',
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
      [['a', 'b']],
    ],
    [
      'a ring with a tail',
      [
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
        ['c', 'd'],
        ['d', 'e'],
      ],
      [['a', 'b', 'c']],
    ],
    [
      'two rings',
      [
        ['a', 'b'],
        ['b', 'a'],
        ['b', 'c'],
        ['c', 'd'],
        ['d', 'c'],
      ],
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a diamond, which is none',
      [
        ['a', 'b'],
        ['a', 'c'],
        ['b', 'd'],
        ['c', 'd'],
      ],
      [],
    ],
  ])('a cycle is a conflict: %s', async (_, links, cycles) => {
    const bundles = links.map(([child = '', parent = ''], index) => [
      `file ${index}`,
      claimed(digestOf(child), SLSA, madeFrom(['base-model', digestOf(parent)])),
    ]);
    const { conflicts } = await readLineage(inputs(Object.fromEntries(bundles)));
    const found = conflicts.filter(({ kind }) => kind === 'cycle').map(({ digests }) => digests);
    expect(found).toEqual(cycles.map((cycle) => cycle.map(digestOf)));
  });

  it('a chain of ten thousand models is followed without recursion', async () => {
    const name = (index: number) => index.toString(16).padStart(64, '0');
    async function* chain(): AsyncGenerator<LineageInput> {
      for (let index = 0; index < 10_000; index++) {
        const bundle = claimed(name(index), SLSA, madeFrom(['base-model', name((index + 1) % 10_000)]));
        yield { source: 'chain', line: index + 1, bundle };
      }
    }
    const { nodes, edges, conflicts } = await readLineage(chain());
    expect([nodes.length, edges.length]).toEqual([10_000, 10_000]);
    expect(conflicts.map(({ kind, digests }) => [kind, digests.length])).toEqual([['cycle', 10_000]]);
  });

  it('one attestation has at most a thousand dependencies, and says that more were left out', async () => {
    const parents = Array.from(
      { length: MAX_DEPENDENCIES + 5 },
      (_, i) => ['dependency', i.toString(16).padStart(64, '0')] as const,
    );
    const found = await readLineage(inputs({ large: claimed(digestOf('a'), SLSA, madeFrom(...parents)) }));
    expect(found.edges).toHaveLength(MAX_DEPENDENCIES);
    expect(found.problems).toEqual([
      { source: 'large', line: null, code: null, message: 'it names 5 more dependencies than are read' },
    ]);
  });

  it('a lineage of more than a hundred thousand links is refused', async () => {
    const parents = Array.from(
      { length: MAX_DEPENDENCIES },
      (_, i) => ['dependency', i.toString(16).padStart(64, '0')] as const,
    );
    const collector = new LineageCollector();
    const add = (i: number) =>
      collector.addClaims({ source: `${i}` }, claimed(i.toString(16).padStart(64, 'f'), SLSA, madeFrom(...parents)));
    for (let i = 0; i < 100; i++) await add(i);
    await refusal('bundle/too-large', () => add(100));
  });

  it('what is no bundle is a problem, and spoils nothing', async () => {
    const bundle = claimed(digestOf('a'), SLSA, madeFrom());
    const found = await readLineage([
      { source: 'a', bundle: Buffer.from('{}') },
      { source: 'b', bundle },
    ]);
    expect(found.problems).toMatchObject([{ source: 'a', code: 'bundle/media-type' }]);
    expect(found.nodes).toMatchObject([{ digest: digestOf('a'), state: 'claimed' }]);
  });

  it('of several subjects, those count that something else is about, and else the first', async () => {
    const statement = (subject: object[]) => {
      const bundle = JSON.parse(
        Buffer.from(claimed(digestOf('a'), SLSA, madeFrom(['dataset', digestOf('d')]))).toString(),
      );
      const payload = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString());
      bundle.dsseEnvelope.payload = Buffer.from(JSON.stringify({ ...payload, subject })).toString('base64');
      return Buffer.from(JSON.stringify(bundle));
    };
    const sha256 = (letter: string, annotations = {}) => ({
      name: letter,
      digest: { sha256: digestOf(letter) },
      annotations,
    });
    const file = { modelSigning: { digest: 'file' } };
    const several = statement([sha256('f', file), sha256('a'), sha256('b')]);
    expect(claimedSubjects(several)).toEqual([digestOf('a'), digestOf('b')]);
    const alone = await readLineage(inputs({ several }));
    expect(alone.edges.map(({ child }) => child)).toEqual([digestOf('a')]);
    const known = claimed(digestOf('c'), SLSA, madeFrom(['base-model', digestOf('b')]));
    const joined = await readLineage(inputs({ several, known }));
    expect(joined.edges.map(({ child }) => child)).toEqual([digestOf('b'), digestOf('c')]);
  });

  it('a signature in a draft is a signature, and verified if the draft is accepted', async () => {
    const { bundle } = await signModel(memoryModel({ w: 'w' }), keySigner(key), { draft: '1.1' });
    expect(claimedSubjects(bundle)).toBeNull();
    const accepted = await readLineage(inputs({ bundle }), { verifier, draft: '1.1' });
    expect(accepted.statements).toMatchObject([{ kind: 'signature', state: 'verified' }]);
    const refused = await readLineage(inputs({ bundle }), { verifier });
    expect(refused.statements).toMatchObject([{ kind: 'signature', state: 'claimed' }]);
  });

  it('only what openSignature and openAttestation returned can be added as verified', async () => {
    const base = await signed('base');
    const bundle = await attested(base.signed, madeFrom());
    const attestation = await openAttestation(bundle, verifier);
    const collector = new LineageCollector();
    expect(() => collector.addSignature({ source: 'x' }, { ...base.signed })).toThrow(TypeError);
    expect(() => collector.addAttestation({ source: 'x' }, { ...attestation })).toThrow(TypeError);
    collector.addSignature({ source: 'x' }, base.signed, 'release');
    expect(collector.lineage().statements).toMatchObject([{ state: 'verified', signedBy: 'release' }]);
  });
});

/** Signatures and attestations about a few models, each by one of two signers. */
async function pool(): Promise<readonly (LineageInput & { readonly trusted: boolean; readonly about: string })[]> {
  const found: (LineageInput & { trusted: boolean; about: string })[] = [];
  const models = await Promise.all(['a', 'b', 'c'].map((content) => signed(content)));
  for (const [i, model] of models.entries()) {
    for (const by of [key, other]) {
      const trusted = by === key;
      const parent = models[(i + 1) % models.length]?.root ?? '';
      const predicate = madeFrom(['base-model', parent], ['dataset', digestOf('d')]);
      const signature = (await signed(['a', 'b', 'c'][i] ?? '', by)).bundle;
      const attestation = await attested(model.signed, predicate, by);
      found.push({ source: `signature ${i} ${trusted}`, bundle: signature, trusted, about: model.root });
      found.push({ source: `attestation ${i} ${trusted}`, bundle: attestation, trusted, about: model.root });
    }
  }
  return found;
}

it('nothing is verified without a verified statement, and the order of the input does not matter', async () => {
  const all = await pool();
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([...all]), async (chosen) => {
      const found = await readLineage(chosen, { verifier });
      const isSaid = (kind: string, about: string) =>
        chosen.some(({ source, trusted, about: digest }) => trusted && digest === about && source.startsWith(kind));
      for (const { digest, state } of found.nodes) expect(state === 'verified').toBe(isSaid('signature', digest));
      for (const { child, state } of found.edges) expect(state === 'verified').toBe(isSaid('attestation', child));
      const sorted = chosen.toSorted((a, b) => (a.source < b.source ? -1 : 1));
      expect(await readLineage(sorted, { verifier })).toEqual(found);
      expect((await readLineage(chosen)).nodes.filter(({ state }) => state === 'verified')).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

describe('a lineage with signatures of the draft', () => {
  /** A model of the draft, renamed if asked to: the root digest of version 1.0 stays. */
  async function draft(name = 'w', by = key) {
    const { bundle } = await signModel(memoryModel({ [name]: 'tuned' }), keySigner(by), { draft: '1.1' });
    const opened = await openSignature(bundle, keyVerifier(by), { draft: '1.1' });
    const { rootDigest: own, publishedRootDigest: published = '' } = opened.manifest;
    return { bundle, signed: opened, own, published };
  }

  it('a signature of the draft is a signature, verified if the draft is named, and else a claim', async () => {
    const { bundle, own } = await draft();
    const named = await readLineage(inputs({ bundle }), { verifier, draft: '1.1' });
    expect(named.statements).toMatchObject([{ kind: 'signature', state: 'verified' }]);
    expect(statesOf(named).nodes).toEqual({ [own]: 'verified' });
    const other = await readLineage(inputs({ bundle }), { verifier });
    expect(other.statements).toMatchObject([{ kind: 'signature', state: 'claimed' }]);
    expect(claimedSubjects(bundle)).toBeNull();
  });

  it('an attestation of both root digests links once, also beside the signature of version 1.0', async () => {
    const { bundle, signed: opened, own, published } = await draft();
    const provenance = await attested(opened, madeFrom(['dataset', digestOf('d')]));
    const old = await signed('tuned');
    expect(old.root).toBe(published);
    for (const given of [inputs({ bundle, provenance }), inputs({ bundle, provenance, old: old.bundle })]) {
      const found = await readLineage(given, { verifier, draft: '1.1' });
      expect(statesOf(found).edges).toMatchObject([{ child: own, parent: digestOf('d'), state: 'verified' }]);
      expect(Object.keys(statesOf(found).nodes).sort()).toEqual([own, digestOf('d')].sort());
    }
  });

  it.each(['own', 'published'] as const)(
    'what names the %s root digest of a draft as its base model is joined',
    async (which) => {
      const base = await draft();
      const tuned = await signed('other');
      const provenance = await attested(tuned.signed, madeFrom(['base-model', base[which]]));
      const given = inputs({ base: base.bundle, tuned: tuned.bundle, provenance });
      const found = await readLineage(given, { verifier, draft: '1.1' });
      expect(statesOf(found).edges).toMatchObject([{ child: tuned.root, parent: base.own, state: 'verified' }]);
      expect(Object.values(statesOf(found).nodes)).toEqual(['verified', 'verified']);
    },
  );

  it('an attestation of the root digest of version 1.0 alone links the only draft that has it', async () => {
    const { bundle, own } = await draft();
    const old = await signed('tuned');
    const provenance = await attested(old.signed, madeFrom(['dataset', digestOf('d')]));
    const found = await readLineage(inputs({ bundle, provenance }), { verifier, draft: '1.1' });
    expect(statesOf(found).edges).toMatchObject([{ child: own, state: 'verified' }]);
  });

  it('two models whose files differ in their names alone stay two, whichever is attested', async () => {
    const [one, two] = [await draft('w'), await draft('renamed')];
    expect(one.published).toBe(two.published);
    const provenance = await attested(one.signed, madeFrom(['dataset', digestOf('d')]));
    const given = inputs({ one: one.bundle, two: two.bundle, provenance });
    const { nodes, edges } = statesOf(await readLineage(given, { verifier, draft: '1.1' }));
    expect(edges).toMatchObject([{ child: one.own, state: 'verified' }]);
    expect(nodes).toMatchObject({ [one.own]: 'verified', [two.own]: 'verified', [one.published]: 'verified' });
  });

  it('a draft that is only claimed takes nothing from one that is verified', async () => {
    const [one, two] = [await draft('w'), await draft('renamed', other)];
    const old = await signed('tuned');
    const provenance = await attested(old.signed, madeFrom(['dataset', digestOf('d')]));
    const given = inputs({ one: one.bundle, two: two.bundle, provenance });
    const found = await readLineage(given, { verifier, draft: '1.1' });
    expect(statesOf(found).nodes).toMatchObject({ [one.own]: 'verified', [two.own]: 'claimed' });
    expect(statesOf(found).edges).toMatchObject([{ child: one.own, state: 'verified' }]);
    expect(found.nodes.find(({ digest }) => digest === one.own)?.signatures).toHaveLength(1);
  });

  it('three models with one root digest of version 1.0 are three', async () => {
    const all = [await draft('a'), await draft('b'), await draft('c')];
    const given = inputs(Object.fromEntries(all.map(({ bundle }, index) => [`${index}`, bundle])));
    const found = await readLineage(given, { verifier, draft: '1.1' });
    expect(found.nodes).toHaveLength(4);
  });
});

describe('a lineage by someone who wants it to fail', () => {
  const component = (content: string, ancestors: object[] = []) => ({
    ...{ type: 'machine-learning-model', name: 'm', hashes: [{ alg: 'SHA-256', content }], pedigree: { ancestors } },
  });

  it('very many ancestors of an ancestor are left out and counted', async () => {
    const many = Array.from({ length: 200_000 }, () => ({}));
    const bom = { metadata: { component: component(digestOf('a'), [component(digestOf('b'), many)]) } };
    const found = await readLineage(inputs({ bom: claimed(digestOf('a'), BOM, bom) }));
    expect(found.problems).toMatchObject([{ message: 'it names 199001 more dependencies than are read' }]);
  });

  it('very many things that are made from themselves are as many cycles', async () => {
    const collector = new LineageCollector();
    const perClaim = 499;
    for (let from = 0; from < 60 * perClaim; from += perClaim) {
      const loops = Array.from({ length: perClaim }, (_, i) => {
        const digest = (from + i).toString(16).padStart(64, '0');
        return component(digest, [component(digest)]);
      });
      const bom = { metadata: { component: component(digestOf('a'), loops) } };
      await collector.addClaims({ source: `${from}` }, claimed(digestOf('a'), BOM, bom));
    }
    const cycles = collector.lineage().conflicts.filter(({ kind }) => kind === 'cycle');
    expect(cycles).toHaveLength(60 * perClaim);
    expect(cycles[0]).toMatchObject({ digests: ['0'.repeat(64)], statements: [expect.any(Number)] });
  });

  it('links of each subject to each dependency count, so that a few attestations cannot make millions', async () => {
    const subjects = Array.from({ length: 100 }, (_, i) => i.toString(16).padStart(64, 'e'));
    const parents = Array.from({ length: 1000 }, (_, i) => ['dataset', i.toString(16).padStart(64, 'f')] as const);
    const wide = forge(claimed(digestOf('a'), SLSA, madeFrom(...parents)), key, {
      statement: (statement) => {
        statement.subject = subjects.map((sha256) => ({ name: 'm', digest: { sha256 } }));
      },
    });
    const known = claimed(digestOf('a'), SLSA, madeFrom(...subjects.map((each) => ['dataset', each] as const)));
    await expect(readLineage(inputs({ wide, known }))).rejects.toMatchObject({ code: 'bundle/too-large' });
  });

  it('a claim about another subject of an attestation takes no verified link away', async () => {
    const base = await signed('base');
    const made = await attested(base.signed, madeFrom(['dataset', digestOf('d')]));
    const provenance = forge(made, key, {
      statement: (statement) => {
        (statement.subject as object[]).push({ name: 'other', digest: { sha256: digestOf('e') } });
      },
    });
    const lure = claimed(digestOf('c'), SLSA, madeFrom(['base-model', digestOf('e')]));
    const found = await readLineage(inputs({ provenance, lure }), { verifier });
    expect(statesOf(found).edges).toContainEqual(
      expect.objectContaining({ child: base.root, parent: digestOf('d'), state: 'verified' }),
    );
  });
});
