import type { Broken } from '../../../suite/src/oracle/broken.ts';
import { canJudge, signerFailure, verifierFailure } from '../../../suite/src/oracle/judge-vector.ts';
import { type ProducerDefect, producerDefects, sharedDefects } from '../../../suite/src/oracle/signer-defects.ts';
import { type Defect, verifierDefects } from '../../../suite/src/oracle/verifier-defects.ts';
import type { LoadedVector } from '../../../suite/src/vectors/load.ts';
import type { RequirementId } from '../../../suite/src/vectors/vector.ts';

/** A defect, a requirement that it breaks, and the vector that finds it, or null. */
export interface Finding {
  readonly role: 'verifier' | 'signer';
  readonly defect: Defect | ProducerDefect;
  readonly requirement: RequirementId;
  readonly vector: string | null;
  readonly how: string | null;
}

/** The defects that no vector can find, with the reason. */
export const unfindable: { readonly [defect in Defect | ProducerDefect]?: string } = {
  'statement-before-signature':
    'every verifier refuses a payload that was not signed, whatever it does first: only the reason could tell',
};

type Failure = (loaded: LoadedVector) => string | null;

/** The vectors that the oracle can judge, in the two roles. */
export class DefectFinder {
  readonly #verifying: readonly LoadedVector[];
  readonly #signing: readonly LoadedVector[];
  readonly #byId: ReadonlyMap<string, LoadedVector>;

  constructor(loaded: readonly LoadedVector[]) {
    const light = loaded.filter(({ vector }) => !vector.heavy);
    this.#verifying = byCost(light.filter(({ vector, bundle }) => bundle && canJudge(vector)));
    this.#signing = byCost(light.filter(({ vector }) => vector.kind === 'sign' && canJudge(vector)));
    this.#byId = new Map(loaded.map((each) => [each.vector.id, each]));
  }

  /**
   * For each defect and requirement that it breaks, a vector that names the requirement and finds the defect.
   * @param sample with `oneIn`, only one defect in so many
   */
  *find({ oneIn = 1 } = {}): Generator<Finding> {
    const all: [Finding['role'], [Defect | ProducerDefect, Broken]][] = [
      ...entriesOf(verifierDefects).map((entry): [Finding['role'], typeof entry] => ['verifier', entry]),
      ...[...entriesOf(producerDefects), ...entriesOf(sharedDefects)].map((entry): [Finding['role'], typeof entry] => [
        'signer',
        entry,
      ]),
    ];
    for (const [index, [role, [defect, broken]]] of all.entries()) {
      if (index % oneIn === 0) yield* this.#findOne(role, defect, broken);
    }
  }

  *#findOne(role: Finding['role'], defect: Defect | ProducerDefect, broken: Broken): Generator<Finding> {
    const failure: Failure =
      role === 'verifier'
        ? (each) => verifierFailure(each, [defect as Defect], this.exclusionsBefore(each))
        : (each) => signerFailure(each, [defect]);
    for (const requirement of [broken].flat() as RequirementId[]) {
      const vectors = role === 'verifier' ? this.#verifying : this.#signing;
      const named = vectors.filter(({ vector }) => vector.requirements.includes(requirement));
      yield { role, defect, requirement, ...firstFailure(named, failure) };
    }
  }

  /** The exclusions of the vectors that run before this one in the same process. */
  exclusionsBefore({ vector }: LoadedVector): string[] {
    return (vector.after ?? []).flatMap((id) => {
      const earlier = this.#byId.get(id);
      return earlier ? [...(earlier.vector.inputs.ignorePaths ?? []), ...recordedExclusions(earlier)] : [];
    });
  }
}

function entriesOf<D extends string>(table: { readonly [defect in D]: Broken }): [D, Broken][] {
  return Object.entries(table) as [D, Broken][];
}

/** Small vectors first: most defects are found by one of them. */
function byCost(vectors: readonly LoadedVector[]): LoadedVector[] {
  const cost = ({ vector, bundle }: LoadedVector) => JSON.stringify(vector.model).length + (bundle?.length ?? 0);
  return [...vectors].sort((a, b) => cost(a) - cost(b));
}

function firstFailure(vectors: readonly LoadedVector[], failure: Failure): Pick<Finding, 'vector' | 'how'> {
  for (const loaded of vectors) {
    const how = failure(loaded);
    if (how !== null) return { vector: loaded.vector.id, how };
  }
  return { vector: null, how: null };
}

function recordedExclusions({ bundle }: LoadedVector): string[] {
  const { dsseEnvelope } = JSON.parse(String(bundle));
  const { predicate } = JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString());
  return predicate.serialization.ignore_paths ?? [];
}
