import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

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

  it('without the native package a second hashing with blake3 gives no second warning', async () => {
    const warnings: string[] = [];
    const listener = ({ message }: Error) => void warnings.push(message);
    process.on('warning', listener);
    onTestFinished(() => void process.off('warning', listener));
    await defaultEngine.hash([], { algorithm: 'blake3' });
    await defaultEngine.hash([], { algorithm: 'blake3' });
    await new Promise(setImmediate);
    expect(warnings.filter((message) => message.startsWith('blake3'))).toHaveLength(1);
  });
});
