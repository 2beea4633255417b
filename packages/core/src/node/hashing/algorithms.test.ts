import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { HashJob } from '../../engine.ts';

vi.mock('@napi-rs/blake-hash', () => {
  throw new Error('there is no binary for this platform');
});

const { loadAlgorithm } = await import('./algorithms.ts');
const { defaultEngine } = await import('../engine.ts');

describe('where the native package does not load', () => {
  it('without the native package blake3 gives the same digests and reports that it is slow', async () => {
    const messages: string[] = [];
    const { createHasher, hash } = await loadAlgorithm('blake3', (message) => messages.push(message));
    expect(messages).toEqual(['blake3 is computed in JavaScript, which is slow: there is no binary for this platform']);
    const digest = '6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85';
    expect(hash(Buffer.from('abc'))).toBe(digest);
    const hasher = createHasher();
    hasher.update(Buffer.from('a'));
    hasher.update(Buffer.from('bc'));
    expect(hasher.digest()).toBe(digest);
  });

  it("without the native package blake2b is Node's own, and nothing is reported", async () => {
    const messages: string[] = [];
    const { hash } = await loadAlgorithm('blake2b', (message) => messages.push(message));
    expect(hash(Buffer.from('abc'))).toBe(createHash('blake2b512').update('abc').digest('hex'));
    expect(messages).toEqual([]);
  });

  it('without the native package one warning says that blake3 is slow, and only if there is much to hash', async () => {
    const warnings: string[] = [];
    const listener = ({ message }: Error) => void warnings.push(message);
    process.on('warning', listener);
    onTestFinished(() => void process.off('warning', listener));
    const saidAfter = async (...sizes: (number | null)[]) => {
      await defaultEngine.hash(sizes.map(jobOf), { algorithm: 'blake3' });
      await new Promise(setImmediate);
      return warnings.filter((message) => message.startsWith('blake3')).length;
    };
    expect(await saidAfter()).toBe(0);
    expect(await saidAfter(1)).toBe(0);
    expect(await saidAfter(1, null)).toBe(1);
    expect(await saidAfter(null)).toBe(1);
  });
});

/** Hashes one byte in memory, whose length is known or not. */
function jobOf(size: number | null): HashJob {
  const content = {
    async *read() {
      yield Buffer.from('a');
    },
  };
  return { file: { name: 'a', size, content }, start: 0, end: 1 };
}
