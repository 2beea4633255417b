import {
  PREDICATE_TYPE,
  producedResourcesValidator,
  validateProducedStatementShell,
  validateStatement,
} from '@model-signing/spec';
import { sha256OfHex } from '#platform';
import type { Resource } from '../manifest/manifest.ts';
import { dsse } from '../pae.ts';
import { readStatement } from '../statement.ts';
import type { CurrentVersion } from './version.ts';

/** Version 1.0, which is written unless the caller names a draft. */
export const v1_0: CurrentVersion = {
  name: '1.0',
  predicateType: PREDICATE_TYPE,
  signedBytes: dsse,
  readStatement: (value, warnings) => readStatement(value, validateStatement, warnings),
  rootDigest: ({ resources }) => sha256OfHex(digestsOf(resources)),
  validateProducedShell: validateProducedStatementShell,
  producedResourcesValidator,
  checkAnnotations() {
    throw new TypeError('annotations need the draft of version 1.1');
  },
};

/** Digests are joined before they are hashed, because every call has a cost. */
const DIGESTS_AT_ONCE = 1024;

/** The digests in listed order; the root digest covers their bytes (OMS-ROOT-1). */
function* digestsOf(resources: readonly Resource[]): Generator<string> {
  for (let from = 0; from < resources.length; from += DIGESTS_AT_ONCE) {
    const digests = resources.slice(from, from + DIGESTS_AT_ONCE).map(({ digest }) => digest);
    yield digests.join('');
  }
}
