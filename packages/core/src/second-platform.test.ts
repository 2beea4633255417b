import { expect, it, vi } from 'vitest';
import * as noble from './testing/noble-platform.ts';

vi.mock('#platform', () => import('./testing/noble-platform.ts'));
noble satisfies typeof import('#platform');

it('the tests of this file run on the second platform and not on Node', async () => {
  expect((await import('#platform')).sha256).toBe(noble.sha256);
});

// Registers every test of these files once more.
await import('./sign.test.ts');
await import('./verify.test.ts');
await import('./engine.test.ts');
await import('./hashing/streams.test.ts');
await import('./format/encoding.test.ts');
