import { cyclonedxDependencies, isCyclonedx } from './cyclonedx.ts';
import type { Origin } from './origin.ts';
import { isSlsa, slsaDependencies } from './slsa.ts';

/** More than any model was made from. */
export const MAX_DEPENDENCIES = 1000;

const nothing: Origin = { dependencies: [], further: [], about: null, leftOut: 0 };

/** Reads the origin of something from a claim: SLSA provenance of version 0.2 or 1, or CycloneDX. Others say nothing of it. */
export function readOrigin(predicateType: string, predicate: unknown): Origin {
  if (isSlsa(predicateType)) return bounded({ ...nothing, dependencies: slsaDependencies(predicateType, predicate) });
  if (isCyclonedx(predicateType)) return bounded({ ...nothing, ...cyclonedxDependencies(predicate) });
  return nothing;
}

function bounded(origin: Origin): Origin {
  const dependencies = origin.dependencies.slice(0, MAX_DEPENDENCIES);
  const further = origin.further.slice(0, MAX_DEPENDENCIES - dependencies.length);
  const leftOut = origin.dependencies.length + origin.further.length - dependencies.length - further.length;
  return { ...origin, dependencies, further, leftOut };
}
