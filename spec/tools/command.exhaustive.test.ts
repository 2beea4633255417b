import { expect, it } from 'vitest';
import { changesDocument } from './command.ts';
import { compatibility } from './compat/report.ts';
import { faultsOf } from './testing/output-schema.ts';

it('oms-spec compat shows each change from 1.0 to its draft with a document that shows it', () => {
  const comparison = compatibility('1.0', 'v1.1');
  expect(faultsOf('changes', changesDocument(comparison))).toBeNull();
  const { changes } = comparison;
  expect(changes.length).toBeGreaterThan(0);
  for (const { backward, forward, witnesses } of changes) {
    expect(Object.keys(witnesses)).toEqual([...(backward ? ['backward'] : []), ...(forward ? ['forward'] : [])]);
  }
});
