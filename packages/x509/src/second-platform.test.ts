import { expect, it, vi } from 'vitest';
import * as noble from './testing/noble-platform.ts';

vi.mock('#platform', () => import('./testing/noble-platform.ts'));
noble satisfies typeof import('#platform');

it('all of these tests run on the second platform and not on that of Node', async () => {
  expect((await import('#platform')).digest).toBe(noble.digest);
});

// Every test of these files is registered here once more.
await import('./certificate.test.ts');
await import('./path.test.ts');
await import('./timestamp.test.ts');
