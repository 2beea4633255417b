import { htmlPage } from '../../../packages/cli/src/lineage/html.ts';
import { mermaid } from '../../../packages/cli/src/lineage/mermaid.ts';
import { treeLines } from '../../../packages/cli/src/lineage/tree.ts';
import { attest } from '../../../packages/core/src/attest.ts';
import { isOmsError, openSignature, signModel } from '../../../packages/core/src/index.ts';
import type { Lineage } from '../../../packages/core/src/lineage/lineage.ts';
import { type LineageInput, readLineage } from '../../../packages/core/src/lineage/read.ts';
import type { Signer, Verifier } from '../../../packages/core/src/signer.ts';
import { memoryModel } from '../../../packages/core/src/testing/memory-model.ts';
import { mutateBytes } from '../mutate/bytes.ts';
import { leaves, mutateJson, mutateJsonText } from '../mutate/json.ts';
import type { Random } from '../random.ts';
import { accepted, refusalBy, type Target, type Verdict, WrongVerdict } from '../target.ts';

/** Claims of the origin of a model, by an accepted signer and by another one, and the pictures of them. */
export function lineageTarget(): Target {
  return {
    name: 'lineage',
    description:
      'claims of what a model was made from: only what an accepted signer says is verified, and pictures are safe',
    seeds: () => seeds.map(encode),
    generate: (random) => encode(mutateJson(random.pick(seeds), random, special)),
    mutate,
    check,
  };
}

const digest = (letter: string) => letter.repeat(64);
const hostile = ['</script><script>x</script>', '"]; click n0 "x"', '```\n# x', '\u001b[31mx', '\u202ex', ']]></text>'];
const component = (letter: string, more: object = {}) => ({
  ...{ type: 'data', name: letter, hashes: [{ alg: 'SHA-256', content: digest(letter) }], ...more },
});

const seeds: readonly object[] = [
  {
    type: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        resolvedDependencies: [
          { name: 'a', digest: { sha256: digest('a') }, annotations: { role: 'base-model' } },
          { uri: 'https://example.com', digest: { sha256: digest('b') }, annotations: { role: hostile[0] } },
          { name: hostile[1], digest: { sha1: 'ab' } },
        ],
      },
    },
  },
  {
    type: 'https://slsa.dev/provenance/v0.2',
    predicate: { materials: [{ uri: 'x', digest: { sha256: digest('c') } }] },
  },
  {
    type: 'https://cyclonedx.org/bom',
    predicate: {
      metadata: {
        component: component('d', {
          pedigree: { ancestors: [component('e', { pedigree: { ancestors: [component('d')] } })] },
        }),
      },
      components: [component('f', { properties: [{ name: 'modelSigning:role', value: 'adapter' }] })],
    },
  },
];

const special = [...leaves, ...hostile, digest('a'), digest('A'), 'base-model', { digest: 'file' }, component('a'), []];

const encode = (value: unknown) => Buffer.from(JSON.stringify(value) ?? 'null');

function mutate(input: Uint8Array, random: Random): Uint8Array {
  if (random.chance(0.2)) return mutateBytes(input, random);
  const text = Buffer.from(input).toString();
  if (random.chance(0.2)) return Buffer.from(mutateJsonText(text, random));
  try {
    return encode(mutateJson(JSON.parse(text), random, special));
  } catch {
    return mutateBytes(input, random);
  }
}

const hint = (letter: string) => letter.repeat(64);
const identity = { method: 'key', curve: 'P-256', hint: hint('1') } as const;

const signerWith = (own: string): Signer => ({
  sign: async () => ({
    signature: Uint8Array.of(1),
    material: { publicKey: { hint: own }, tlogEntries: [] },
    identity: { ...identity, hint: own },
  }),
});

/** Accepts one hint, so that the claims decide everything else. */
const verifier: Verifier = {
  methods: ['key'],
  async verify(_content, _signature, { publicKey }) {
    if (publicKey?.hint !== identity.hint) throw await refusal();
    return { identity, form: 'dsse' };
  },
};

async function refusal() {
  const { OmsError } = await import('../../../packages/core/src/index.ts');
  return new OmsError('signer/key-mismatch', 'another key');
}

async function bundlesOf(input: Uint8Array): Promise<LineageInput[]> {
  const { bundle } = await signModel(memoryModel({ w: 'w' }), signerWith(identity.hint));
  const signed = await openSignature(bundle, verifier);
  const { type, predicate } = JSON.parse(Buffer.from(input).toString()) ?? {};
  const claim = { predicateType: type, predicate };
  const own = await attest(signed, claim, signerWith(identity.hint));
  const other = await attest(signed, claim, signerWith(hint('2')));
  return [
    { source: 'signature', bundle },
    { source: 'own', bundle: own.bundle },
    { source: 'other', bundle: other.bundle },
  ];
}

async function check(input: Uint8Array): Promise<Verdict> {
  let given: LineageInput[];
  try {
    given = await bundlesOf(input);
  } catch (error) {
    if (isOmsError(error)) return refusalBy(error);
    // What cannot be a claim says nothing.
    if (error instanceof SyntaxError || error instanceof TypeError) return { accepted: false, trait: 'no claim' };
    throw error;
  }
  const found = await readLineage(given, { verifier });
  checkStates(found);
  checkStates(await readLineage(given.slice(2), { verifier }), false);
  const reversed = await readLineage(given.toReversed(), { verifier });
  if (JSON.stringify(found) !== JSON.stringify(reversed)) throw new WrongVerdict('the order of the input matters');
  checkPictures(found);
  return accepted([found.edges.length, found.conflicts.map(({ kind }) => kind), found.unlinked.length].join());
}

/** Something is verified only if a verified statement says it. */
function checkStates({ nodes, edges, statements }: Lineage, hasVerified = true): void {
  const isVerified = (index: number) => statements[index]?.state === 'verified';
  for (const { state, signatures } of nodes) {
    if ((state === 'verified') !== signatures.some(isVerified)) throw new WrongVerdict('a node has a wrong state');
  }
  for (const edge of edges) {
    if (edge.state === 'verified' && !edge.statements.some(isVerified))
      throw new WrongVerdict('a link has a wrong state');
  }
  if (!hasVerified && [...nodes, ...edges].some(({ state }) => state === 'verified')) {
    throw new WrongVerdict('something is verified that another signer claims');
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const hidden = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

function checkPictures(found: Lineage): void {
  const forms = { tree: treeLines(found).join('\n'), page: htmlPage(found), graph: mermaid(found) };
  for (const [name, text] of Object.entries(forms)) {
    if (hidden.test(text)) throw new WrongVerdict(`the ${name} has hidden characters`);
  }
  if (
    /<script|<\/?(?!(?:!doctype|\/?[a-z][a-z0-9]*|\?xml)\b)|<[^>]*\son\w+=/i.test(
      forms.page.replaceAll(/<style>[^<]*<\/style>/g, ''),
    )
  ) {
    throw new WrongVerdict('the page has markup of a claim');
  }
  const labels =
    /^(?: {2}[nc]\d*(?:\["[^"]*"\](?::::\w+)?|\{\{"[^"]*"\}\})| {2}n\d+ -\.?->\|"[^"|]*"\| n\d+| {2}%%[^%]*| {2}classDef .*| {2}more\["[^"]*"\]|flowchart TD|)$/;
  for (const line of forms.graph.split('\n')) {
    if (!labels.test(line)) throw new WrongVerdict('the graph has syntax of a claim');
  }
}
