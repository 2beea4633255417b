import { expect, it } from 'vitest';
import { compatibility } from './compat/report.ts';

it('oms-spec compat shows each change from 1.0 to its draft with a document that shows it', () => {
  const { changes } = compatibility('1.0', 'v1.1');
  expect(changes.length).toBeGreaterThan(0);
  for (const { backward, forward, witnesses } of changes) {
    expect(Object.keys(witnesses)).toEqual([...(backward ? ['backward'] : []), ...(forward ? ['forward'] : [])]);
  }
});
