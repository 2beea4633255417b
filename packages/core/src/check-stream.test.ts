import { testKey } from '@model-signing/testing/forge';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keySigner, keyVerifier } from './methods/key.ts';
import { openSignature } from './open.ts';
import { type SignModelOptions, signModel } from './sign.ts';
import { memoryModel } from './testing/memory-model.ts';
import { refusal } from './testing/refusal.ts';

const key = testKey();

async function signedFiles(files: Readonly<Record<string, string>>, options: SignModelOptions = {}) {
  const { bundle } = await signModel(memoryModel(files), keySigner(key), options);
  return openSignature(bundle, keyVerifier(key));
}

/** A stream of the bytes of a text in chunks that end at these places. */
function streamOf(text: string, ...ends: readonly number[]): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  const cuts = [0, ...ends, bytes.length];
  return ReadableStream.from(cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end)));
}

const textOf = (stream: ReadableStream<Uint8Array>) => new Response(stream).text();

describe('signed.checker', () => {
  it('a checker passes on the bytes of a signed file, for each algorithm', async () => {
    for (const hashAlgorithm of ['sha256', 'blake2b', 'blake3'] as const) {
      const signed = await signedFiles({ 'a/b': 'content' }, { hashAlgorithm });
      expect(await textOf(streamOf('content', 1, 1, 4).pipeThrough(signed.checker('a/b')))).toBe('content');
    }
  });

  it('a checker accepts an empty file that is signed', async () => {
    const signed = await signedFiles({ a: '', b: 'b' });
    expect(await textOf(streamOf('').pipeThrough(signed.checker('a')))).toBe('');
  });

  it('a checker fails at the end of a file with another content, with the difference', async () => {
    const signed = await signedFiles({ a: 'content' });
    for (const changed of ['Content', 'conten', 'contents', '']) {
      const error = await refusal('model/mismatch', () => textOf(streamOf(changed).pipeThrough(signed.checker('a'))));
      expect(error.message).toBe('the file "a" differs from what was signed');
      expect(error.differences).toMatchObject([
        { kind: 'modified', path: 'a', expected: signed.manifest.resources[0]?.digest },
      ]);
      expect(error.required).toBe(true);
    }
  });

  it('a checker fails at the end of the first shard that differs, and names its range', async () => {
    const signed = await signedFiles({ a: 'aaabbbcc' }, { shardSize: 3 });
    const reader = streamOf('aaaxbbccc', 3, 6).pipeThrough(signed.checker('a')).getReader();
    expect((await reader.read()).value).toEqual(new TextEncoder().encode('aaa'));
    const error = await refusal('model/mismatch', () => reader.read());
    expect(error.differences).toMatchObject([{ path: 'a', range: [3, 6] }]);
  });

  it('a checker of shards refuses more and fewer bytes than were signed', async () => {
    const signed = await signedFiles({ a: 'aaabbb' }, { shardSize: 3 });
    const check = (text: string) => textOf(streamOf(text, 1).pipeThrough(signed.checker('a')));
    expect(await check('aaabbb')).toBe('aaabbb');
    const longer = await refusal('model/mismatch', () => check('aaabbbc'));
    expect(longer.differences).toEqual([
      { kind: 'modified', path: 'a', expected: '6 bytes', actual: 'more than 6 bytes' },
    ]);
    for (const [text, actual] of [
      ['aaab', '4 bytes'],
      ['aaa', '3 bytes'],
    ] as const) {
      const shorter = await refusal('model/mismatch', () => check(text));
      expect(shorter.differences).toEqual([{ kind: 'modified', path: 'a', expected: '6 bytes', actual }]);
    }
  });

  it('a checker accepts the signed bytes however they are cut into chunks, and nothing else', async () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 20 });
    const cuts = fc.array(fc.nat(20), { maxLength: 5 });
    const shardSize = fc.option(fc.integer({ min: 1, max: 7 }));
    await fc.assert(
      fc.asyncProperty(letters, letters, cuts, shardSize, async (text, other, ends, shard) => {
        const signed = await signedFiles({ a: text }, shard === null ? {} : { shardSize: shard });
        const sorted = ends.map((end) => Math.min(end, text.length)).sort((a, b) => a - b);
        expect(await textOf(streamOf(text, ...sorted).pipeThrough(signed.checker('a')))).toBe(text);
        const check = () => textOf(streamOf(other).pipeThrough(signed.checker('a')));
        if (other !== text) await refusal('model/mismatch', check);
      }),
      { numRuns: 100 },
    );
  });

  it('a name that is not signed has no checker, and neither has a directory', async () => {
    const signed = await signedFiles({ 'b/c': 'content' });
    for (const name of ['a', 'b', 'b/', 'b/c/', 'B/c', 'c', './b/c', '']) {
      const error = await refusal('model/not-signed', async () => signed.checker(name));
      expect(error.message).toContain('no file of this name is signed');
    }
    for (const wrong of [undefined, null, 5, ['b/c']] as unknown as string[]) {
      const message = 'the name of the file must be a string';
      expect(() => signed.checker(wrong)).toThrow(message);
      await expect(signed.check(wrong, new Uint8Array())).rejects.toThrow(message);
    }
  });

  it('a checker fails with the error of what it reads from', async () => {
    const signed = await signedFiles({ a: 'content' });
    const cut = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('the connection was lost')),
    });
    await expect(textOf(cut.pipeThrough(signed.checker('a')))).rejects.toThrow('the connection was lost');
  });

  it('a checker refuses chunks that are not bytes', async () => {
    const signed = await signedFiles({ a: 'content' });
    const texts = ReadableStream.from(['content']) as unknown as ReadableStream<Uint8Array>;
    await expect(textOf(texts.pipeThrough(signed.checker('a')))).rejects.toThrow(TypeError);
  });

  it('a copy of an opened signature has no checker', async () => {
    const signed = await signedFiles({ a: 'content' });
    expect(structuredClone(signed)).toEqual({ ...signed });
    expect(() => signed.checker.call({ ...signed, checker: signed.checker }, 'a')).toThrow(TypeError);
  });
});

describe('signed.check', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);

  it('check accepts the bytes of a signed file, for each algorithm, whole and in shards', async () => {
    for (const hashAlgorithm of ['sha256', 'blake2b', 'blake3'] as const) {
      for (const options of [{}, { shardSize: 3 }]) {
        const signed = await signedFiles({ a: 'content' }, { hashAlgorithm, ...options });
        await signed.check('a', bytes('content'));
      }
    }
  });

  it('check accepts an empty file that is signed, and refuses one with content in its place', async () => {
    const signed = await signedFiles({ a: '', b: 'b' });
    await signed.check('a', bytes(''));
    await refusal('model/mismatch', () => signed.check('a', bytes('x')));
  });

  it('check refuses what a checker refuses, with the same difference', async () => {
    for (const options of [{}, { shardSize: 3 }]) {
      const signed = await signedFiles({ a: 'aaabbbcc' }, options);
      for (const changed of ['aaabbbc', 'aaabbbccc', 'aaaxbbcc', 'aaa', '']) {
        const error = await refusal('model/mismatch', () => signed.check('a', bytes(changed)));
        const streamed = await refusal('model/mismatch', () =>
          textOf(streamOf(changed).pipeThrough(signed.checker('a'))),
        );
        expect(error.differences).toEqual(streamed.differences);
      }
    }
  });

  it('check refuses a name that was not signed, what is no bytes, and a copy of the manifest', async () => {
    const signed = await signedFiles({ 'a/b': 'x' });
    for (const name of ['a', 'a/b/', 'A/B', ''])
      await refusal('model/not-signed', () => signed.check(name, bytes('x')));
    await expect(signed.check('a/b', 'x' as unknown as Uint8Array)).rejects.toThrow(TypeError);
    await expect(Object.create(signed).check('a/b', bytes('x'))).rejects.toThrow(TypeError);
  });
});
