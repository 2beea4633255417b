import type { BasisKind } from '@model-signing/spec/requirements';
import { requirements } from '@model-signing/spec/requirements';
import { requirements as draftRequirements } from '@model-signing/spec/v1.1/requirements';
import type { RequirementId, Vector } from '../vectors/vector.ts';

/** One thing that is wrong with a bundle that a program made. */
export interface Fault {
  /** The requirement that it breaks, or null if the bundle cannot be read at all. */
  readonly requirement: RequirementId | null;
  /** `MUST NOT` counts as `MUST`, and `SHOULD NOT` as `SHOULD`. */
  readonly level: 'MUST' | 'SHOULD' | 'MAY';
  readonly basis: BasisKind;
  /** In words. Text of the bundle is quoted as JSON; escape it before printing. */
  readonly detail: string;
}

const current = new Map<string, Known>(requirements.map((each) => [each.id, each]));
const draft = new Map<string, Known>(draftRequirements.map((each) => [each.id, each]));

interface Known {
  readonly level: string;
  readonly basis: { readonly kind: BasisKind };
}

/** A fault with the level and the basis that its requirement has in the version that the vector is about. */
export function faultOf(requirement: RequirementId | null, detail: string, profile: Vector['profile'] = 'core'): Fault {
  // What is no bundle at all breaks the public text, whichever of its rules one names.
  if (requirement === null) return { requirement, level: 'MUST', basis: 'public', detail };
  const [first, other] = profile === 'draft' ? [draft, current] : [current, draft];
  const known = first.get(requirement) ?? other.get(requirement);
  if (known === undefined) throw new Error(`there is no requirement ${requirement}`);
  return { requirement, level: levelOf(known.level), basis: known.basis.kind, detail };
}

function levelOf(level: string): Fault['level'] {
  const [word] = level.split(' ');
  return word as Fault['level'];
}

/** A fault in words, with its requirement. */
export function describedFault({ requirement, detail }: Fault): string {
  return requirement === null ? detail : `${detail} (${requirement})`;
}
