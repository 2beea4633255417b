import { expect, it, vi } from 'vitest';
import * as noble from './testing/noble-platform.ts';

vi.mock('#platform', () => import('./testing/noble-platform.ts'));
noble satisfies typeof import('#platform');

it('the tests of this file run on the second platform and not on Node', async () => {
  expect((await import('#platform')).digest).toBe(noble.digest);
});

// Registers every test of these files once more.
await import('./certificate.test.ts');
await import('./path.test.ts');
await import('./timestamp.test.ts');
