import type { Draft } from '@model-signing/core';

/** The flags for signatures with a key or a certificate that are logged, or timestamped, in a draft. */
export interface SignLogFlags {
  /** The address of a transparency log. */
  readonly log?: string;
  readonly logVersion?: '1' | '2';
  readonly trustedRoot?: string;
  readonly timestampUrl?: string;
  readonly draft?: Draft;
}

/** The flags that require a log entry. */
export interface RequireLogFlags {
  readonly requireLog?: boolean;
  readonly trustedRoot?: string;
}
