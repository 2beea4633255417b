import { errorCodes } from '@model-signing/core';
import { expect, test } from 'vitest';
import { exitCodeOfVerdict } from './exit-codes.ts';

test('the command exits with 3 for exactly those errors that are not a verdict on a signature', () => {
  expect(errorCodes.filter((code) => exitCodeOfVerdict(code) !== 1)).toEqual([
    'bundle/out-of-memory',
    'signer/key-unreadable',
    'signer/key-unsupported',
    'signer/passphrase-missing',
    'signer/passphrase-wrong',
    'signer/key-answer-invalid',
    'signer/certificate-unreadable',
    'signer/certificate-mismatch',
    'signer/timestamp-unavailable',
    'signer/trust-unreadable',
    'signer/trust-missing',
    'signer/trust-cache',
    'signer/token-missing',
    'signer/token-invalid',
    'signer/token-audience',
    'signer/token-expired',
    'signer/login-failed',
    'signer/service-failed',
    'statement/predicate-invalid',
    'model/not-found',
    'model/unreadable',
    'model/out-of-memory',
    'model/unit-too-large',
  ]);
});
