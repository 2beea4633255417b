import { expect, it } from 'vitest';
import { linkedCrates } from '../native/crates.ts';
import { withCrates } from './crate-bill.ts';

/** The bill that npm writes for a package without dependencies. */
function billOf(name: string): string {
  const ref = `${name}@1.2.0`;
  return JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber: 'urn:uuid:01234567-89ab-4def-8123-456789abcdef',
    metadata: { component: { 'bom-ref': ref, name, version: '1.2.0', purl: `pkg:npm/%40${name.slice(1)}@1.2.0` } },
    components: [],
    dependencies: [{ ref, dependsOn: [] }],
  });
}

it('the bill of a compiled engine lists each crate in it once, with its licence and checksum', () => {
  const name = '@model-signing/native-linux-x64-gnu';
  const { components, dependencies } = JSON.parse(withCrates(billOf(name), name));
  const crates = linkedCrates('linux-x64-gnu');
  expect(components.map((each: { name: string }) => each.name)).toEqual(crates.map((each) => each.name));
  expect(components.map((each: { purl: string }) => each.purl)).toContain(
    `pkg:cargo/blake3@${crates.find((each) => each.name === 'blake3')?.version}`,
  );
  expect(new Set(dependencies[0].dependsOn).size).toBe(crates.length);
  for (const { licenses, hashes } of components) {
    expect(licenses[0].license.id).toMatch(/^[\w.-]+$/);
    expect(hashes[0].content).toMatch(/^[0-9a-f]{64}$/);
  }
});

it('the bill of another package stays as npm wrote it', () => {
  const text = billOf('@model-signing/native');
  expect(withCrates(text, '@model-signing/native')).toBe(text);
});
