import type { Acceptance } from './acceptance.ts';
import { keyFingerprint, leafOf } from './signing-certificate.ts';

/** A signature that would count, for the signers of the policy that accept it. */
export interface Candidate {
  readonly acceptances: readonly Acceptance[];
}

/** A signature, and the signer of the policy for which it counts. */
export interface Counted<C extends Candidate> {
  readonly candidate: C;
  readonly acceptance: Acceptance;
}

/**
 * Counts different signers: the most pairs of a name in the policy and an identity, each used once. So two names of one key count once,
 * two signatures by one identity count once, and two identities that only one name accepts count once.
 * @returns in the order of the candidates; of one identity's signatures, the first that can count
 */
export function distinctSigners<C extends Candidate>(candidates: readonly C[]): readonly Counted<C>[] {
  const identities = sameIdentities(candidates);
  const holders = new Map<string, Counted<C> & { readonly identity: readonly C[] }>();
  const place = (identity: readonly C[], tried: Set<string>): boolean => {
    for (const candidate of identity) {
      for (const acceptance of candidate.acceptances) {
        const { name } = acceptance.signer;
        if (tried.has(name)) continue;
        tried.add(name);
        const holder = holders.get(name);
        if (holder && !place(holder.identity, tried)) continue;
        holders.set(name, { identity, candidate, acceptance });
        return true;
      }
    }
    return false;
  };
  for (const identity of identities) place(identity, new Set());
  const order = new Map(candidates.map((candidate, index) => [candidate, index]));
  const positionOf = ({ candidate }: Counted<C>) => order.get(candidate) as number;
  return [...holders.values()]
    .sort((a, b) => positionOf(a) - positionOf(b))
    .map(({ candidate, acceptance }) => ({ candidate, acceptance }));
}

/** Puts together the signatures of one identity: those that share a key, a name that a provider vouches for, or what the policy expects. */
function sameIdentities<C extends Candidate>(candidates: readonly C[]): readonly (readonly C[])[] {
  let groups: { readonly marks: Set<string>; readonly members: C[] }[] = [];
  for (const candidate of candidates) {
    const marks = new Set(candidate.acceptances.flatMap(marksOf));
    const same = groups.filter((group) => [...marks].some((mark) => group.marks.has(mark)));
    const merged = {
      marks: new Set([...same.flatMap((group) => [...group.marks]), ...marks]),
      members: [...same.flatMap(({ members }) => members), candidate],
    };
    groups = [...groups.filter((group) => !same.includes(group)), merged];
  }
  return groups.map(({ members }) => members);
}

/** What tells one identity from another. A key is the same whether a certificate is for it or not. */
function marksOf({ signer, identity, material }: Acceptance): string[] {
  if (identity.method === 'key') return [`key ${identity.hint}`];
  const leaf = leafOf(material);
  const key = leaf ? [`key ${keyFingerprint(leaf)}`] : [];
  if (identity.method === 'sigstore') {
    return [...key, `sigstore ${JSON.stringify([identity.issuer, identity.identity])}`];
  }
  const { subject, issuer, subjectAltNames } = identity;
  const expected = signer.method === 'certificate' ? signer.identity : null;
  const names = expected === null ? [] : subjectAltNames.filter((name) => expected.matches(name));
  return [...key, `subject ${JSON.stringify([issuer, subject])}`, ...names.map((name) => `name ${name}`)];
}
