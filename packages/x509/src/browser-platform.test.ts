import { expect, it, vi } from 'vitest';
import * as web from './web/platform.ts';

vi.mock('#platform', () => import('./web/platform.ts'));
web satisfies typeof import('#platform');

it('the tests of this file run on the platform of browsers', async () => {
  expect((await import('#platform')).digest).toBe(web.digest);
});

// Registers every test of these files once more.
await import('./certificate.test.ts');
await import('./path.test.ts');
await import('./timestamp.test.ts');
