import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { linkedCrates, listFile, listText, noticesFile } from './crates.ts';
import { chosenLicence } from './licences.ts';
import { platforms } from './platforms.ts';

const lock = readFileSync(path.join(path.dirname(noticesFile), 'Cargo.lock'), 'utf8');
const notices = readFileSync(noticesFile, 'utf8');

describe.each(platforms.map(({ name }) => name))('the crates in the engine for %s', (platform) => {
  const crates = linkedCrates(platform);

  it(`the crates in the engine for ${platform} are those that hash and those that reach Node`, () => {
    expect(crates.map(({ name }) => name)).toEqual(expect.arrayContaining(['blake2b_simd', 'blake3', 'napi']));
  });

  it(`the crates in the engine for ${platform} are locked in their versions and checksums`, () => {
    const entry = ({ name, version }: (typeof crates)[number]) => `name = "${name}"\nversion = "${version}"\n`;
    const unlocked = crates.filter((each) => !lock.includes(entry(each)) || !lock.includes(`"${each.checksum}"`));
    expect(unlocked).toEqual([]);
  });

  it(`the crates in the engine for ${platform} are named with their licences in the notices`, () => {
    const lines = new Set(notices.split('\n'));
    const silent = crates.filter(({ name, version, license }) => !lines.has(`${name} ${version} (${license})`));
    expect(silent).toEqual([]);
  });
});

it('the list of crates is committed as it is generated, and nothing else formats it', () => {
  const text = readFileSync(listFile, 'utf8');
  expect(listText(JSON.parse(text))).toBe(text);
});

describe('the licence of a crate', () => {
  it.each([
    ['MIT', 'MIT'],
    ['Apache-2.0 OR MIT', 'MIT'],
    ['MIT/Apache-2.0', 'MIT'],
    ['CC0-1.0 OR Apache-2.0 OR Apache-2.0 WITH LLVM-exception', 'Apache-2.0'],
    ['Unlicense OR MIT', 'MIT'],
  ])('a crate under %s is used under %s', (offered, chosen) => {
    expect(chosenLicence('a 1.0.0', offered)).toBe(chosen);
  });

  it.each(['GPL-3.0-only', 'MIT AND GPL-2.0', 'MPL-2.0', '', null])('a crate under %j is refused', (offered) => {
    expect(() => chosenLicence('a 1.0.0', offered)).toThrow(/^a 1\.0\.0 is offered under .*; accepted are MIT/);
  });
});
