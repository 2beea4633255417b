import { describe, expect, it } from 'vitest';
import { type Bill, billFaults, type Lock } from './bill.ts';

const manifest = { name: '@scope/one', version: '1.2.0', dependencies: { two: '2.0.0' } };
const lock: Lock = {
  packages: {
    '': { version: '1.2.0' },
    'node_modules/two': { version: '2.0.0' },
    'node_modules/two/node_modules/@scope/three': { version: '3.0.0' },
    'node_modules/tests': { version: '4.0.0', dev: true },
  },
};
const component = (name: string, version: string) => ({
  'bom-ref': `${name}@${version}`,
  name,
  version,
  purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
});
const bill: Bill = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  serialNumber: 'urn:uuid:01234567-89ab-4def-8123-456789abcdef',
  metadata: { component: component('@scope/one', '1.2.0') },
  components: [component('two', '2.0.0'), component('@scope/three', '3.0.0')],
  dependencies: [
    { ref: '@scope/one@1.2.0', dependsOn: ['two@2.0.0'] },
    { ref: 'two@2.0.0', dependsOn: ['@scope/three@3.0.0'] },
  ],
};

describe('a bill of materials', () => {
  it('a bill of materials that lists exactly what is installed has no fault', () => {
    expect(billFaults(bill, manifest, lock)).toEqual([]);
  });

  it.each<[string, Partial<Bill>, string]>([
    ['a different format', { specVersion: '1.1' }, 'it is CycloneDX 1.1'],
    ['a different package', { metadata: { component: component('@scope/other', '1.2.0') } }, 'it is for @scope/other'],
    ['a different version', { metadata: { component: component('@scope/one', '1.3.0') } }, 'it is for version 1.3.0'],
    ['a missing component', { components: bill.components.slice(0, 1) }, 'it lacks @scope/three@3.0.0'],
    [
      'a component that is not installed',
      { components: [...bill.components, component('tests', '4.0.0')] },
      'it lists tests@4.0.0, which is not installed',
    ],
    ['a missing dependency', { dependencies: [] }, 'it does not say that two is needed'],
    [
      'a dependency on an unlisted component',
      { dependencies: [...bill.dependencies, { ref: 'two@2.0.0', dependsOn: ['x@1.0.0'] }] },
      'x@1.0.0 is not in it',
    ],
    ['no serial number', { serialNumber: '' }, 'its serial number is not a UUID'],
  ])('a bill of materials with %s has a fault', (_, change, fault) => {
    expect(billFaults({ ...bill, ...change }, manifest, lock)).toContain(fault);
  });
});
