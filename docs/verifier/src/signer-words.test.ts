import { expect, it } from 'vitest';
import { timeWords } from './signer-words.ts';

const certificate = {
  method: 'certificate',
  verifiedAt: '2026-01-02T03:04:05.000Z',
} as unknown as Parameters<typeof timeWords>[0];

it('only a verified timestamp says when it was signed with a certificate, and neither the clock nor the caller does', () => {
  const words = (timeFrom: string) => timeWords({ ...certificate, timeFrom } as typeof certificate);
  expect(words('timestamp')).toMatch(/^2026-01-02 03:04:05 UTC, by a timestamp/);
  for (const from of ['clock', 'caller']) expect(words(from)).toMatch(/^unknown: .*2026-01-02 03:04:05 UTC/);
});
