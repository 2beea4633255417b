import type { Recipe } from '../recipe.ts';
import { advertisedRecipes } from './advertised.ts';
import { algorithmRecipes } from './algorithms.ts';
import { attestationRecipes } from './attestation.ts';
import { attestationFileRecipes } from './attestation-files.ts';
import { attestationPolicyRecipes } from './attestation-policy.ts';
import { bundleRecipes } from './bundle.ts';
import { certificateRecipes } from './certificate.ts';
import { combinedRecipes } from './combined.ts';
import { draftAnnotationRecipes } from './draft-annotations.ts';
import { draftAttestationFileRecipes } from './draft-attestation-files.ts';
import { draftExtensionRecipes } from './draft-extensions.ts';
import { draftLinkRecipes } from './draft-links.ts';
import { draftLoggedRecipes } from './draft-logged.ts';
import { draftMlDsaRecipes } from './draft-ml-dsa.ts';
import { draftRootRecipes } from './draft-root.ts';
import { draftSideFileRecipes } from './draft-side-file.ts';
import { draftSignRecipes } from './draft-sign.ts';
import { draftStatementRecipes } from './draft-statement.ts';
import { envelopeRecipes } from './envelope.ts';
import { exclusionRecipes } from './exclusion.ts';
import { exclusionPatternRecipes } from './exclusion-patterns.ts';
import { historyRecipes } from './history.ts';
import { jsonRecipes } from './json.ts';
import { linkRecipes } from './links.ts';
import { manifestRecipes } from './manifest.ts';
import { modelRecipes } from './model.ts';
import { ociRecipes } from './oci.ts';
import { partialRecipes } from './partial.ts';
import { policyRecipes } from './policy.ts';
import { regressions } from './regressions.ts';
import { roundtripRecipes } from './roundtrip.ts';
import { secondNameRecipes } from './second-names.ts';
import { shardRecipes } from './shards.ts';
import { signRecipes } from './sign.ts';
import { signExclusionRecipes } from './sign-exclusion.ts';
import { signOptionRecipes } from './sign-options.ts';
import { signerRecipes } from './signer.ts';
import { sigstoreRecipes } from './sigstore.ts';
import { statementRecipes } from './statement.ts';
import { timestampRecipes } from './timestamp.ts';

/** The vectors of the draft. */
export const draftRecipes: readonly Recipe[] = [
  ...draftStatementRecipes(),
  ...draftRootRecipes(),
  ...draftAnnotationRecipes(),
  ...draftSignRecipes(),
  ...draftExtensionRecipes(),
  ...draftSideFileRecipes(),
  ...draftLoggedRecipes(),
  ...draftMlDsaRecipes(),
  ...draftLinkRecipes(),
  ...draftAttestationFileRecipes(),
];

/** All vectors of the format, in the order of the stages. */
export const recipes: readonly Recipe[] = [
  ...bundleRecipes(),
  ...jsonRecipes(),
  ...signerRecipes(),
  ...certificateRecipes(),
  ...timestampRecipes(),
  ...sigstoreRecipes(),
  ...envelopeRecipes(),
  ...statementRecipes(),
  ...manifestRecipes(),
  ...algorithmRecipes(),
  ...shardRecipes(),
  ...modelRecipes(),
  ...secondNameRecipes(),
  ...exclusionRecipes(),
  ...exclusionPatternRecipes(),
  ...linkRecipes(),
  ...partialRecipes(),
  ...advertisedRecipes(),
  ...ociRecipes(),
  ...policyRecipes(),
  ...attestationRecipes(),
  ...attestationFileRecipes(),
  ...attestationPolicyRecipes(),
  ...historyRecipes(),
  ...combinedRecipes(),
  ...roundtripRecipes(),
  ...signRecipes(),
  ...signExclusionRecipes(),
  ...signOptionRecipes(),
  ...regressions,
];
