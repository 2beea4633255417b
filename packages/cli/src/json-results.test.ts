import { readFileSync } from 'node:fs';
import { compile } from 'json-schema-to-typescript';
import { expect, test } from 'vitest';
import { commandsBelow, isGroup, ownFlags, type Path } from './grammar.ts';
import { program } from './program.ts';
import { claimedBundle, provenance, SLSA } from './testing/claims.ts';
import { finish, Sandbox } from './testing/command.ts';
import { faultsOfResult, parseResult, resultSchema } from './testing/result-schema.ts';

type Schema = { readonly [keyword: string]: unknown };

/** Every schema within a schema, with its place. */
function schemasIn(schema: unknown, place: string): [string, Schema][] {
  if (typeof schema !== 'object' || schema === null) return [];
  const inside = Object.entries(schema).flatMap(([name, part]) => schemasIn(part, `${place}/${name}`));
  return Array.isArray(schema) ? inside : [[place, schema as Schema], ...inside];
}

/** One result of each command, and a failure. */
async function results(): Promise<[string, object][]> {
  const box = new Sandbox();
  const refused = ['verify', 'key', 'model', '--signature', 'model.sig', '--public-key', 'other.pub'];
  box.writeKeys('other');
  box.write('claim.json', '{"passed":1}');
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
  const made = provenance([
    ['base-model', b, 'one'],
    ['adapter', b, 'two'],
    ['dataset', null, 'data'],
  ]);
  box.write('lineage.jsonl', `${claimedBundle(a, SLSA, made)}\nno bundle\n`);
  const lines = {
    sign: ['sign', 'key', 'model', '--private-key', 'key.pem'],
    verify: ['verify', 'key', 'model', '--signature', 'model.sig', '--public-key', 'key.pub'],
    attest: ['attest', 'key', 'model', '--private-key', 'key.pem', '--predicate', 'claim.json', '--type', 'custom'],
    attestations: [
      'attestations',
      'key',
      'model.attestations.jsonl',
      '--public-key',
      'key.pub',
      '--signature',
      'model.sig',
    ],
    'attestations with --extract': [
      ...['attestations', 'key', 'model.attestations.jsonl', '--public-key', 'key.pub', '--extract', 'custom'],
    ],
    'verify with attestations': [
      ...['verify', 'key', 'model', '--public-key', 'key.pub', '--require-attestation', 'custom'],
    ],
    lineage: ['lineage', 'model.sig', 'model.attestations.jsonl', 'lineage.jsonl', '--public-key', 'key.pub'],
    digest: ['digest', 'model'],
    inspect: ['inspect', 'model.sig'],
    'key-public': ['key', 'public', 'key.pem'],
    'key-generate': ['key', 'generate', 'new.pem'],
    'policy-init': ['policy', 'init', 'model', '--as', 'hf://org/*', '--public-key', 'key.pub'],
    'policy-check': ['policy', 'check', 'policy.json'],
    'policy-explain': ['policy', 'explain', 'policy.json', '--as', 'hf://org/model'],
    trust: ['trust', 'model', '--as', 'hf://org/model', '--public-key', 'key.pub', '--yes'],
    'verify with the known signers': ['verify', 'model', '--as', 'hf://org/model'],
    'verify that is refused by a policy': ['verify', 'model', '--policy', 'policy.json'],
    completion: ['completion', 'bash'],
    version: ['--version'],
    'version as a command': ['version'],
    help: ['--help'],
    failure: refused,
  };
  const env = { XDG_CONFIG_HOME: box.path('config') };
  const found: [string, object][] = [];
  for (const [name, args] of Object.entries(lines)) found.push([name, (await box.json(args, { env })).result]);
  return found;
}

test('every command of the program has a schema for its result', () => {
  // The methods of a command are one command in the result, and the commands of a group that has no methods are several.
  const names = program.commands.flatMap((entry) =>
    isGroup(entry) && entry.fallback === undefined
      ? entry.commands.map(({ name }) => `${entry.name}-${name}`)
      : entry.name,
  );
  expect(resultSchema.properties.command.enum).toEqual(expect.arrayContaining([...names, 'version', 'help']));
  expect(Object.keys(resultSchema.$defs)).toEqual(expect.arrayContaining(resultSchema.properties.command.enum));
});

/** What a command is called in its result, in which methods have no names. */
function resultName([, first, second]: Path): string {
  const parts = first && isGroup(first) && first.fallback === undefined ? [first, second] : [first];
  return parts.map((part) => part?.name).join('-');
}

test('the result of every command with --engine says which engine hashed', () => {
  const takesEngine = (path: Path) => ownFlags(path).some(({ name }) => name === 'engine');
  const names = new Set(commandsBelow([program]).filter(takesEngine).map(resultName));
  expect([...names]).toEqual(expect.arrayContaining(['sign', 'verify', 'pull', 'digest', 'policy-init', 'trust']));
  const definitions: Readonly<Record<string, { readonly required: readonly string[] }>> = resultSchema.$defs;
  expect([...names].filter((name) => !definitions[name]?.required.includes('engine'))).toEqual([]);
});

test('every object in the schema of results is closed, and says what each member means', () => {
  const titled = schemasIn(resultSchema.$defs, '').filter(([, { title }]) => typeof title === 'string');
  expect(titled.length).toBeGreaterThan(15);
  for (const [place, { type, description, properties, unevaluatedProperties }] of titled) {
    expect({ place, type, unevaluatedProperties }).toEqual({ place, type: 'object', unevaluatedProperties: false });
    expect(description, place).toEqual(expect.any(String));
    for (const [name, member] of Object.entries(properties as Record<string, Schema>)) {
      const { description: own, $ref } = member;
      const target = resultSchema.$defs[String($ref).replace('#/$defs/', '')];
      expect(own ?? target?.description, `${place}/${name} needs a description`).toEqual(expect.any(String));
    }
  }
});

test('a member that the schema does not know is refused in every object of every result', async () => {
  for (const [name, result] of await results()) {
    expect(faultsOfResult(result), name).toEqual([]);
    // A policy has a schema of its own, and a claim has any form.
    const objects = schemasIn(result, '').filter(
      ([place]) => !/\/annotations$|^\/document|^\/predicates\//.test(place),
    );
    expect(objects.length).toBeGreaterThan(0);
    for (const [place] of objects) {
      const changed = structuredClone(result);
      const at = place.split('/').slice(1);
      const object = at.reduce((value, key) => value[key as never] as object, changed as object);
      Object.assign(object, { unheardOf: 1 });
      expect(faultsOfResult(changed).join('\n'), `${name}${place}`).toContain('unheardOf');
    }
  }
});

test('a result without one of its members is refused', async () => {
  for (const [name, result] of await results()) {
    for (const member of Object.keys(result)) {
      if (name === 'verify with the known signers' && member === 'policy') continue; // only with a policy
      if (name === 'verify with attestations' && member === 'attestations') continue; // only if they are asked for
      const { [member as never]: _, ...rest } = result;
      expect(faultsOfResult(rest), `${name} without ${member}`).not.toEqual([]);
    }
  }
});

test.each([
  ['', 'nothing'],
  ['{"schema":"model-signing/result/v1","ok":true,"command":"version","version":"1"}', 'no line feed'],
  ['{"schema":"model-signing/result/v1","ok":true,"command":"version","version":"1"}\n\n', 'an empty line'],
  ['{"schema":"model-signing/result/v1","ok":true,"command":"version","version":1}\n', 'a wrong type'],
  ['{"schema":"model-signing/result/v2","ok":true,"command":"version","version":"1"}\n', 'another version'],
  ['{"schema":"model-signing/result/v1","ok":true,"version":"1"}\n', 'no command'],
])('the check of what --json prints refuses %j (%s)', (stdout) => {
  expect(() => parseResult(stdout)).toThrow();
});

/** Command lines that fail before or while they are read, or that ask for text. */
test.each([
  { args: [], code: 2 },
  { args: ['sgin', 'model'], code: 2 },
  { args: ['sign'], code: 2 },
  { args: ['sign', 'key', 'model'], code: 2 },
  { args: ['digest', 'model', '--bogus'], code: 2 },
  { args: ['digest', 'model', '--hash'], code: 2 },
  { args: ['completion', 'csh'], code: 2 },
  { args: ['digest', 'model'], env: { MODEL_SIGNING_LOG_LEVEL: 'loud' }, code: 2 },
  { args: ['verify', 'model', '--public-key'], code: 2 },
  { args: ['sign', 'model', '--private-key', '--signature', 'o.sig'], code: 2 },
  { args: ['digest', 'none'], code: 3 },
  { args: ['inspect', 'model/config.json'], code: 1 },
  { args: ['--help'], code: 0 },
  { args: ['verify', 'key', '--help'], code: 0 },
  { args: ['completion', 'zsh'], code: 0 },
])('with --json, $args prints one object, also if it fails', async ({ args, env, code }) => {
  const finished = await new Sandbox().json(args, env ? { env } : {});
  expect(finished.code).toBe(code);
  expect(finished.result.ok).toBe(code === 0);
  if (code !== 0) expect(finished.result.error.exitCode).toBe(code);
});

test('a value for --json is a wrong command line that is reported in JSON', async () => {
  const { code, stdout } = await new Sandbox().run(['digest', 'model', '--json=1']);
  expect(code).toBe(2);
  expect(parseResult(stdout)).toMatchObject({ ok: false, error: { message: "option '--json' takes no value" } });
});

test.each(['--json', '--quiet'])('a bug that nothing catches is reported with %s too', async (flag) => {
  const box = new Sandbox();
  const wait = "require('node:fs/promises').realpath = () => new Promise(() => {});";
  box.write('hook.cjs', `${wait} setTimeout(() => { throw new TypeError('unforeseen'); }, 100);`);
  const { code, stdout, stderr } = await box.run(['sign', 'key', 'model', '--private-key', 'key.pem', flag], {
    nodeArgs: ['--require', box.path('hook.cjs')],
  });
  expect(code).toBe(3);
  expect(stderr).toContain('unexpected error: unforeseen');
  const result = { ok: false, error: { code: 'command/failed', exitCode: 3 } };
  if (flag === '--json') expect(JSON.parse(stdout)).toMatchObject(result);
  else expect(stdout).toBe('');
});

test('an old Node is reported in JSON too', async () => {
  const box = new Sandbox();
  const version = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });";
  box.write('version.cjs', version);
  const { code, result } = await box.json(['--version'], { nodeArgs: ['--require', box.path('version.cjs')] });
  expect({ code, result }).toMatchObject({ code: 3, result: { ok: false, error: { code: 'command/failed' } } });
  expect(result.error.message).toContain('found 20.20.2');
});

test.skipIf(process.platform === 'win32')('a command that has to be killed by a signal prints JSON too', async () => {
  const box = new Sandbox();
  const wait = "require('node:fs/promises').realpath = () => new Promise(() => {}); setInterval(() => {}, 1000);";
  box.write('hook.cjs', `${wait} setTimeout(() => process.stderr.write('ready'), 100);`);
  const args = ['sign', 'key', 'model', '--private-key', 'key.pem', '--json'];
  const child = box.start(args, { nodeArgs: ['--require', box.path('hook.cjs')] });
  child.stderr.once('data', () => child.kill('SIGTERM'));
  const { code, signal, stdout } = await finish(child);
  expect(signal ?? code).toBeOneOf(['SIGTERM', 143]);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'command/interrupted', exitCode: 143 } });
});

test('a failure in JSON carries the hints that it prints', async () => {
  const box = new Sandbox();
  const { result, stderr } = await box.json(['digest', 'model', '--hsah', 'blake3']);
  expect(result.error.hints).toEqual(['did you mean --hash?', 'see model-signing digest --help']);
  for (const hint of result.error.hints) expect(stderr).toContain(`hint: ${hint}`);
});

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test.each(Object.keys(resultSchema.$defs).filter((name) => resultSchema.$defs[name].properties?.command))(
  'the README names every member of the result of %s, and no others',
  (name) => {
    const label = {
      verifyNotEnforced: '`verify` with a policy that refuses and does not enforce',
      inspectOther: '`inspect` of another bundle',
      inspectSeveral: '`inspect` of several bundles',
      attestationsClaims: '`attestations` with `--extract`',
      attachAttestations: '`attach` with `--attestations`',
    }[name];
    const first = label ?? `\`(?:--)?${name}\``;
    const row = new RegExp(`^\\| ${first} \\| (.*) \\|$`, 'm').exec(readme.split('### `--json`')[1] ?? '');
    const named = [...(row?.[1] ?? '').matchAll(/`(\w+)`/g)].map(([, member]) => member);
    const { schema, ok, command, ...members } = resultSchema.$defs[name].properties;
    expect(named.sort()).toEqual(Object.keys(members).sort());
  },
);

test('the failure that the README shows is one that the schema allows', () => {
  const [, failure = ''] = /^```json schema=result\n(\{\n {2}"schema"[\s\S]*?)\n```$/m.exec(readme) ?? [];
  expect(faultsOfResult(JSON.parse(failure))).toEqual([]);
});

test('the types of results in the package are those of the schema (vitest -u writes them)', async () => {
  const { $defs, $id: _, description } = resultSchema;
  const results = Object.keys($defs).filter((name) => name === 'failure' || $defs[name].properties?.command);
  const union = { title: 'Result', description, oneOf: results.map((name) => ({ $ref: `#/$defs/${name}` })), $defs };
  const text = await compile(withClosedObjects(union), 'Result', {
    bannerComment: '// Generated from result-v1.schema.json. Do not edit.',
    style: { singleQuote: true, printWidth: 120 },
  });
  await expect(text.trimEnd()).toMatchFileSnapshot('../schemas/result-v1.d.ts');
});

/** The generator knows `additionalProperties` only. */
function withClosedObjects(schema: object): object {
  const text = JSON.stringify(schema).replaceAll('"unevaluatedProperties":', '"additionalProperties":');
  return JSON.parse(text.replaceAll(/"dependentRequired":\{.*?\]\},/g, ''));
}
