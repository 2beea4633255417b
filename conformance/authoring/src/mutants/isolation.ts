import { isPass } from '../../../suite/src/run/states.ts';
import type { LoadedVector } from '../../../suite/src/vectors/load.ts';
import type { Trial } from './trial.ts';
import type { Verdict } from './verdict.ts';

/** Which vectors are shown to have no more than their one fault. */
export interface Isolation {
  /** Accepted by a mutant. */
  readonly shut: readonly string[];
  /** Refused by every mutant, and not exempt. */
  readonly open: readonly string[];
  /** Exempt by name, with the reason. */
  readonly exempt: readonly { readonly id: string; readonly reason: string }[];
}

/** Profiles that the catalogue has no mutants for: there the oracle, with its checks taken out, is the only proof. */
const leftToTheOracle: ReadonlySet<string> = new Set(['certificate', 'sigstore']);

/**
 * A vector that has to be refused must be accepted once the one check that it is about is gone: otherwise something else is
 * wrong with it as well, and it proves less than it says.
 */
export function isolation(vectors: readonly LoadedVector[], verdicts: readonly Verdict[], reference: Trial): Isolation {
  const accepted = new Set(verdicts.flatMap((verdict) => verdict.accepted));
  const refusals = vectors
    .map(({ vector }) => vector)
    .filter(({ profile }) => !leftToTheOracle.has(profile))
    .filter(({ id, expect }) => expect.outcome === 'reject' && isPass(reference.judgements.get(id)?.state ?? 'crash'));
  const rest = refusals.filter(({ id }) => !accepted.has(id));
  return {
    shut: refusals.filter(({ id }) => accepted.has(id)).map(({ id }) => id),
    open: rest.filter(({ exempt }) => exempt === undefined).map(({ id }) => id),
    exempt: rest.flatMap(({ id, exempt }) => (exempt === undefined ? [] : [{ id, reason: exempt }])),
  };
}

/** The gate in words, with what keeps it open. */
export function gateText({ shut, open, exempt }: Isolation): string {
  const lines = open.map((id) => `not isolated: ${id} is refused by every mutant`);
  const counts = `${shut.length} refusals isolated, ${exempt.length} exempt, ${open.length} open (without the profiles ${[...leftToTheOracle].join(' and ')})`;
  return `${[...lines, counts].join('\n')}\n`;
}
