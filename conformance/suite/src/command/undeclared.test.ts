import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { declaredArguments } from '../adapter/flags.ts';
import { callOf } from '../run/calls.ts';
import { runVectors } from '../run/run.ts';
import type { LoadedVector } from '../vectors/load.ts';
import { loadSuite } from '../vectors/suite.ts';
import { introduce } from './run.ts';
import { parseRunFlags } from './run-options.ts';

const suite = loadSuite();
const places = { model: '/m', root: '/m', signature: '/m.sig', vectors: '/v', vector: '/v' };
const directory = mkdtempSync(path.join(os.tmpdir(), 'oms-conformance-test-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

type Operation = 'sign' | 'verify';

interface Flag {
  readonly operations: readonly Operation[];
  readonly takesValue: boolean;
  readonly repeatable: boolean;
}

const page = readFileSync(path.resolve(import.meta.dirname, '../../PROTOCOL.md'), 'utf8');

/** The flags of level 0, as the page shows the two subcommands. */
const base = (operation: Operation): Map<string, Flag> => {
  const [, block = ''] = page.split('```text\n');
  const [, own = ''] = (block.split('```')[0] ?? '').split(`ADAPTER ${operation}-model`);
  const flags = own.split('ADAPTER')[0]?.matchAll(/--([a-z-]+)(?: ([^\s\]]+))?(\]?…)?/g) ?? [];
  return new Map(
    [...flags].map(([, name = '', value, more]) => [
      name,
      { operations: [operation], takesValue: value !== undefined, repeatable: more !== undefined },
    ]),
  );
};

/** The flags of level 1, as the table of the page lists them. */
const declarable = new Map(
  page
    .split('\n')
    .filter((line) => line.startsWith('| `--'))
    .flatMap((line): [string, Flag][] => {
      const [, names = '', operations = ''] = line.split(/(?<!\\)\|/);
      return [...names.matchAll(/`--([a-z-]+)( [^`]+)?`(…)?/g)].map(([, name = '', value, more]) => [
        name,
        {
          operations: operations.trim() === 'both' ? ['sign', 'verify'] : [operations.trim() as Operation],
          takesValue: value !== undefined,
          repeatable: more !== undefined,
        },
      ]);
    }),
);

/** What PROTOCOL.md forbids in a call: null if it allows all of it. */
function breachOf([subcommand = '', ...words]: readonly string[], declared: readonly string[]): string | null {
  if (subcommand === 'capabilities' || subcommand === 'serve') return words.length === 0 ? null : 'it has arguments';
  const operation = subcommand === 'sign-model' ? 'sign' : subcommand === 'verify-model' ? 'verify' : null;
  if (operation === null) return `there is no subcommand ${subcommand}`;
  const offered = [...declarable].filter(
    ([name, { operations }]) => declared.includes(name) && operations.includes(operation),
  );
  const allowed = new Map([...base(operation), ...offered]);
  const seen = new Set<string>();
  for (let at = 0; at < words.length; at++) {
    const name = (words[at] ?? '').replace(/^--/, '');
    const flag = words[at]?.startsWith('--') ? allowed.get(name) : undefined;
    if (!flag) return `${subcommand} was sent ${words[at]}`;
    if (seen.has(name) && !flag.repeatable) return `${subcommand} was sent --${name} twice`;
    seen.add(name);
    if (flag.takesValue) at++;
  }
  return null;
}

/** A vector for each flag and operation, and one without such a flag of each profile and kind. */
function sampleOf(vectors: readonly LoadedVector[]): LoadedVector[] {
  const seen = new Set<string>();
  return vectors.filter(({ vector, bundle }) => {
    const operation = bundle ? 'verify' : 'sign';
    const declared = declaredArguments(callOf(operation, vector.inputs, places).args);
    const keys = declared.length === 0 ? [`${vector.profile} ${vector.kind}`] : declared;
    const isNew = keys.some((key) => !seen.has(`${key} ${operation}`));
    if (isNew) for (const key of keys) seen.add(`${key} ${operation}`);
    return isNew && !vector.heavy;
  });
}

const sample = sampleOf(suite.vectors);

const serving = (log: string, capabilities: string) => `
import { appendFileSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
  const { op, seq, args } = JSON.parse(line);
  if (op === 'stop') break;
  if (op === 'start') console.log(JSON.stringify(JSON.parse(readFileSync('${capabilities}', 'utf8'))));
  else {
    const words = Object.entries(args).flatMap(([name, value]) =>
      [value].flat().flatMap((one) => (one === true ? ['--' + name] : ['--' + name, one])));
    appendFileSync('${log}', [op + '-model', ...words].join('\\n') + '\\n\\0');
    console.log(JSON.stringify({ seq, outcome: 'accept' }));
  }
}`;

/** An adapter that notes every call and says yes; without capabilities it refuses to say what it can. */
function recorder(capabilities: object | null): { readonly adapter: string; calls(): string[][] } {
  const folder = mkdtempSync(path.join(directory, 'adapter-'));
  const file = (name: string) => path.join(folder, name);
  if (capabilities) writeFileSync(file('capabilities.json'), JSON.stringify(capabilities));
  writeFileSync(file('serve.mjs'), serving(file('log'), file('capabilities.json')));
  const script = `#!/bin/sh
{ for word; do printf '%s\\n' "$word"; done; printf '\\0'; } >> '${file('log')}'
[ "$1" = capabilities ] && exec cat '${file('capabilities.json')}'
[ "$1" = serve ] && exec '${process.execPath}' '${file('serve.mjs')}'
exit 0
`;
  writeFileSync(file('adapter'), script);
  chmodSync(file('adapter'), 0o755);
  return {
    adapter: file('adapter'),
    calls: () =>
      existsSync(file('log'))
        ? readFileSync(file('log'), 'utf8')
            .split('\0')
            .slice(0, -1)
            .map((call) => call.split('\n').slice(0, -1))
        : [],
  };
}

/** Every call that a run makes to an adapter with these capabilities. */
async function callsTo(capabilities: object | null): Promise<string[][]> {
  const { adapter, calls } = recorder(capabilities);
  const { signal } = new AbortController();
  const { limits } = parseRunFlags([]);
  const connected = await introduce([adapter], parseRunFlags([]), signal);
  // One at a time, so that the notes of two calls do not mix.
  await runVectors({ connected, vectors: sample, all: suite.byId, jobs: 1, limits, replays: 2, signal });
  return calls();
}

const levels: readonly (readonly [string, (flags: readonly string[]) => object])[] = [
  ['level 0', (flags) => ({ flags })],
  ['level 1', (flags) => ({ flags, oms: { protocol: 2 } })],
  ['level 2', (flags) => ({ flags, oms: { protocol: 2, serve: true } })],
];
const names = [...declarable.keys()];
const sendable = names.filter((name) => name !== 'result-json');

describe.skipIf(process.platform === 'win32')('what an adapter is sent (skipped without a POSIX shell)', () => {
  it('PROTOCOL.md lists flags, and the sample of vectors needs each of them', () => {
    expect([base('sign').size, base('verify').size, declarable.size]).toEqual([7, 9, 26]);
    const needed = sample.flatMap(({ vector, bundle }) =>
      declaredArguments(callOf(bundle ? 'verify' : 'sign', vector.inputs, places).args),
    );
    expect([...new Set(needed)].sort()).toEqual([...sendable].sort());
  });

  it('an adapter that refuses to say what it can is sent only the flags of level 0', async () => {
    const calls = await callsTo(null);
    expect(calls.length).toBeGreaterThan(5);
    expect(calls.map((call) => breachOf(call, [])).filter(Boolean)).toEqual([]);
  });

  it.each(levels)('at %s an adapter is sent no flag that it does not declare', async (_, capabilities) => {
    // Each flag is left out beside others that are declared, and beside none.
    const declarations = [[], names.filter((_, at) => at % 2 === 0), names.filter((_, at) => at % 2 === 1)];
    for (const declared of declarations) {
      const calls = await callsTo(capabilities(declared.map((name) => `--${name}`)));
      expect(calls.length).toBeGreaterThan(5);
      const breaches = calls.map((call) => breachOf(call, declared)).filter(Boolean);
      expect(breaches, declared.join(' ')).toEqual([]);
    }
  });

  it.each(levels)('at %s an adapter that declares all flags is sent each of them', async (level, capabilities) => {
    const words = new Set((await callsTo(capabilities(names.map((name) => `--${name}`)))).flat());
    const expected = level === 'level 1' ? names : sendable;
    expect(names.filter((name) => words.has(`--${name}`))).toEqual(expected);
  });

  it.each(levels.slice(1))(
    'at %s an adapter is sent nothing of a role or profile that it leaves out',
    async (_, of) => {
      const flags = names.map((name) => `--${name}`);
      const declaring = (more: object) => {
        const capabilities = of(flags) as { readonly oms: object };
        return callsTo({ ...capabilities, oms: { ...capabilities.oms, ...more } });
      };
      const verifier = await declaring({ roles: ['verify'] });
      expect(verifier.filter(([subcommand]) => subcommand === 'sign-model')).toEqual([]);
      const signer = await declaring({ roles: ['sign'] });
      expect(signer.filter(([subcommand]) => subcommand === 'verify-model')).toEqual([]);
      const words = (await declaring({ profiles: ['core'] })).flat();
      for (const word of ['certificate', 'sigstore', 'shards', 'blake2b', 'blake3', '--draft']) {
        expect(words).not.toContain(word);
      }
      expect(words).toContain('key');
    },
  );

  it('an adapter that lists its digests is sent no other', async () => {
    const flags = names.map((name) => `--${name}`);
    const words = (await callsTo({ flags, hash_algorithms: ['sha256', 'blake2b'], oms: { protocol: 2 } })).flat();
    expect([words.includes('blake2b'), words.includes('blake3')]).toEqual([true, false]);
  });
});
