import { checkArgument } from '@model-signing/x509/options';
import type { Policy } from './policy.ts';

const loaded = {
  expected: 'a policy that `loadPolicy` returned',
  accepts: (value: unknown) => {
    const { signers, rules } = (value ?? {}) as Partial<Policy>;
    return typeof signers?.get === 'function' && Array.isArray(rules);
  },
};

/**
 * A document in place of the policy that was read from it, or a promise of one, would fail later.
 * @throws {TypeError}
 */
export function checkLoaded(policy: Policy): void {
  checkArgument('the policy', policy, loaded);
}
