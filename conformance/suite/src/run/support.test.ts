import { describe, expect, it } from 'vitest';
import type { Answer } from '../adapter/answer.ts';
import { bare, type Capabilities } from '../adapter/capabilities.ts';
import type { LoadedVector } from '../vectors/load.ts';
import { plainestControls } from '../vectors/plainest.ts';
import { loadSuite } from '../vectors/suite.ts';
import { isDraft, type Profile, type Role, roleOf } from '../vectors/vector.ts';
import { perVerdict } from '../vectors/verdicts.ts';
import { findSupport, missingFor, missingProfile } from './support.ts';

const suite = loadSuite();
const accept: Answer = { kind: 'accept', details: null };
const reject: Answer = { kind: 'reject', reason: null, message: 'what is a shard?', details: null };

/** Which profiles are judged for a program that answers the plainest controls in one way, and which vectors it was asked. */
async function supportOf(answer: Answer | null, capabilities: Partial<Capabilities> = {}, vectors = suite.vectors) {
  const asked: string[] = [];
  const support = await findSupport(vectors, { ...bare, ...capabilities }, suite.byId, async ({ vector }) => {
    asked.push(vector.id);
    const judgement = { state: 'unsupported', detail: 'it does not declare the flag --shard-size' } as const;
    const observation = answer && { answer, command: '', output: '', seconds: 0, peakMemory: null };
    return { observation, verdicts: perVerdict(() => ({ judgement })) };
  });
  return {
    asked,
    missing: (profile: Profile, role: Role) => missingProfile(support, profile, role),
    missingOf: (id: string) => missingFor(support, (suite.byId.get(id) as LoadedVector).vector),
  };
}

describe('the profiles that an implementation is judged by', () => {
  it('a profile that is not declared and whose plainest control is refused is not judged', async () => {
    const { missing } = await supportOf(reject);
    expect(missing('shards', 'verify')).toMatch(/"shards".*manifest_shards.*what is a shard/);
    expect(missing('blake3', 'sign')).not.toBeNull();
  });

  it.each(['usage', 'unsupported'] as const)(
    'a profile whose plainest control ends in "%s" is not judged',
    async (kind) => {
      expect((await supportOf({ kind, message: 'no' })).missing('symlinks', 'verify')).not.toBeNull();
    },
  );

  it('a profile is not judged if it is not declared and the call needs a flag that is not declared', async () => {
    expect((await supportOf(null)).missing('shards', 'sign')).toContain('--shard-size');
  });

  it.each(['crash', 'timeout', 'protocol', 'resource'] as const)(
    'a profile whose plainest control ends in a %s is judged, because that is no refusal',
    async (kind) => {
      expect((await supportOf({ kind, message: 'no' })).missing('blake2b', 'verify')).toBeNull();
    },
  );

  it('without a list of profiles, one whose plainest control is accepted is judged', async () => {
    const { asked, missing } = await supportOf(accept);
    expect(missing('shards', 'verify')).toBeNull();
    expect(asked).toContain('manifest_shards');
  });

  it('a profile that a list leaves out is not judged, and not even called for', async () => {
    const { asked, missing } = await supportOf(accept, { profiles: ['core'] });
    expect(missing('shards', 'verify')).toBe('it does not declare the profile "shards"');
    expect(asked).toEqual([]);
  });

  it('a profile that is declared is judged without a trial', async () => {
    const { asked, missing } = await supportOf(reject, { profiles: ['shards'] });
    expect(missing('shards', 'verify')).toBeNull();
    expect(missing('symlinks', 'verify')).not.toBeNull();
    expect(asked).not.toContain('manifest_shards');
  });

  it('the core is always judged, and the draft only if it is declared', async () => {
    const { asked, missing } = await supportOf(reject, { profiles: [] });
    expect(missing('core', 'verify')).toBeNull();
    expect(missing('draft', 'verify')).toContain('"draft"');
    expect(asked.map((id) => suite.byId.get(id)?.vector.profile)).not.toContain('core');
    expect((await supportOf(reject, { profiles: ['draft'] })).missing('draft', 'verify')).toBeNull();
  });

  it('a vector with a flag of another profile is judged only for those who have both profiles', async () => {
    const shards = await supportOf(accept, { profiles: ['shards'], flags: ['only', 'lfs-pointers'] });
    expect(shards.missingOf('manifest_shards')).toBeNull();
    expect(shards.missingOf('model_named-shards')).toContain('"partial"');
    expect(shards.missingOf('model_lfs-shards')).toContain('"advertised"');
    const partial = await supportOf(accept, { profiles: ['partial'] });
    expect(partial.missingOf('model_named-shards')).toContain('"shards"');
    const both = await supportOf(accept, { profiles: ['shards', 'partial'] });
    expect(both.missingOf('model_named-shards')).toBeNull();
  });

  it('only the profiles and roles of the vectors to be judged are tried', async () => {
    const some = suite.vectors.filter(({ vector }) => vector.id === 'manifest_shards-aligned');
    expect((await supportOf(reject, {}, some)).asked).toEqual(['manifest_shards']);
  });
});

describe('the table of the plainest controls', () => {
  const entries = Object.entries(plainestControls).flatMap(([profile, byRole]) =>
    Object.entries(byRole).map(([role, id]) => ({ profile, role, id })),
  );

  it('the table has an entry for each optional profile and role that has vectors', () => {
    const optional = suite.vectors.filter((each) => each.vector.profile !== 'core' && !isDraft(each));
    const wanted = new Set(optional.map(({ vector }) => `${vector.profile} ${roleOf(vector)}`));
    expect(entries.map(({ profile, role }) => `${profile} ${role}`).sort()).toEqual([...wanted].sort());
  });

  it.each(entries)(
    '$id is a vector of the profile $profile to $role that binds those who have it, one step at most from the core',
    (entry) => {
      const { vector } = suite.byId.get(entry.id) ?? {};
      if (!vector) throw new Error('there is no such vector');
      expect([vector.profile, roleOf(vector), vector.expect.outcome]).toEqual([entry.profile, entry.role, 'accept']);
      const isOwn = ['partial', 'advertised', 'policy', 'attestations'].includes(entry.profile); // the public text has nothing of these
      expect(isOwn ? ['own'] : ['public', 'upstream']).toContain(vector.basis);
      expect(vector.heavy).toBeUndefined();
      expect(vector.after).toBeUndefined();
      const control = suite.byId.get(vector.control ?? '')?.vector;
      expect(control?.profile ?? 'core').toBe('core');
    },
  );
});
