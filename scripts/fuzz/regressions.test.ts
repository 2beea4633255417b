import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Inputs } from './inputs.ts';
import type { Target } from './target.ts';
import { targets } from './targets.ts';

const folder = path.join(import.meta.dirname, 'regressions');
const loaded = new Map<string, Promise<Target>>();

function load(name: string): Promise<Target> {
  const target = loaded.get(name) ?? targets[name]?.();
  if (!target) throw new Error(`the folder ${name} is not named after a target`);
  loaded.set(name, target);
  return target;
}

afterAll(async () => {
  for (const target of loaded.values()) await (await target).close?.();
});

describe('inputs that were wrongly handled once', () => {
  const files = globSync('*/*', { cwd: folder }).sort();

  it('there are such inputs', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  it.each(files)('the input %s is handled as it must be', async (file) => {
    const target = await load(path.dirname(file));
    const { trait } = await target.check(readFileSync(path.join(folder, file)));
    expect(trait).not.toBe('');
  });
});

describe.each(Object.keys(targets))('the target %s', (name) => {
  it(`the target ${name} has the name that it is registered by, and seeds that are handled as they must be`, async () => {
    const target = await load(name);
    expect(target.name).toBe(name);
    expect(target.description).not.toBe('');
    const seeds = target.seeds();
    expect(seeds.length).toBeGreaterThan(0);
    for (const seed of seeds.slice(0, 40)) await target.check(seed);
  });

  it(`the target ${name} makes the same inputs from the same seed, and others from another one`, async () => {
    const target = await load(name);
    const made = (seed: string) => {
      const inputs = new Inputs(target, seed);
      return Array.from({ length: 20 }, (_, i) => Buffer.from(inputs.at(i).bytes).toString('hex'));
    };
    expect(made('1')).toEqual(made('1'));
    expect(made('1')).not.toEqual(made('2'));
  });
});

it('CONTRIBUTING.md says for each target what makes an input right', () => {
  const text = readFileSync(path.join(import.meta.dirname, '../../CONTRIBUTING.md'), 'utf8');
  const [, table = ''] = /\n\| target \|.*\n\|.*\n((?:\|.*\n)+)/.exec(text) ?? [];
  const named = table.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([\w-]+)`/g)]);
  expect(named.map(([, name]) => name).sort()).toEqual(Object.keys(targets).sort());
});
