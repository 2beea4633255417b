import type { RequirementId } from '../vectors/vector.ts';

/** The requirement that a defect breaks, or several; the first one names the missing check. */
export type Broken = RequirementId | readonly [RequirementId, ...RequirementId[]];
