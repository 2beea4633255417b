import { expect, it } from 'vitest';
import { loadAllVectors } from '../../../suite/src/vectors/load.ts';
import type { Vector } from '../../../suite/src/vectors/vector.ts';
import { isBinding } from '../../../suite/src/vectors/verdicts.ts';

const binding = loadAllVectors()
  .map(({ vector }) => vector)
  .filter(({ kind, basis, expect }) => kind === 'verify' && isBinding(basis) && expect.outcome === 'accept')
  .filter(({ inputs }) => inputs.draft === undefined);

/** What the program is asked, but for strict mode. */
function question({ model, inputs, bundle }: Vector): string {
  return JSON.stringify([model, { ...inputs, strict: undefined }, bundle?.sha256]);
}

it('What must be accepted in strict mode is also asked without it, since not every adapter has that mode', () => {
  const plain = new Set(binding.filter(({ inputs }) => inputs.strict !== true).map(question));
  const strict = binding.filter(({ inputs }) => inputs.strict === true);
  expect(strict.filter((vector) => !plain.has(question(vector))).map(({ id }) => id)).toEqual([]);
  expect(strict.length).toBeGreaterThan(8);
});
