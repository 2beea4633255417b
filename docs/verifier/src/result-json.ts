import { isOmsError } from '@model-signing/core';
import type { PolicyEvaluation } from '@model-signing/policy';
import type { Outcome } from './check.ts';

/** What was checked, and how long it took. */
export interface Circumstances {
  readonly model: string | null;
  /** Whether it is a folder, in which a browser hides links. */
  readonly isFolder: boolean;
  readonly signatures: readonly string[];
  readonly expected: string;
  /** ISO 8601. */
  readonly checkedAt: string;
  readonly seconds: number;
  readonly bytes: number;
}

/** The outcome as JSON, with all differences. Names are as they are, not escaped for people. */
export function resultJson(outcome: Outcome, circumstances: Circumstances): string {
  const common = { schema: 'model-signing/page-result/v1', ok: outcome.kind === 'accepted', ...circumstances };
  return `${JSON.stringify({ ...common, ...detailsOf(outcome) }, null, 2)}\n`;
}

function detailsOf(outcome: Outcome): object {
  switch (outcome.kind) {
    case 'accepted': {
      const {
        verdict,
        signer,
        subjectName,
        rootDigest,
        serialization,
        listing,
        resources,
        ignored,
        unsigned,
        warnings,
      } = outcome.verification;
      const about = { verdict, signer, subjectName, rootDigest, serialization, listing };
      return { ...about, resourceCount: resources.length, ignored, unsigned, warnings, ...policyOf(outcome.policy) };
    }
    case 'refused': {
      const { error, policy } = outcome;
      const { code, message } = error;
      const differences = isOmsError(error) ? error.differences : [];
      return { error: { code, message, differences }, ...policyOf(policy) };
    }
    case 'claims':
      return { verdict: null, claims: outcome.claims };
    case 'failed':
      return { error: { code: null, message: outcome.message, differences: [] } };
    case 'cancelled':
      return { verdict: null, cancelled: true };
  }
}

function policyOf(policy: PolicyEvaluation | null): object {
  if (policy === null) return {};
  const { name, pattern, mode, enforced, threshold, counted, notCounted } = policy;
  return {
    policy: {
      ...{ name, pattern, mode, enforced, threshold },
      counted: counted.map(({ signature, signer, identity, time, timeFrom }) => ({
        signature,
        signer,
        identity,
        time,
        timeFrom,
      })),
      notCounted,
    },
  };
}
