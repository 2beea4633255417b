import type { Vector } from './vector.ts';
import { isBinding, type VerdictName } from './verdicts.ts';

type Controlled = Pick<Vector, 'profile' | 'control' | 'basis' | 'expect'>;

/**
 * The vector that has to be accepted before a verdict counts an answer to this one. By the public text that is the nearest control
 * that binds every implementation: a program may refuse what only this specification accepts, and has to refuse the fault all the same.
 */
export function controlIn(
  verdict: VerdictName,
  vector: Controlled,
  byId: ReadonlyMap<string, Controlled>,
): string | undefined {
  const { control, profile, expect } = vector;
  if (verdict !== 'public' || expect.outcome !== 'reject' || profile === 'draft') return control;
  return nearestControl(vector, byId, ({ basis }) => isBinding(basis)) ?? control;
}

/** The first of the control, its control and so on that fulfils a condition. */
export function nearestControl<V extends { readonly control?: string | undefined }>(
  vector: V,
  byId: ReadonlyMap<string, V>,
  condition: (control: V) => boolean,
): string | undefined {
  const { control } = vector;
  const before = control === undefined ? undefined : byId.get(control);
  if (before === undefined) return undefined;
  return condition(before) ? control : nearestControl(before, byId, condition);
}
