export type { TransformersEnv } from './environment.ts';
export { type Guarded, guard } from './guard.ts';
export type { GuardOptions } from './guard-options.ts';
export type { GuardReport } from './report.ts';
export type { GuardCache } from './store.ts';
