import { createHash } from 'node:crypto';
import { testKey } from '@model-signing/testing/forge';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OmsError } from './format/errors.ts';
import { keySigner, keyVerifier } from './methods/key.ts';
import type { KnownDigest, Listing, Model } from './model.ts';
import { openSignature } from './open.ts';
import { signModel } from './sign.ts';
import { memoryFile, memoryModel } from './testing/memory-model.ts';
import { type Verification, verifySigned } from './verify.ts';
import { verifySome } from './verify-some.ts';

const key = testKey();

/** What a store has in the place of a signed file, and what it states about it. */
interface Stored {
  readonly name: string;
  readonly signed: string;
  readonly content: 'signed' | 'changed' | 'pointer' | 'missing';
  readonly stated: 'nothing' | 'signed' | 'changed' | 'other algorithm';
}

const stored = fc.uniqueArray(
  fc.record<Stored>({
    name: fc.constantFrom('a', 'b', 'd/a', 'd/b', 'd-', 'e/f/g'),
    signed: fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom('x', 'y') }),
    content: fc.oneof(
      { weight: 12, arbitrary: fc.constant('signed' as const) },
      fc.constantFrom('changed' as const, 'pointer' as const, 'missing' as const),
    ),
    stated: fc.constantFrom('nothing', 'signed', 'signed', 'signed', 'changed', 'other algorithm'),
  }),
  { selector: ({ name }) => name, minLength: 1 },
);

const scenes = fc.record({
  files: stored,
  extra: fc.constantFrom(0, 0, 0, 1),
  complete: fc.constantFrom(undefined, true, false),
  only: fc.option(
    fc.uniqueArray(fc.constantFrom('a', 'b', 'd', 'd/a', 'd-', 'e', 'e/f'), { minLength: 1, maxLength: 3 }),
    { freq: 2 },
  ),
  signing: fc.constantFrom({}, { hashAlgorithm: 'blake3' as const }, { shardSize: 3 }, { shardSize: 100 }),
  evidence: fc.constantFrom('bytes' as const, 'advertised' as const),
  ignoreUnsignedFiles: fc.boolean(),
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function knownOf({ signed, content, stated }: Stored): KnownDigest | undefined {
  if (stated === 'nothing') return undefined;
  const pointer = content === 'pointer' ? ({ kind: 'git-lfs', size: signed.length } as const) : undefined;
  if (stated === 'other algorithm') return { algorithm: 'blake2b', digest: 'a'.repeat(128), pointer };
  return { algorithm: 'sha256', digest: sha256(stated === 'signed' ? signed : `${signed}!`), pointer };
}

/** A model in a store, and for each of its files the bytes that were read of it. */
function storeOf(files: readonly Stored[], extra: number, complete: boolean | undefined) {
  const reads = new Map<string, Set<number>>();
  const content = {
    signed: (text: string) => text,
    changed: (text: string) => `${text.slice(1)}z`,
    pointer: () => 'to',
  };
  const listed = files.flatMap((file) => {
    if (file.content === 'missing') return [];
    const { name, size, content: plain } = memoryFile(file.name, content[file.content](file.signed), knownOf(file));
    const seen = new Set<number>();
    reads.set(name, seen);
    const read = (start: number, end: number) => {
      for (let at = start; at < end; at++) seen.add(at);
      return (plain as Extract<typeof plain, { read: unknown }>).read(start, end);
    };
    return [{ name, size, content: { read, known: plain.known } }];
  });
  const more = Array.from({ length: extra }, () => memoryFile('unsigned', 'u'));
  const model: Model = {
    name: 'm',
    list: async ({ excludes }): Promise<Listing> => ({
      ...(await memoryModel({}).list({ excludes, followSymlinks: false, sizes: true })),
      files: [...listed, ...more].filter(({ name }) => !excludes(name)),
      complete,
    }),
  };
  return { model, reads };
}

/** The files that a result speaks of: those that were named, or all. */
const isAsked = (only: readonly string[] | null, name: string) =>
  only === null || only.some((one) => name === one || name.startsWith(`${one}/`));

function checkVerdict(
  result: Verification,
  scene: typeof scenes extends fc.Arbitrary<infer T> ? T : never,
  reads: ReadonlyMap<string, Set<number>>,
) {
  const { files, only, complete, evidence } = scene;
  const asked = files.filter(({ name }) => isAsked(only, name));
  const unread = asked.filter(({ name, signed }) => (reads.get(name)?.size ?? 0) < signed.length);
  const differing = asked.filter(({ content }) => content !== 'signed').map(({ name }) => name);
  expect(new Set(result.resources.map(({ path }) => path))).toEqual(new Set(asked.map(({ name }) => name)));
  for (const { name } of unread) expect(result.advertised).toContain(name);
  for (const name of differing) expect(result.advertised).toContain(name);
  for (const name of result.advertised) {
    expect(asked.find((file) => file.name === name)).toMatchObject({ stated: 'signed' });
    expect(evidence).toBe('advertised');
  }
  const isPart = only !== null || complete === false;
  expect(result.verdict).toBe(result.advertised.length > 0 ? 'advertised' : isPart ? 'partial' : 'verified');
  expect(result.unchecked).toBe(files.length - asked.length);
  expect(result.listing).toBe(only !== null ? 'not-compared' : complete === false ? 'incomplete' : 'complete');
}

it('whatever a store has and states, the weakest fact decides, and nothing is verified that was not read', async () => {
  const reached = new Map<string, number>();
  const property = fc.asyncProperty(scenes, async (scene) => {
    const { files, extra, complete, only, evidence, ignoreUnsignedFiles } = scene;
    const original = memoryModel(Object.fromEntries(files.map(({ name, signed }) => [name, signed])));
    const { bundle } = await signModel(original, keySigner(key), scene.signing);
    const opened = await openSignature(bundle, keyVerifier(key));
    const { model, reads } = storeOf(files, extra, complete);
    const verifying =
      only === null
        ? verifySigned(opened, model, { evidence, ignoreUnsignedFiles })
        : verifySome(opened, model, only, { evidence });
    const result = await verifying.catch((error: unknown) => error);
    if (result instanceof OmsError) {
      expect(['model/mismatch', 'model/not-signed', 'model/empty']).toContain(result.code);
      reached.set(result.code, 1);
      return;
    }
    if (result instanceof Error) throw result;
    checkVerdict(result as Verification, scene, reads);
    if (only === null && extra > 0) expect(ignoreUnsignedFiles).toBe(true);
    reached.set((result as Verification).verdict, 1);
  });
  await fc.assert(property, { numRuns: 200 });
  expect([...reached.keys()]).toEqual(
    expect.arrayContaining(['verified', 'partial', 'advertised', 'model/mismatch', 'model/not-signed']),
  );
});
