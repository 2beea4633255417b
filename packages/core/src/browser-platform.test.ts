import { expect, it, vi } from 'vitest';
import * as webHttp from './web/http.ts';
import * as web from './web/platform.ts';

vi.mock('@model-signing/x509/platform', () => import('../../x509/src/web/platform.ts'));
vi.mock('#platform', async () => {
  const { readPrivateKey } = await import('./node/platform.ts'); // the tests sign what they verify
  return { ...(await import('./web/platform.ts')), readPrivateKey };
});
web satisfies typeof import('#platform');
webHttp satisfies Pick<typeof import('#http'), 'HttpError' | 'sendRequest'>;

it('the tests of this file run on the platform of browsers', async () => {
  expect((await import('#platform')).sha256).toBe(web.sha256);
});

// Registers every test of these files once more.
await import('./sign.test.ts');
await import('./verify.test.ts');
await import('./engine.test.ts');
await import('./hashing/streams.test.ts');
await import('./format/encoding.test.ts');
