import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defaultEngine, hashModel, localModel, type ModelFile, planModel } from '@model-signing/core';
import fc from 'fast-check';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { writeAnswer } from './answer-files.ts';
import { hashPart } from './hash-part.ts';
import { hostsEngine, mergeAnswers } from './merge.ts';
import { encodePlan, makePlan, parsePlan } from './plan.ts';
import { modifiedAt } from './planned-files.ts';

/** Whether the file system has no hard links. */
const linkless = vi.hoisted(() => ({ on: false }));

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs')>();
  const linkSync: typeof real.linkSync = (from, to) => {
    if (linkless.on) throw Object.assign(new Error('no links'), { errno: -1, code: 'EPERM', syscall: 'link' });
    real.linkSync(from, to);
  };
  return { ...real, linkSync };
});

afterEach(() => {
  linkless.on = false;
});

function newDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'model-signing-parts-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const names = fc.constantFrom('a', 'a.bin', 'a/b', 'a-b/c', 'model-10.bin', 'model-9.bin', 'z/ä.bin', 'z/y/x');
const content = fc.uint8Array({ maxLength: 300 });

it('the root of a model that was hashed in any parts is that of one machine', { timeout: 240_000 }, async () => {
  const shapes = fc.record({
    files: fc.uniqueArray(fc.tuple(names, content), { selector: ([name]) => name, minLength: 1, maxLength: 6 }),
    hashAlgorithm: fc.constantFrom('sha256', 'blake2b', 'blake3'),
    shardSize: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
    parts: fc.nat(),
  });
  const root = newDirectory();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(shapes, async ({ files, hashAlgorithm, shardSize, parts }) => {
      const at = path.join(root, `${run++}`);
      const model = path.join(at, 'model');
      // A file that is the directory of another one is left out.
      const kept = files.filter(([name]) => !files.some(([other]) => other.startsWith(`${name}/`)));
      for (const [name, bytes] of kept) {
        mkdirSync(path.dirname(path.join(model, name)), { recursive: true });
        writeFileSync(path.join(model, name), bytes);
      }
      const options = { hashAlgorithm, shardSize } as const;
      const planned = await planModel(localModel(model), options);
      fc.pre(planned.jobs.length > 0);
      const byName = new Map(planned.jobs.map(({ file }) => [file.name, file]));
      const count = 1 + (parts % planned.jobs.length);
      const made = makePlan(planned, count, (name) => modifiedAt(byName.get(name) as ModelFile));
      const plan = parsePlan(Buffer.from(encodePlan(made)));
      const folder = { directory: path.join(at, 'digests'), plan, key: null };
      for (let part = 0; part < count; part++) {
        const digests = await hashPart(model, plan, part, { engine: defaultEngine, threads: 1 });
        const answer = { plan: plan.id, part, replica: null, host: `w${part % 3}`, digests };
        expect(await writeAnswer(folder, answer)).toBe(true);
      }
      const merged = await mergeAnswers(folder, 1);
      const together = await hashModel(localModel(model), { ...options, engine: hostsEngine(plan, merged, true) });
      const alone = await hashModel(localModel(model), options);
      expect(together).toMatchObject({ hashedBy: 'hosts', manifest: alone.manifest });
      expect(alone.hashedBy).toBe('self');
    }),
    { numRuns: 60 },
  );
});

it('a single file is divided into shards too', { timeout: 240_000 }, async () => {
  const file = path.join(newDirectory(), 'model.bin');
  writeFileSync(file, Buffer.alloc(1000, 7));
  const planned = await planModel(localModel(file), { shardSize: 300 });
  const plan = makePlan(planned, 2, () => modifiedAt((planned.jobs[0] as (typeof planned.jobs)[0]).file));
  const digests = await Promise.all([0, 1].map((part) => hashPart(file, plan, part, { engine: defaultEngine })));
  const { manifest } = await hashModel(localModel(file), { shardSize: 300 });
  expect(digests.flat()).toEqual(manifest.resources.map(({ digest }) => digest));
});

/** A plan of one part, and an answer to it. */
async function onePart() {
  const directory = newDirectory();
  const file = path.join(directory, 'model.bin');
  writeFileSync(file, 'content');
  const planned = await planModel(localModel(file));
  const plan = makePlan(planned, 1, () => '0');
  const folder = { directory: path.join(directory, 'digests'), plan, key: null };
  return { folder, answer: { plan: plan.id, part: 0, replica: null, host: 'w1', digests: ['a'.repeat(64)] } };
}

it.each([
  ['', false],
  [', also where the file system has no links', true],
])('a later answer that disagrees with the one that is there is refused, and does not replace it%s', async (_, on) => {
  const { folder, answer } = await onePart();
  linkless.on = on;
  expect(await writeAnswer(folder, answer)).toBe(true);
  expect(await writeAnswer(folder, { ...answer, host: 'w2' })).toBe(false);
  const lie = writeAnswer(folder, { ...answer, host: 'w3', digests: ['b'.repeat(64)] });
  await expect(lie).rejects.toMatchObject({ code: 'command/digests-disagree' });
  expect((await mergeAnswers(folder, 1)).hosts).toEqual(['w1']);
  expect(readdirSync(folder.directory)).toEqual(['part-0.json']);
});

it.each<[hosts: string[], different: string[]]>([
  [['node1', 'NODE1', 'node1.cluster', 'node1.cluster.example.'], ['node1']],
  [['node1.a', 'node1.b', 'node1'], ['node1']],
  [
    ['node1.a', 'node1.b', 'node10'],
    ['node1.a', 'node1.b', 'node10'],
  ],
  [
    ['10.0.0.1', '10.0.0.10', '10.0.1.1'],
    ['10.0.0.1', '10.0.0.10', '10.0.1.1'],
  ],
])('of the names of hosts %j, %j are of different ones', async (hosts, different) => {
  const { folder, answer } = await onePart();
  for (const [replica, host] of hosts.entries()) await writeAnswer(folder, { ...answer, replica, host });
  expect((await mergeAnswers(folder, different.length)).hosts).toEqual(different);
  const tooMany = mergeAnswers(folder, different.length + 1);
  await expect(tooMany).rejects.toMatchObject({ code: 'command/digests-missing' });
});
