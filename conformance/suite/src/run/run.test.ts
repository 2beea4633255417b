import { expect, it } from 'vitest';
import { type Answer, defaultLimits } from '../adapter/answer.ts';
import { bare, type Level } from '../adapter/capabilities.ts';
import { loadSuite } from '../vectors/suite.ts';
import { runVectors } from './run.ts';

const { byId, vectors } = loadSuite();
const three = ['bundle_plain', 'model_modified', 'model_missing'];

/** Runs vectors one at a time with a program that answers a call by how many came before it in its process. */
async function run(ids: readonly string[], level: Level, answerTo: (earlier: number) => Answer['kind']) {
  let calls = 0;
  const open = () => {
    let earlier = 0;
    return {
      call: async () => {
        calls++;
        const kind = answerTo(earlier++);
        const answer = { kind, reason: null, message: '', details: null } as Answer;
        return { answer, command: '', output: '', seconds: 0, peakMemory: null };
      },
      close: async () => {},
    };
  };
  const executions = await runVectors({
    connected: { capabilities: { ...bare, level }, introduction: '', open },
    vectors: vectors.filter(({ vector }) => ids.includes(vector.id)),
    all: byId,
    jobs: 1,
    limits: defaultLimits,
    replays: 3,
    signal: new AbortController().signal,
  });
  const states = [...executions].map(([id, { verdicts }]) => [id, verdicts.public.judgement.state]);
  return { states: Object.fromEntries(states), details: JSON.stringify([...executions.values()]), calls };
}

it('an answer of a persistent program that depends on earlier calls breaks the protocol', async () => {
  const { states, details } = await run(three, 2, (earlier) => (earlier === 0 ? 'accept' : 'reject'));
  expect(states).toEqual({ bundle_plain: 'pass', model_modified: 'protocol', model_missing: 'protocol' });
  expect(details).toContain('its answer depends on earlier calls: refused, without a word; by itself: accepted');
});

it('a persistent program that answers by itself as it did before keeps its results', async () => {
  const { states, calls } = await run(three, 2, () => 'accept');
  expect(states).toEqual({ bundle_plain: 'pass', model_modified: 'fail-accepted', model_missing: 'fail-accepted' });
  expect(calls).toBe(6);
});

it('a program that is started for each call is not called again', async () => {
  expect((await run(three, 1, () => 'accept')).calls).toBe(3);
});

it('what a vector names in "after" runs before it in the same process, and is not judged', async () => {
  const following = vectors.find(({ vector }) => vector.after !== undefined)?.vector;
  const earlier = following?.after?.length ?? 0;
  expect(earlier).toBeGreaterThan(0);
  const { states, calls } = await run([String(following?.id)], 2, () => 'accept');
  expect(Object.keys(states)).toEqual([following?.id]);
  expect(calls).toBe(earlier + 1);
});
