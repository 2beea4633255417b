import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { platforms } from '../scripts/native/platforms.ts';
import { publishedPackages } from '../scripts/release/packages.ts';
import { readFeatures } from './src/features.ts';
import { root } from './workplace.ts';

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const readme = read('packages/native/README.md');
const engine = read('packages/native/src/engine.ts');

/** A number as the source of the engine has it. */
function constantOf(name: string): number {
  const [, digits = ''] = new RegExp(`const ${name} = ([\\d_]+);`).exec(engine) ?? [];
  return Number(digits.replaceAll('_', ''));
}

it.each(['packages/native/README.md', 'docs/guide/large-models.md', 'packages/cli/README.md'])(
  '%s says from which size on the native engine hashes',
  (file) => {
    expect(read(file)).toMatch(new RegExp(`\\b${constantOf('WORTH_LOADING_FILES')}\\b`));
    expect(read(file)).toMatch(new RegExp(`\\b${constantOf('WORTH_LOADING_BYTES') / 1e6} MB\\b`));
  },
);

describe('the page of the native engine', () => {
  it('the page of the native engine names the package of each platform, and no other', () => {
    const named = [...readme.matchAll(/@model-signing\/native-[\w-]+/g)].map(([name]) => name);
    expect([...new Set(named)].sort()).toEqual(platforms.map(({ name }) => `@model-signing/native-${name}`).sort());
  });

  it('the page of the native engine lists its options', () => {
    const [, members = ''] = /export interface NativeEngineOptions \{([\s\S]*?)\n\}/.exec(engine) ?? [];
    const [, table = ''] = /\| option \|.*\n([\s\S]*?)\n\n/.exec(readme) ?? [];
    const options = [...members.matchAll(/readonly (\w+)\?:/g)].map(([, name]) => name);
    expect([...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)).toEqual(options);
  });

  it('the page of the native engine explains only problems that the engine states', () => {
    const [, table = ''] = /\| message \|.*\n\|.*\n([\s\S]*?)\n\n/.exec(readme) ?? [];
    const messages = [...table.matchAll(/^\| `(.*?)` \|/gm)].map(([, message = '']) => message);
    expect(messages.length).toBeGreaterThan(4);
    const source =
      ['load', 'load-file'].map((name) => read(`packages/native/src/${name}.ts`)).join('') +
      read('packages/native/src/library-fault.ts');
    const parts = messages.flatMap((message) => message.split('…').map((part) => part.trim()));
    expect(parts.filter((part) => !source.includes(part))).toEqual([]);
  });

  it('every document that names the oldest Rust names the one in Cargo.toml', () => {
    const [, oldest = ''] = /rust-version = "([\d.]+)"/.exec(read('packages/native/crate/Cargo.toml')) ?? [];
    for (const file of ['packages/native/README.md', 'docs/guide/install.md'])
      expect(read(file), file).toContain(`With Rust ${oldest} or newer`.slice(1));
    expect(read('docs/decisions/0025-interleaved-streams.md')).toContain(`since Rust ${oldest}`);
  });
});

it('docs/library.md says what each library adds that is built on core', () => {
  const contract = read('docs/library.md');
  const libraries = publishedPackages(root).filter(({ name, exports, directory }) => {
    const { dependencies = {} } = JSON.parse(read(path.join(directory, 'package.json')));
    return exports['.'] !== undefined && name !== '@model-signing/cli' && '@model-signing/core' in dependencies;
  });
  expect(libraries.length).toBeGreaterThan(4);
  expect(libraries.map(({ name }) => name).filter((name) => !contract.includes(`\`${name}\` adds`))).toEqual([]);
});

it('the recorded answers are about the features of the table that are commands, in their order', () => {
  const { features: table } = readFeatures(path.join(root, 'docs/data'));
  const titles = table.filter(({ ours }) => 'help' in ours).map(({ title }) => title);
  const { features } = JSON.parse(read('docs/data/conformance.json'));
  for (const answers of [features.ours, features.python])
    expect(answers).toEqual(titles.filter((title) => answers.includes(title)));
  expect(features.ours).toEqual(titles);
});
