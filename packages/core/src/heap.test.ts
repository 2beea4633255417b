import { testKey } from '@model-signing/testing/forge';
import { expect, it, vi } from 'vitest';
import { keyVerifier } from './methods/key.ts';
import { openSignature } from './open.ts';
import { refusal } from './testing/refusal.ts';

it.each([
  [2 ** 27, 9_000_000, 'bundle/out-of-memory'],
  [2 ** 27, 4_000_000, 'bundle/not-json'],
  [2 ** 32, 9_000_000, 'bundle/not-json'],
  [2 ** 27, 300_000_000, 'bundle/too-large'],
] as const)('with a heap of %d bytes, a bundle of %d bytes is refused as %s', async (heap, size, code) => {
  const stub = { getHeapStatistics: () => ({ heap_size_limit: heap }) };
  const spy = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(stub);
  const error = await refusal(code, () => openSignature(new Uint8Array(size), keyVerifier(testKey())));
  spy.mockRestore();
  if (code === 'bundle/out-of-memory') expect(error.message).toContain('--max-old-space-size=35');
});
