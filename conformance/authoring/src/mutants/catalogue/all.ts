import type { Mutant } from '../mutant.ts';
import { bundleMutants } from './bundle.ts';
import { draftMutants } from './draft.ts';
import { envelopeMutants } from './envelope.ts';
import { lenientMutants } from './lenient.ts';
import { manifestMutants } from './manifest.ts';
import { modelMutants } from './model.ts';
import { shardMutants } from './shards.ts';
import { signMutants } from './sign.ts';
import { signerMutants } from './signer.ts';
import { statementMutants } from './statement.ts';

/** Every defect that the suite has to catch. */
export const allMutants: readonly Mutant[] = [
  ...bundleMutants,
  ...signerMutants,
  ...envelopeMutants,
  ...statementMutants,
  ...manifestMutants,
  ...shardMutants,
  ...modelMutants,
  ...signMutants,
  ...lenientMutants,
  ...draftMutants,
];
