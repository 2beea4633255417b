import { describe, expect, it } from 'vitest';
import type { ModelFile } from '../../model.ts';
import { files, modelFile, shards } from '../../testing/manifests.ts';
import { refusal } from '../../testing/refusal.ts';
import { resourceName, type Serialization } from './manifest.ts';
import { plannedResource, planResources } from './plan.ts';

describe('planned resources', () => {
  const plan = (list: ModelFile[], serialization: Serialization) =>
    planResources(list, serialization).map((job) => resourceName(plannedResource(job)));

  it('planned resources are one per file, in code-point order', () => {
    const list = ['b', 'a/x', 'a-b', '\u{1f600}', '\uff5e'].map((name) => modelFile(name));
    expect(plan(list, files)).toEqual(['a-b', 'a/x', 'b', '\uff5e', '\u{1f600}']);
  });

  it('planned resources are consecutive ranges under shards, the last one shorter, in the order of their names', () => {
    expect(plan([modelFile('w', 25), modelFile('v', 10)], shards)).toEqual(['v:0:10', 'w:0:10', 'w:10:20', 'w:20:25']);
  });

  it('planned resources leave out empty files under shards only', () => {
    expect(plan([modelFile('e', 0), modelFile('f', 1)], shards)).toEqual(['f:0:1']);
    expect(plan([modelFile('e', 0)], files)).toEqual(['e']);
  });

  it('planned resources are refused before there are too many of them', async () => {
    const error = await refusal('manifest/too-many-resources', () =>
      plan([modelFile('w', 4e9)], { ...shards, shardSize: 1 }),
    );
    expect(error.requirement).toBe('OMS-LIMIT-3');
  });

  it.each(['../a', 'a//b', '\ud800', 'x'.repeat(5000)])(
    'planned resources are refused for the name %j, whichever model lists it',
    async (name) => {
      await refusal('manifest/name-invalid', () => plan([modelFile(name)], files));
    },
  );

  it('planned resources are refused for a name that is listed twice', async () => {
    await refusal('manifest/name-duplicate', () => plan([modelFile('a'), modelFile('a')], files));
  });
});
