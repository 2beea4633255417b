import { requirements } from '@model-signing/spec/requirements';
import { canJudge } from '../../../suite/src/oracle/judge-vector.ts';
import { type Permission, signerChoices, verifierChoices } from '../../../suite/src/oracle/permitted-choices.ts';
import type { LoadedVector } from '../../../suite/src/vectors/load.ts';
import type { RequirementId } from '../../../suite/src/vectors/vector.ts';
import type { PublicFinding } from './public-power.ts';
import { type Behaviour, clarifiedSignerFailure, clarifiedVerifierFailure } from './public-verdict.ts';

/** A choice that the public text permits and a clarification does not, and the vector whose clarified verdict finds it, or null. */
export interface ClarifiedFinding {
  readonly role: PublicFinding['role'];
  readonly choice: Behaviour;
  readonly requirement: RequirementId;
  readonly vector: string | null;
}

/** The choices that the clarifications permit as well. */
export const alsoPermitted: { readonly [choice in Behaviour]?: string } = {
  'writes-descriptor-annotations': 'in-toto defines the member, so OMS-BUNDLE-9 permits it',
};

const asked = new Set(requirements.filter(({ level }) => level !== 'MAY').map(({ id }): string => id));

/** Each choice about a requirement that asks for something else, and a vector about that requirement which finds it. */
export function* clarifiedFindings(loaded: readonly LoadedVector[]): Generator<ClarifiedFinding> {
  const light = loaded.filter(({ vector }) => !vector.heavy && canJudge(vector));
  const choices: [PublicFinding['role'], string, Permission][] = [
    ...Object.entries(verifierChoices).map(([choice, by]): ['verifier', string, Permission] => [
      'verifier',
      choice,
      by,
    ]),
    ...Object.entries(signerChoices).map(([choice, by]): ['signer', string, Permission] => ['signer', choice, by]),
  ];
  for (const [role, choice, [requirement]] of choices) {
    if (!asked.has(requirement)) continue;
    const found = light.find((each) => {
      if (!each.vector.requirements.includes(requirement)) return false;
      if (role === 'verifier') return each.bundle && clarifiedVerifierFailure(each, [choice as Behaviour]) !== null;
      return each.vector.kind === 'sign' && clarifiedSignerFailure(each, [choice as Behaviour]) !== null;
    });
    yield { role, choice: choice as Behaviour, requirement, vector: found?.vector.id ?? null };
  }
}
