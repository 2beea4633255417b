import type { Warn } from '@model-signing/core';

/** For verifications that have nothing to warn of. */
export const noWarning: Warn = (code, message) => {
  throw new Error(`unexpected warning ${code}: ${message}`);
};
