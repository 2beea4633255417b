import { describe, expect, it } from 'vitest';
import { readExtensions } from '../extensions.ts';
import { layoutOf } from '../layout.ts';
import { readMaterial } from '../material.ts';
import { SpecCopy } from '../testing/copy.ts';
import { extensionFindings } from './extensions.ts';

const findingsOf = (change: (copy: SpecCopy) => void) => {
  const copy = new SpecCopy();
  change(copy);
  return extensionFindings(readMaterial(layoutOf('v1.1', copy.folder))).map(({ message }) => message);
};

describe('the extensions of a draft', () => {
  it('the extensions of the draft are in order', () => {
    expect(findingsOf(() => {})).toEqual([]);
    expect(readExtensions('v1.0')).toEqual([]);
  });

  it.each<[title: string, change: (copy: SpecCopy) => void, message: string]>([
    [
      'without a part of the prose',
      (copy) => copy.replace('v1.1/oms.md', '<!-- extension: sub-manifests -->', ''),
      'no part of v1.1/oms.md is about sub-manifests',
    ],
    [
      'with a requirement of another area',
      (copy) => copy.replace('v1.1/oms.md', '- [OMS-SUB-1]', '- [OMS-RES-99]'),
      'the requirement OMS-RES-99 is on the wrong side of its marks',
    ],
    [
      'with a requirement elsewhere',
      (copy) => copy.replace('v1.1/oms.md', '- [OMS-EXT-1]', '- [OMS-SIDE-99]'),
      'the requirement OMS-SIDE-99 is on the wrong side of its marks',
    ],
    [
      'without its identifier',
      (copy) => copy.replace('v1.1/extensions.json', 'extension/sub-manifests/v1', 'extension/sub-manifests/v2'),
      'its part of the prose does not state its identifier',
    ],
    [
      'without reasons',
      (copy) => copy.replace('v1.1/extensions.json', '"blake3-side-file"', '"blake3-file"'),
      'no part of v1.1/oms.md is about blake3-file',
    ],
  ])('an extension is reported %s', (_, change, message) => {
    expect(findingsOf(change)).toContain(message);
  });
});
