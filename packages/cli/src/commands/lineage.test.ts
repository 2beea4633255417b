import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { claimedBundle, type Dependency, provenance, SLSA } from '../testing/claims.ts';
import { type JsonResult, Sandbox } from '../testing/command.ts';

const digestOf = (letter: string) => letter.repeat(64);

/** A data set, and a model that was made from it, each signed and attested by its own key. */
async function madeModels(): Promise<Sandbox> {
  const box = new Sandbox();
  box.write('data/rows.csv', 'a\n');
  box.writeKeys('data');
  const kinds = ['--build-type', 'https://example.com/train/v1', '--builder', 'https://example.com/cluster'];
  await box.run(['sign', 'key', 'data', '--private-key', 'data.pem', '--signature', 'data.sig']);
  await box.run(['sign', 'key', 'model', '--private-key', 'key.pem', '--signature', 'model.sig']);
  const { stdout } = await box.run(['predicate', 'slsa', 'model.sig', ...kinds, '--dataset', 'data.sig']);
  box.write('slsa.json', stdout);
  const claim = ['--predicate', 'slsa.json', '--type', 'slsaprovenance1'];
  await box.run(['attest', 'key', 'model', '--private-key', 'key.pem', ...claim]);
  return box;
}

interface Graph extends JsonResult {
  readonly verifiedBy: string;
  readonly verified: boolean;
  readonly nodes: readonly {
    readonly digest: string;
    readonly state: string;
    readonly names: readonly { name: string }[];
  }[];
  readonly edges: readonly { readonly state: string; readonly roles: readonly string[] }[];
  readonly conflicts: readonly { readonly kind: string }[];
  readonly statements: readonly {
    readonly signedBy: string | null;
    readonly reason: { readonly code: string } | null;
  }[];
}

async function graphOf(box: Sandbox, ...args: string[]): Promise<{ code: number | null; result: Graph }> {
  const { code, result } = await box.json(['lineage', ...args]);
  return { code, result: result as Graph };
}

const statesOf = ({ nodes }: Graph) => nodes.map(({ names, state }) => `${names[0]?.name} ${state}`).sort();

test('lineage shows what a model was made from, and verifies it by the keys of those who made it', async () => {
  const box = await madeModels();
  const both = ['--public-key', 'key.pub', '--public-key', 'data.pub'];
  const { code, result } = await graphOf(box, 'model', 'data', ...both, '--require-verified');
  expect({ code, verified: result.verified, by: result.verifiedBy }).toEqual({
    code: 0,
    verified: true,
    by: 'signers',
  });
  expect(statesOf(result)).toEqual(['data verified', 'model verified']);
  expect(result.edges).toMatchObject([{ state: 'verified', roles: ['dataset'] }]);
  const { stdout } = await box.run(['lineage', 'model', 'data', ...both]);
  expect(stdout).toMatch(/^"model" [0-9a-f]{16}: verified, signed by key on P-256/m);
  expect(stdout).toMatch(/^└─ data set, verified: "data" [0-9a-f]{16}: verified/m);
});

test('lineage without anyone to trust says that everything is only claimed, and --require-verified refuses that', async () => {
  const box = await madeModels();
  const { code, result } = await graphOf(box, 'model', 'data');
  expect({ code, by: result.verifiedBy, states: statesOf(result) }).toEqual({
    ...{ code: 0, by: 'nothing', states: ['data claimed', 'model claimed'] },
  });
  const { stderr } = await box.run(['lineage', 'model', 'data']);
  expect(stderr).toContain('nothing was verified');
  const refused = await box.run(['lineage', 'model', 'data', '--require-verified']);
  expect(refused.code).toBe(1);
  expect(refused.stdout).toContain('claimed');
  expect(refused.stderr).toContain('[statement/lineage-unverified]');
  // In JSON, what was refused never says that what was asked for was done.
  const inJson = await box.json(['lineage', 'model', 'data', '--require-verified']);
  expect(inJson).toMatchObject({ code: 1, result: { ok: false, error: { code: 'statement/lineage-unverified' } } });
});

test('a lineage of which nothing could be read is no lineage', async () => {
  const box = await madeModels();
  box.write('empty.jsonl', '');
  box.write('other.json', '{"a":1}\n');
  for (const form of [[], ['--svg'], ['--html'], ['--mermaid']]) {
    const { code, stdout, stderr } = await box.run(['lineage', 'other.json', 'empty.jsonl', ...form]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('there is no signature and no attestation in other.json, empty.jsonl: "other.json": ');
  }
  expect(await box.run(['lineage', 'empty.jsonl', 'model'])).toMatchObject({ code: 0 });
  expect((await graphOf(box, 'empty.jsonl', '--require-verified')).result).toMatchObject({
    error: { code: 'statement/lineage-unverified' },
  });
});

test('what is only named is absent, and what another signer made is claimed', async () => {
  const box = await madeModels();
  const { result } = await graphOf(box, 'model.sig', 'model.attestations.jsonl', '--public-key', 'key.pub');
  expect(statesOf(result)).toEqual(['data absent', 'model verified']);
  const { result: other } = await graphOf(box, 'model', 'data', '--public-key', 'data.pub');
  expect(statesOf(other)).toEqual(['data verified', 'model claimed']);
  expect(other.edges).toMatchObject([{ state: 'claimed' }]);
});

/** A policy that names who may sign and attest each model. */
function writePolicy(box: Sandbox, models: readonly object[]): void {
  const key = (name: string) => ({ method: 'key', publicKeyFile: `${name}.pub` });
  box.write(
    'policy.json',
    JSON.stringify({ policyVersion: 1, signers: { release: key('key'), data: key('data') }, models }),
  );
}

const rule = (match: string, signer: string, attester?: string) => ({
  match: [match],
  require: {
    signedBy: [signer],
    ...(attester && { attestations: [{ predicateType: SLSA, signedBy: [attester] }] }),
  },
});

test.each([
  { models: [rule('**/model', 'release', 'release'), rule('**/data', 'data')], node: 'verified', edge: 'verified' },
  // A signer counts for the types that name it, and for no others.
  { models: [rule('**/model', 'release', 'data'), rule('**/data', 'data')], node: 'verified', edge: 'claimed' },
  { models: [rule('**/model', 'release'), rule('**/data', 'data')], node: 'verified', edge: 'claimed' },
  { models: [rule('**/model', 'data', 'release'), rule('**/data', 'data')], node: 'claimed', edge: 'verified' },
  // What is true of one model says nothing of another.
  { models: [rule('**/data', 'data', 'release')], node: 'claimed', edge: 'claimed' },
  { models: [{ match: ['**/model'], reject: true }, rule('**', 'data')], node: 'claimed', edge: 'claimed' },
])('with a policy, each rule decides whose signatures and attestations of a model count: case %#', async (each) => {
  const box = await madeModels();
  writePolicy(box, each.models);
  const { code, result } = await graphOf(box, 'model', 'data', '--policy', 'policy.json');
  expect({ code, by: result.verifiedBy }).toEqual({ code: 0, by: 'policy' });
  expect(statesOf(result)).toEqual(['data verified', `model ${each.node}`]);
  expect(result.edges).toMatchObject([{ state: each.edge }]);
  const signers = result.statements.map(({ signedBy }) => signedBy).filter((name) => name !== null);
  expect(signers.length).toBe(1 + [each.node, each.edge].filter((state) => state === 'verified').length);
});

test('an attestation in another file is judged by the rule of the model that it is about', async () => {
  const box = await madeModels();
  writeFileSync(box.path('claims.json'), readFileSync(box.path('model.attestations.jsonl')));
  writePolicy(box, [rule('**/model', 'release', 'release'), rule('**', 'data', 'data')]);
  const { result } = await graphOf(box, 'claims.json', 'model.sig', '--policy', 'policy.json');
  expect(result.edges).toMatchObject([{ state: 'verified' }]);
  const { result: alone } = await graphOf(box, 'claims.json', '--policy', 'policy.json');
  expect(alone.edges).toMatchObject([{ state: 'claimed' }]);
});

test('--as names a model or a file for the policy', async () => {
  const box = await madeModels();
  writePolicy(box, [rule('hf://acme/model', 'release', 'release')]);
  const policy = ['--policy', 'policy.json'];
  const { result } = await graphOf(box, 'model', ...policy, '--as', 'model=hf://acme/model');
  expect(statesOf(result)).toEqual(['data absent', 'model verified']);
  for (const as of ['other=hf://acme/model', 'model=', 'model']) {
    expect(await graphOf(box, 'model', ...policy, '--as', as)).toMatchObject({ code: 2 });
  }
});

test('a rule with a threshold needs different signers of one root digest', async () => {
  const box = await madeModels();
  await box.run(['sign', 'key', 'model', '--private-key', 'data.pem', '--signature', 'second.sig']);
  const model = { match: ['**'], require: { signedBy: ['release', 'data'], threshold: 2 } };
  writePolicy(box, [model]);
  const { result } = await graphOf(box, 'model.sig', '--policy', 'policy.json');
  expect(result.statements).toMatchObject([{ reason: { code: 'policy/threshold' } }]);
  const { result: both } = await graphOf(box, 'model.sig', 'second.sig', '--policy', 'policy.json');
  expect(statesOf(both)).toEqual(['model verified']);
});

/** The elements of the page and the picture. */
const elements = [
  ...[
    '!doctype',
    '?xml',
    'html',
    'head',
    'meta',
    'title',
    'style',
    'body',
    'main',
    'header',
    'h1',
    'h2',
    'p',
    'strong',
  ],
  ...['figure', 'div', 'section', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'code', 'small', 'span', 'em', 'br'],
  ...['footer', 'svg', 'desc', 'rect', 'g', 'path', 'circle', 'text'],
];

/** Names that are syntax somewhere: HTML, Mermaid, Markdown, a terminal, and text from right to left. */
const hostile = [
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  ']]></text></svg><script>alert(1)</script>',
  'a"]; click n0 "javascript:alert(1)"; n1["',
  'x`\n```\n# heading %%{init: {}}%% | end',
  '\u001b[31mred\u001b]8;;https://evil.example\u0007',
  '\u202eevil\u2066',
  "'); DROP TABLE models; --",
];

test.each(['--html', '--svg', '--mermaid', '--json', undefined])(
  'names from claims are harmless in the form %s',
  async (form) => {
    const box = new Sandbox();
    const dependencies = hostile.map((name, index) => [name, digestOf(String(index)), name] as const);
    const unlinked = hostile.map((name) => [name, null, name] as const);
    const lines = [
      claimedBundle(digestOf('a'), SLSA, provenance([...dependencies, ...unlinked])),
      claimedBundle(digestOf('0'), SLSA, provenance([['base-model', digestOf('a'), hostile.join('')]])),
      ...hostile.map((name) => claimedBundle(digestOf('b'), `x:${encodeURI(name)}`, {}, name)),
    ];
    box.write('claims.jsonl', lines.join('\n'));
    const { code, stdout } = await box.run(['lineage', 'claims.jsonl', ...(form ? [form] : [])]);
    expect(code).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    if (form === '--html' || form === '--svg') {
      const tags = new Set([...stdout.matchAll(/<\/?([^\s>/]+)/g)].map(([, tag]) => tag));
      expect([...tags].filter((tag) => !elements.includes(tag ?? ''))).toEqual([]);
      expect(stdout).not.toMatch(/<[^>]*\s(?:on\w+|href|src)=/);
      expect(stdout.match(/<\/svg>/g)?.length).toBe(stdout.match(/<svg[ >]/g)?.length);
    }
    if (form === '--mermaid') {
      for (const line of stdout.split('\n')) {
        expect(line).toMatch(
          /^(?:flowchart TD|| {2}(?:%% [\w ,]+|[nc]\d+(?:\["[^"`[\]{}|<>]*(?:<br\/>[^"`[\]{}|<>]*)*"\]:::\w+|\{\{"[^"`[\]{}|<>]*"\}\})|n\d+ -\.?->\|"[^"`|]*"\| n\d+|classDef .*))$/,
        );
      }
    }
  },
);

test('the page allows no script and no network, and is complete without them', async () => {
  const box = await madeModels();
  const { stdout } = await box.run(['lineage', 'model', 'data', '--public-key', 'key.pub', '--html']);
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(stdout) ?? [];
  expect(policy).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']+' 'sha256-[^']+'; base-uri 'none'; form-action 'none'$/,
  );
  expect(stdout).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|style="|url\(|@import/);
  expect([...stdout.matchAll(/https?:\/\/[^\s"<&]+/g)].map(([url]) => url)).toEqual(['http://www.w3.org/2000/svg']);
  expect(stdout).toContain('<th scope="row">data');
});

test('a conflict and a cycle are shown in every form, and end', async () => {
  const box = new Sandbox();
  const lines = [
    claimedBundle(digestOf('a'), SLSA, provenance([['base-model', digestOf('b'), 'one']])),
    claimedBundle(digestOf('b'), SLSA, provenance([['base-model', digestOf('a'), 'two']])),
    claimedBundle(digestOf('a'), SLSA, provenance([['base-model', digestOf('c'), 'three']])),
    claimedBundle(digestOf('d'), SLSA, provenance([['base-model', digestOf('d'), 'four']])),
  ];
  box.write('claims.jsonl', lines.join('\n'));
  const { result } = await graphOf(box, 'claims.jsonl');
  expect(result.conflicts.map(({ kind }) => kind)).toEqual(['cycle', 'cycle', 'base-models']);
  for (const form of [[], ['--html'], ['--svg'], ['--mermaid']]) {
    const { code, stdout } = await box.run(['lineage', 'claims.jsonl', ...form]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/made from (?:each other|itself)|class="edge claimed conflict"/);
  }
});

test('ten thousand attestations are read, and the picture says what it leaves out', async () => {
  const box = new Sandbox();
  const name = (index: number) => index.toString(16).padStart(64, '0');
  const lines = Array.from({ length: 10_000 }, (_, i) =>
    claimedBundle(name(i), SLSA, provenance([['base-model', name(i + 1), `m${i + 1}`]])),
  );
  box.write('claims.jsonl', lines.join('\n'));
  const { result } = await graphOf(box, 'claims.jsonl');
  expect([result.nodes.length, result.edges.length]).toEqual([10_001, 10_000]);
  const { stdout } = await box.run(['lineage', 'claims.jsonl', '--html']);
  expect(stdout).toContain('9801 more are not drawn');
  box.write('more.jsonl', [...lines, claimedBundle(name(10_001), SLSA, {})].join('\n'));
  expect(await graphOf(box, 'more.jsonl')).toMatchObject({ code: 1, result: { error: { code: 'bundle/too-large' } } });
});

test.each([
  [['lineage'], 2],
  [['lineage', 'model.sig', '--as', 'model.sig=x'], 2],
  [['lineage', 'model.sig', '--policy', 'policy.json', '--public-key', 'key.pub'], 2],
  [['lineage', 'model.sig', '--identity', 'me@example.com'], 2],
  [['lineage', 'model.sig', '--policy-signer', 'key.pub'], 2],
  [['lineage', 'model.sig', '--html', '--mermaid'], 2],
  [['lineage', 'model.sig', '--html', '--json'], 2],
  [['lineage', '-', '-'], 2],
  [['lineage', 'none.sig'], 3],
  [['lineage', 'model', 'data'], 3],
  [['lineage', 'data'], 0],
])('%j ends with exit code %i', async (args, code) => {
  const box = new Sandbox();
  box.write('data/rows.csv', 'a\n');
  await box.sign();
  expect((await box.run(args)).code).toBe(code);
});

test('the attestations of standard input are read', async () => {
  const box = await madeModels();
  const input = readFileSync(box.path('model.attestations.jsonl'), 'utf8');
  const { stdout } = await box.run(['lineage', '-', 'model.sig', '--public-key', 'key.pub'], { input });
  expect(stdout).toMatch(/^└─ data set, verified: "data"/m);
});

test.each(['constructor', '__proto__', 'toString'])(
  'the role %s is a role like any other in every format',
  async (role) => {
    const box = new Sandbox();
    const dependencies: Dependency[] = [
      [role, digestOf('b'), 'first'],
      [role, null, 'second'],
    ];
    box.write('claims.jsonl', claimedBundle(digestOf('a'), SLSA, provenance(dependencies)));
    for (const format of [[], ['--html'], ['--svg'], ['--mermaid']]) {
      const { code, stdout } = await box.run(['lineage', 'claims.jsonl', ...format]);
      expect(code).toBe(0);
      expect(stdout).not.toMatch(/native code|object Object/);
    }
    const { stdout } = await box.run(['lineage', 'claims.jsonl']);
    expect(stdout).toContain(`"${role}", claimed`);
  },
);

test('a lineage with very many models that were made from one is shown in every format', async () => {
  const box = new Sandbox();
  const lines = Array.from({ length: 99_000 / 900 }, (_, i) => {
    const dependencies = Array.from({ length: 900 }, (_, j): Dependency => {
      return ['dataset', (900 * i + j).toString(16).padStart(64, 'f'), 'd'];
    });
    return claimedBundle(digestOf('a'), SLSA, provenance(dependencies));
  });
  box.write('claims.jsonl', lines.join('\n'));
  for (const format of [[], ['--html']]) {
    expect(await box.run(['lineage', 'claims.jsonl', ...format])).toMatchObject({ code: 0 });
  }
});
