import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../failure.ts';
import { type Answer, encodeAnswer, parseAnswer } from './answer.ts';
import { sha256 } from './documents.ts';
import { encodePlan, makePlan, type Plan, parsePlan } from './plan.ts';

const MODEL = 'model';

/** A plan of two files in shards of ten bytes, in two parts. */
function samplePlan(): Plan {
  const serialization = {
    method: 'shards',
    hashType: 'sha256',
    shardSize: 10,
    allowSymlinks: false,
    ignorePaths: ['.git'],
  } as const;
  const file = (name: string, size: number) => ({ name, size, content: { path: `/${name}` } });
  const [a, b] = [file('a.bin', 25), file('b.bin', 10)];
  const jobs = [
    { file: a, start: 0, end: 10 },
    { file: a, start: 10, end: 20 },
    { file: a, start: 20, end: 25 },
    { file: b, start: 0, end: 10 },
  ];
  const planned = { name: MODEL, serialization, jobs, ignored: [], externalLinks: [], warnings: [] };
  return makePlan(planned, 2, () => '1700000000000000000');
}

type Changeable = Record<string, unknown> & {
  serialization: Record<string, unknown>;
  files: unknown[][];
  parts: unknown[];
};

/** The bytes of a plan after a change, with the identifier of what it is then. */
function changedPlan(change: (plan: Changeable) => void): Uint8Array {
  const { id: _, ...rest } = JSON.parse(encodePlan(samplePlan())) as Changeable;
  change(rest as Changeable);
  const id = sha256(JSON.stringify(rest));
  return Buffer.from(JSON.stringify({ ...rest, id: rest.id ?? id }));
}

function codeOf(run: () => unknown): string | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof CommandError) return error.code;
    throw error;
  }
}

describe('a plan', () => {
  it('a plan is read as it was written', () => {
    expect(parsePlan(Buffer.from(encodePlan(samplePlan())))).toEqual(samplePlan());
    expect(parsePlan(changedPlan(() => {}))).toEqual(samplePlan());
  });

  it.each<[string, (plan: Changeable) => void]>([
    ['has another format', (plan) => (plan.format = 'model-signing-plan/2')],
    ['has a member that the format does not have', (plan) => (plan.more = 1)],
    ['has no name', (plan) => delete plan.modelName],
    ['has a name that is no text', (plan) => (plan.modelName = 1)],
    ['has the identifier of another content', (plan) => (plan.id = 'a'.repeat(64))],
    ['has an identifier in capitals', (plan) => (plan.id = 'A'.repeat(64))],
    ['has an unknown method', (plan) => (plan.serialization.method = 'tensors')],
    ['has an unknown algorithm', (plan) => (plan.serialization.hashType = 'md5')],
    ['has no shard size for shards', (plan) => (plan.serialization.shardSize = null)],
    ['has shards of no bytes', (plan) => (plan.serialization.shardSize = 0)],
    ['has half a byte in a shard', (plan) => (plan.serialization.shardSize = 10.5)],
    ['has links that are neither followed nor not', (plan) => (plan.serialization.allowSymlinks = 'yes')],
    ['ignores a path outside the model', (plan) => (plan.serialization.ignorePaths = ['../other'])],
    ['ignores no list', (plan) => (plan.serialization.ignorePaths = {})],
    ['has a serialization with a further member', (plan) => (plan.serialization.more = 1)],
    ['has no files', (plan) => (plan.files = [])],
    ['names a file outside the model', (plan) => ((plan.files[0] as unknown[])[0] = '../a.bin')],
    ['names a file by an absolute path', (plan) => ((plan.files[0] as unknown[])[0] = '/a.bin')],
    ['names a file twice', (plan) => ((plan.files[1] as unknown[])[0] = 'a.bin')],
    ['has a file of negative size', (plan) => ((plan.files[0] as unknown[])[1] = -1)],
    ['has an empty file under shards', (plan) => ((plan.files[1] as unknown[])[1] = 0)],
    ['has more digests than a signature can list', (plan) => ((plan.files[0] as unknown[])[1] = 10_000_001 * 10)],
    ['has a time that is a number', (plan) => ((plan.files[0] as unknown[])[2] = 17)],
    ['has a time with a leading zero', (plan) => ((plan.files[0] as unknown[])[2] = '017')],
    ['has a file with four members', (plan) => (plan.files[0] as unknown[]).push(1)],
    ['has parts that do not begin at the first digest', (plan) => (plan.parts[0] = 1)],
    ['has parts that end before the last digest', (plan) => plan.parts.splice(-1, 1, 3)],
    ['has an empty part', (plan) => plan.parts.splice(1, 0, 0)],
    ['has parts out of order', (plan) => plan.parts.splice(1, 1, 3, 2)],
    ['has no parts', (plan) => (plan.parts = [])],
  ])('a plan is refused that %s', (_, change) => {
    expect(codeOf(() => parsePlan(changedPlan(change)))).toBe('command/plan-invalid');
  });

  it.each([
    ['is empty', ''],
    ['is no object', '[]'],
    ['names a member twice', '{"format":1,"format":1}'],
    ['is nested deeply', '['.repeat(100)],
    ['has more after its end', `${encodePlan(samplePlan())}{}`],
  ])('a plan is refused that %s', (_, text) => {
    expect(codeOf(() => parsePlan(Buffer.from(text)))).toBe('command/plan-invalid');
  });

  it('a plan of which any one byte is changed is refused', () => {
    const bytes = Buffer.from(encodePlan(samplePlan()).trimEnd());
    for (const at of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 1;
      expect(
        codeOf(() => parsePlan(changed)),
        String(changed),
      ).toBe('command/plan-invalid');
    }
  });

  it('every division has as many parts as were asked for, none of them empty, and all digests', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 50 }), fc.nat(), (all, shardSize, wanted) => {
        const files = all.map((size, index) => ({ name: `f${index}`, size, content: { path: '/f' } }));
        const jobs = files.flatMap((file) =>
          Array.from({ length: Math.ceil(file.size / shardSize) }, (_, at) => ({
            file,
            start: at * shardSize,
            end: Math.min((at + 1) * shardSize, file.size),
          })),
        );
        const count = 1 + (wanted % jobs.length);
        const { serialization } = samplePlan();
        const planned = { name: MODEL, jobs, ignored: [], externalLinks: [], warnings: [] };
        const plan = makePlan({ ...planned, serialization: { ...serialization, shardSize } }, count, () => '0');
        expect(plan.parts).toHaveLength(count + 1);
        expect(plan.parts.at(-1)).toBe(jobs.length);
        expect(parsePlan(Buffer.from(encodePlan(plan)))).toEqual(plan);
      }),
    );
  });
});

const key = Buffer.alloc(32, 7);

function sampleAnswer(): Answer {
  return { plan: samplePlan().id, part: 0, replica: null, host: 'w1', digests: ['a'.repeat(64), 'b'.repeat(64)] };
}

const which = { part: 0, replica: null };

/** Parses an answer after a change of its members. */
function parseChanged(change: (answer: Record<string, unknown>) => void, withKey: Uint8Array | null = null): Answer {
  const answer = JSON.parse(encodeAnswer(sampleAnswer(), withKey)) as Record<string, unknown>;
  change(answer);
  return parseAnswer(Buffer.from(JSON.stringify(answer)), samplePlan(), which, withKey);
}

describe('an answer', () => {
  it('an answer is read as it was written, with and without an HMAC', () => {
    expect(samplePlan().parts).toEqual([0, 2, 4]);
    expect(parseChanged(() => {})).toEqual(sampleAnswer());
    expect(parseChanged(() => {}, key)).toEqual(sampleAnswer());
  });

  it.each<[string, (answer: Record<string, unknown>) => void, string]>([
    ['has another format', (answer) => (answer.format = 'model-signing-digests/2'), 'invalid'],
    ['has a further member', (answer) => (answer.more = 1), 'invalid'],
    ['lacks a member', (answer) => delete answer.replica, 'invalid'],
    ['names no plan', (answer) => (answer.plan = 'plan'), 'invalid'],
    ['is of another plan', (answer) => (answer.plan = 'c'.repeat(64)), 'foreign'],
    ['is of another part', (answer) => (answer.part = 1), 'foreign'],
    ['is of another replica', (answer) => (answer.replica = 1), 'foreign'],
    ['has a negative part', (answer) => (answer.part = -1), 'invalid'],
    ['has a replica that is a text', (answer) => (answer.replica = '1'), 'invalid'],
    ['has no name of a host', (answer) => (answer.host = ''), 'invalid'],
    ['has a name of a host with a line feed', (answer) => (answer.host = 'w1\nw2'), 'invalid'],
    ['has a very long name of a host', (answer) => (answer.host = 'w'.repeat(256)), 'invalid'],
    ['has no list of digests', (answer) => (answer.digests = {}), 'invalid'],
    ['has one digest too few', (answer) => (answer.digests as string[]).pop(), 'invalid'],
    ['has one digest too many', (answer) => (answer.digests as string[]).push('c'.repeat(64)), 'invalid'],
    ['has a digest in capitals', (answer) => ((answer.digests as string[])[0] = 'A'.repeat(64)), 'invalid'],
    ['has a digest that is too short', (answer) => ((answer.digests as string[])[0] = 'a'.repeat(63)), 'invalid'],
    ['has a digest that is no text', (answer) => ((answer.digests as unknown[])[0] = 1), 'invalid'],
  ])('an answer is refused that %s', (_, change, problem) => {
    expect(codeOf(() => parseChanged(change))).toBe(`command/digests-${problem}`);
  });

  it.each<[string, (answer: Record<string, unknown>) => void]>([
    ['has no HMAC', (answer) => delete answer.hmac],
    ['has an HMAC of another length', (answer) => (answer.hmac = 'a')],
    ['has an HMAC that is no text', (answer) => (answer.hmac = 1)],
    ['has another HMAC', (answer) => (answer.hmac = 'a'.repeat(64))],
    ['has another host than was authenticated', (answer) => (answer.host = 'w2')],
    ['has another digest than was authenticated', (answer) => ((answer.digests as string[])[0] = 'c'.repeat(64))],
  ])('with a key, an answer is refused that %s', (_, change) => {
    expect(codeOf(() => parseChanged(change, key))).toBe('command/digests-unauthenticated');
  });

  it('without a key, an answer that was authenticated is refused', () => {
    const bytes = Buffer.from(encodeAnswer(sampleAnswer(), key));
    expect(parseAnswer(bytes, samplePlan(), which, key)).toEqual(sampleAnswer());
    expect(codeOf(() => parseAnswer(bytes, samplePlan(), which, null))).toBe('command/digests-unauthenticated');
  });

  it('what is no answer is refused with what to do', () => {
    const refusal = expect.objectContaining({ hints: ['remove the file, and hash the part again'] });
    for (const text of ['{', '[]', '{}']) {
      expect(() => parseAnswer(Buffer.from(text), samplePlan(), which, null)).toThrow(refusal);
    }
  });

  it('an answer that was authenticated by another key is refused', () => {
    const bytes = Buffer.from(encodeAnswer(sampleAnswer(), Buffer.alloc(32, 8)));
    expect(codeOf(() => parseAnswer(bytes, samplePlan(), which, key))).toBe('command/digests-unauthenticated');
  });

  it('an answer that is larger than the part can need is refused before it is parsed', () => {
    const bytes = Buffer.concat([Buffer.from(encodeAnswer(sampleAnswer(), null)), Buffer.alloc(8192, ' ')]);
    expect(codeOf(() => parseAnswer(bytes, samplePlan(), which, null))).toBe('command/digests-invalid');
  });

  it('whatever is put in the place of an answer or a plan, it is read or refused by its code', () => {
    const texts = fc.oneof(
      fc.json(),
      fc.string(),
      damaged(encodeAnswer(sampleAnswer(), null)),
      damaged(encodePlan(samplePlan())),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const bytes = Buffer.from(text);
        expect(codeOf(() => parsePlan(bytes)) ?? 'read').toMatch(/^(?:command\/plan-invalid|read)$/);
        const code = codeOf(() => parseAnswer(bytes, samplePlan(), which, null));
        expect(code ?? 'read').toMatch(/^(?:command\/digests-(?:invalid|foreign)|read)$/);
      }),
      { numRuns: 500 },
    );
  });
});

/** A text with one piece in the place of another. */
function damaged(text: string): fc.Arbitrary<string> {
  const piece = fc.constantFrom(
    '',
    '"',
    '[',
    '}',
    '\\',
    '0',
    '-1',
    '1e999',
    'null',
    '"__proto__":1,',
    '\u0000',
    '\ud800',
  );
  return fc
    .tuple(fc.nat(text.length), fc.nat(20), piece)
    .map(([at, length, put]) => text.slice(0, at) + put + text.slice(at + length));
}
