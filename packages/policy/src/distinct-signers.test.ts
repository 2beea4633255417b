import { describe, expect, it } from 'vitest';
import type { Acceptance } from './acceptance.ts';
import { type Candidate, distinctSigners } from './distinct-signers.ts';

interface Named extends Candidate {
  readonly id: string;
}

/** A signature with a key, which signers of these names accept. */
function signature(id: string, key: string, ...names: readonly string[]): Named {
  const acceptances = names.map(
    (name) =>
      ({
        signer: { name, method: 'key' },
        identity: { method: 'key', curve: 'P-256', hint: key },
        material: {},
      }) as unknown as Acceptance,
  );
  return { id, acceptances };
}

const counted = (...candidates: readonly Named[]) =>
  distinctSigners(candidates).map(({ candidate, acceptance }) => `${candidate.id} for ${acceptance.signer.name}`);

describe('different signers', () => {
  it('each signature by another key, which another name accepts, counts', () => {
    expect(counted(signature('1', 'a', 'alice'), signature('2', 'b', 'bob'))).toEqual(['1 for alice', '2 for bob']);
  });

  it('two signatures by one key count once, for the first', () => {
    expect(counted(signature('1', 'a', 'alice'), signature('2', 'a', 'alice'))).toEqual(['1 for alice']);
  });

  it('one key counts once, whichever of its names accepts its signatures', () => {
    expect(counted(signature('1', 'a', 'alice'), signature('2', 'a', 'again'))).toEqual(['1 for alice']);
    expect(counted(signature('1', 'a', 'alice', 'again'))).toEqual(['1 for alice']);
  });

  it('one name counts once, however many identities it accepts', () => {
    expect(counted(signature('1', 'a', 'team'), signature('2', 'b', 'team'))).toEqual(['1 for team']);
  });

  it('names are given to identities so that the most count, in any order of the signatures', () => {
    const one = signature('1', 'a', 'team', 'alice');
    const two = signature('2', 'b', 'team', 'bob');
    const three = signature('3', 'c', 'team');
    for (const order of [
      [one, two, three],
      [three, two, one],
      [two, three, one],
    ]) {
      expect(counted(...order).toSorted()).toEqual(['1 for alice', '2 for bob', '3 for team']);
    }
  });

  it('a name that only one of a key’s signatures can have is found', () => {
    const first = signature('1', 'a', 'team');
    const second = signature('2', 'a', 'alice');
    const other = signature('3', 'b', 'team');
    expect(counted(first, second, other)).toEqual(['2 for alice', '3 for team']);
  });

  it('the number that counts is the most pairs of a name and a key, in whatever policy', () => {
    let seed = 1;
    const random = (below: number) => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    for (let round = 0; round < 300; round++) {
      const some = Array.from({ length: 1 + random(5) }, (_, id) => {
        const names = Array.from({ length: 1 + random(3) }, () => `n${random(4)}`);
        return signature(String(id), `k${random(4)}`, ...new Set(names));
      });
      expect(distinctSigners(some).length, JSON.stringify(some)).toBe(mostPairs(some));
    }
  });
});

/** The most pairs of a key and a name that accepts one of its signatures, by trying all. */
function mostPairs(signatures: readonly Named[]): number {
  const keys = new Map<string, Set<string>>();
  for (const { acceptances } of signatures) {
    for (const { signer, identity } of acceptances) {
      const { hint } = identity as { hint: string };
      keys.set(hint, (keys.get(hint) ?? new Set()).add(signer.name));
    }
  }
  const most = (left: readonly ReadonlySet<string>[], taken: ReadonlySet<string>): number => {
    const [names, ...others] = left;
    if (!names) return 0;
    const without = most(others, taken);
    const free = [...names].filter((name) => !taken.has(name));
    return Math.max(without, ...free.map((name) => 1 + most(others, new Set([...taken, name]))));
  };
  return most([...keys.values()], new Set());
}
