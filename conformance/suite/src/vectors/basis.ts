import { type BasisKind, requirements } from '@model-signing/spec/requirements';
import { requirements as draftRequirements } from '@model-signing/spec/v1.1/requirements';
import { nearestControl } from './control.ts';
import { type Profile, type Vector, type VectorBasis, vectorBases } from './vector.ts';
import { isBinding } from './verdicts.ts';

/** From what binds every implementation to what binds those that declare it. What the format leaves open binds none. */
const weakness = vectorBases;

const kinds = new Map(requirements.map(({ id, basis }) => [id as string, basis.kind]));
const draftKinds = new Map(draftRequirements.map(({ id, basis }) => [id as string, basis.kind]));

/** What the computation of a basis looks at. */
export type Decided = Pick<Vector, 'id' | 'profile' | 'decidedBy' | 'control' | 'expect'>;

/**
 * What the expected outcome of a vector rests on.
 *
 * One binding requirement is enough to demand a refusal, and an acceptance needs all of its own: a program may refuse for
 * the weakest of them. A vector with a control rests on what its control rests on as well; for a refusal that binds every
 * implementation, that is the nearest control that binds them too, if there is one.
 */
export function basisOf(vector: Decided, byId: ReadonlyMap<string, Decided>): VectorBasis {
  const { control, expect } = vector;
  if (expect.outcome === 'either') return 'open';
  const own = vector.decidedBy.map((id) => basisOfRequirement(id, vector.profile));
  const decisive = expect.outcome === 'reject' ? strongest(own) : weakest(own);
  const isRefusal = expect.outcome === 'reject' && isBinding(decisive) && vector.profile !== 'draft';
  const binding = isRefusal ? nearestControl(vector, byId, (each) => isBinding(basisOf(each, byId))) : undefined;
  const before = byId.get(binding ?? control ?? '');
  return before === undefined ? decisive : weakest([decisive, basisOf(before, byId)]);
}

/** What a requirement rests on, in the version of the format that vectors of a profile are about. */
export function basisOfRequirement(id: string, profile: Profile = 'core'): BasisKind {
  const kind = (profile === 'draft' ? draftKinds.get(id) : kinds.get(id)) ?? kinds.get(id) ?? draftKinds.get(id);
  if (kind === undefined) throw new Error(`there is no requirement ${id}`);
  return kind;
}

function strongest(of: readonly VectorBasis[]): VectorBasis {
  return weakness.find((one) => of.includes(one)) ?? 'open';
}

function weakest(of: readonly VectorBasis[]): VectorBasis {
  return weakness.findLast((one) => of.includes(one)) ?? 'open';
}
