import decisions from '@model-signing/spec/policy/v1/decisions.json' with { type: 'json' };

/** Who signs in the decisions. */
export type Person = 'alice' | 'bob' | 'carol' | 'eve' | 'lab' | 'release';

/** A signature of a decision. What it means is written in the table. */
export interface DecisionSignature {
  readonly by: Person;
  readonly name?: string;
  readonly form?: 'not-json' | 'changed-payload' | 'raw-key' | 'unsorted' | 'key';
  readonly of?: Readonly<Record<string, string>>;
  readonly time?: string;
  readonly validTo?: string;
  readonly identity?: string;
  readonly issuer?: string;
  readonly authority?: 'other';
  readonly hashAlgorithm?: 'sha256' | 'blake2b' | 'blake3';
  readonly ignorePaths?: readonly string[];
  readonly allowSymlinks?: boolean;
}

/** An attestation of a decision: of the first signature, or of the one of this name, which a key has made. */
export interface DecisionAttestation {
  readonly by: 'alice' | 'bob' | 'carol' | 'eve';
  readonly type: string;
  readonly of?: string;
}

/** A decision of the table: a policy, a name and signatures, and what follows. */
export interface Decision {
  readonly id: string;
  readonly title: string;
  readonly name?: string;
  readonly now?: string;
  readonly policy?: {
    readonly set?: Readonly<Record<string, unknown>>;
    readonly remove?: readonly string[];
  };
  readonly signatures: readonly DecisionSignature[];
  readonly attestations?: readonly DecisionAttestation[];
  readonly changed?: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly accepts?: readonly string[];
  readonly refuses?: string;
  readonly reports?: string;
  readonly notCounted?: Readonly<Record<string, string>>;
}

/** The table, with what its decisions have in common. */
export const table: Readonly<{
  name: string;
  now: string;
  model: Readonly<Record<string, string>>;
  policy: object;
  decisions: readonly Decision[];
}> = decisions as never;

// biome-ignore lint/suspicious/noExplicitAny: a decision may set any part of a policy
type Loose = any;

/** The policy of a decision, in which `rootOf` gives the root digests of signatures by their names. */
export function policyOf(
  { policy: { set = {}, remove = [] } = {} }: Decision,
  rootOf: (name: string) => string,
): string {
  const document: Loose = structuredClone(table.policy);
  for (const [pointer, value] of Object.entries(set)) {
    const [parent, last] = placeOf(document, pointer);
    parent[last] = value;
  }
  for (const pointer of remove) {
    const [parent, last] = placeOf(document, pointer);
    delete parent[last];
  }
  return JSON.stringify(document).replaceAll(/<root of ([^>]+)>/g, (_, name: string) => rootOf(name));
}

/** What holds the place of a pointer, and the last step to it. */
function placeOf(document: Loose, pointer: string): [Loose, string] {
  const steps = pointer.slice(1).split('/');
  const last = steps.pop() as string;
  return [steps.reduce((value, step) => value[step], document), last];
}
