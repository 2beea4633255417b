import { type BasisKind, requirements } from '@model-signing/spec/requirements';
import { requirements as draftRequirements } from '@model-signing/spec/v1.1/requirements';
import type { RequirementId, Vector } from '../vectors/vector.ts';

/** One thing that is wrong with a bundle that a program made. */
export interface Fault {
  /** The requirement that it breaks. */
  readonly requirement: RequirementId | null;
  /** `MUST NOT` counts as `MUST`, and `SHOULD NOT` as `SHOULD`. */
  readonly level: 'MUST' | 'SHOULD' | 'MAY';
  readonly basis: BasisKind;
  /** In words, shortened. It quotes text of the bundle: escape it before printing. */
  readonly detail: string;
}

interface Known {
  readonly level: string;
  readonly basis: { readonly kind: BasisKind };
}

const current = new Map<string, Known>(requirements.map((each) => [each.id, each]));
const draft = new Map<string, Known>(draftRequirements.map((each) => [each.id, each]));

/** A fault with the level and the basis that its requirement has in the version that the vector is about. */
export function faultOf(requirement: RequirementId, detail: string, profile: Vector['profile'] = 'core'): Fault {
  const [first, other] = profile === 'draft' ? [draft, current] : [current, draft];
  const known = first.get(requirement) ?? other.get(requirement);
  if (known === undefined) throw new Error(`there is no requirement ${requirement}`);
  const [word] = known.level.split(' ');
  return { requirement, level: word as Fault['level'], basis: known.basis.kind, detail: shortened(detail) };
}

/** A fault in words, with its requirement. */
export function describedFault({ requirement, detail }: Fault): string {
  return requirement === null ? detail : `${detail} (${requirement})`;
}

const LONGEST = 400;
const MOST_OF_ONE = 5;

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}… (${text.length} characters)`;
}

/** Collects faults: each is said once, and a few of each requirement, since one mistake repeats in every file of a model. */
export class FaultList {
  readonly #profile: Vector['profile'];
  readonly #faults = new Map<RequirementId, Fault[]>();
  readonly #further = new Map<RequirementId, number>();

  constructor(profile: Vector['profile']) {
    this.#profile = profile;
  }

  add(requirement: RequirementId, detail: string): void {
    const known = this.#faults.get(requirement) ?? [];
    const fault = faultOf(requirement, detail, this.#profile);
    if (known.some((each) => each.detail === fault.detail)) return;
    if (known.length < MOST_OF_ONE) this.#faults.set(requirement, [...known, fault]);
    else this.#further.set(requirement, (this.#further.get(requirement) ?? 0) + 1);
  }

  has(...requirements: readonly RequirementId[]): boolean {
    return requirements.some((requirement) => this.#faults.has(requirement));
  }

  get size(): number {
    return this.#faults.size;
  }

  /** All of them, in the order in which they were found. */
  all(): readonly Fault[] {
    return [...this.#faults].flatMap(([requirement, faults]) => {
      const further = this.#further.get(requirement);
      if (further === undefined) return faults;
      return [...faults, faultOf(requirement, `and ${further} more of the kind`, this.#profile)];
    });
  }
}
