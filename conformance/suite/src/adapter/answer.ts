/** The details of a verdict, by their names in the protocol. */
export interface Details {
  /** Lowercase hexadecimal. */
  readonly rootDigest?: string;
  readonly resources?: number;
  /** Classes of the warnings that were given. */
  readonly warnings?: readonly string[];
  /** Names relative to the model, in any order; directories may end in `/`. */
  readonly ignored?: readonly string[];
  readonly unsigned?: readonly string[];
  readonly externalLinks?: readonly string[];
  readonly differences?: readonly FoundDifference[];
  /** The hint of the key, the subject of the certificate, or the identity. */
  readonly signer?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** What the acceptance says: `verified`, `partial` or `advertised`. */
  readonly verdict?: string;
  /** Names of listed files that were compared by a digest that a store states. */
  readonly advertised?: readonly string[];
  /** How many listed files were left out. */
  readonly unchecked?: number;
  /** The names in the policy of the signers that were counted, and whether it refuses what it does not accept. */
  readonly counted?: readonly string[];
  readonly enforced?: boolean;
  /** The entries of the files of attestations, in their order. */
  readonly attestations?: readonly FoundAttestation[];
}

export interface FoundAttestation {
  readonly line: number;
  readonly verdict: string;
  readonly type?: string;
}

export interface FoundDifference {
  readonly kind: string;
  readonly path: string;
}

/**
 * The result of one call. Only `accept` and `reject` are verdicts. `unsupported` means that the adapter cannot do this; every
 * other kind means that the program gave no answer.
 */
export type Answer =
  | { readonly kind: 'accept'; readonly details: Details | null }
  | {
      readonly kind: 'reject';
      readonly reason: string | null;
      readonly message: string;
      readonly details: Details | null;
    }
  | { readonly kind: 'unsupported'; readonly message: string }
  | { readonly kind: Breakdown; readonly message: string };

/** The ways in which a program fails to answer. */
export type Breakdown = 'crash' | 'timeout' | 'resource' | 'protocol' | 'usage';

/** A call and everything observed about it. */
export interface Observation {
  readonly answer: Answer;
  /** The command that reproduces the call. */
  readonly command: string;
  /** The output of both streams, truncated. */
  readonly output: string;
  /** How the process ended, as text; absent if one process makes many calls. */
  readonly ended?: string;
  readonly seconds: number;
  /** The peak resident memory in bytes; null if the system does not report it. */
  readonly peakMemory: number | null;
}

/** The resources that one call may use. */
export interface Limits {
  readonly seconds: number;
  readonly memoryBytes: number;
  readonly outputBytes: number;
}

export const defaultLimits: Limits = {
  seconds: 20,
  memoryBytes: 1024 ** 3,
  outputBytes: 8 * 1024 ** 2,
};

const MAX_TEXT = 4000;

/**
 * Reads the result object of an adapter, which is untrusted input.
 * @throws {Error} that says what is wrong with it
 */
export function parseResult(value: unknown): Answer {
  const result = objectOf(value, 'the result');
  switch (result.outcome) {
    case 'accept':
      return { kind: 'accept', details: parseDetails(result) };
    case 'reject': {
      const reason = objectOf(result.reason, 'reason');
      return {
        kind: 'reject',
        reason: reason.class === undefined || reason.class === null ? null : textOf(reason.class, 'reason.class'),
        message: cut(textOf(reason.message ?? '', 'reason.message')),
        details: parseDetails(result),
      };
    }
    case 'unsupported':
      return { kind: 'unsupported', message: messageOf(result) };
    case 'error':
      return { kind: 'crash', message: messageOf(result) || 'the adapter reported an internal error' };
    default:
      throw new Error('outcome is not one of accept, reject, unsupported and error');
  }
}

function messageOf({ reason }: Record<string, unknown>): string {
  return reason === undefined ? '' : cut(textOf(objectOf(reason, 'reason').message ?? '', 'reason.message'));
}

function parseDetails(result: Record<string, unknown>): Details {
  return {
    ...optional('rootDigest', result.rootDigest, textOf),
    ...optional('resources', result.resources, numberOf),
    ...optional('warnings', result.warnings, (value, what) =>
      listOf(value, what).map((warning) => textOf(objectOf(warning, what).class, `${what}.class`)),
    ),
    ...optional('ignored', result.ignored, textsOf),
    ...optional('unsigned', result.unsigned, textsOf),
    ...optional('externalLinks', result.externalLinks, textsOf),
    ...optional('differences', result.differences, (value, what) =>
      listOf(value, what).map((difference) => {
        const { kind, path } = objectOf(difference, what);
        return { kind: textOf(kind, `${what}.kind`), path: textOf(path, `${what}.path`) };
      }),
    ),
    ...optional('signer', result.signer ?? undefined, textOf),
    ...optional('verdict', result.verdict, textOf),
    ...optional('advertised', result.advertised, textsOf),
    ...optional('unchecked', result.unchecked, numberOf),
    ...optional('counted', result.counted, textsOf),
    ...optional('enforced', result.enforced, truthOf),
    ...optional('attestations', result.attestations, (value, what) => listOf(value, what).map(attestationOf)),
    ...optional('annotations', result.annotations, (value, what) =>
      Object.fromEntries(
        Object.entries(objectOf(value, what)).map(([key, said]) => [key, textOf(said, `a member of ${what}`)]),
      ),
    ),
  };
}

function attestationOf(value: unknown): FoundAttestation {
  const { line, verdict, type } = objectOf(value, 'an attestation');
  return {
    line: numberOf(line, 'the line of an attestation'),
    verdict: textOf(verdict, 'the verdict on an attestation'),
    ...optional('type', type ?? undefined, textOf),
  };
}

function optional<K extends string, T>(
  name: K,
  value: unknown,
  parse: (value: unknown, what: string) => T,
): { [key in K]?: T } {
  return value === undefined ? {} : ({ [name]: parse(value, name) } as { [key in K]?: T });
}

export function objectOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${what} is not an object`);
  return value as Record<string, unknown>;
}

export function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new Error(`${what} is not a string`);
  return value;
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${what} is not an array`);
  return value;
}

export function textsOf(value: unknown, what: string): string[] {
  return listOf(value, what).map((item) => textOf(item, `an item of ${what}`));
}

function truthOf(value: unknown, what: string): boolean {
  if (typeof value !== 'boolean') throw new Error(`${what} is neither true nor false`);
  return value;
}

function numberOf(value: unknown, what: string): number {
  if (typeof value !== 'number') throw new Error(`${what} is not a number`);
  return value;
}

/** Truncates the output of a program for a report. */
export function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
