import { requirements } from '@model-signing/spec/requirements';
import type { Broken } from '../../../suite/src/oracle/broken.ts';
import { canJudge } from '../../../suite/src/oracle/judge-vector.ts';
import { signerChoices, verifierChoices } from '../../../suite/src/oracle/permitted-choices.ts';
import { type ProducerDefect, producerDefects, sharedDefects } from '../../../suite/src/oracle/signer-defects.ts';
import { type Defect, verifierDefects } from '../../../suite/src/oracle/verifier-defects.ts';
import type { LoadedVector } from '../../../suite/src/vectors/load.ts';
import type { RequirementId } from '../../../suite/src/vectors/vector.ts';
import { isBinding } from '../../../suite/src/vectors/verdicts.ts';
import { DefectFinder } from './find-defects.ts';
import { type Behaviour, publicSignerFailure, publicVerifierFailure } from './public-verdict.ts';

/** A defect against the public text, and the vectors whose public verdict finds it, or null. */
export interface PublicFinding {
  readonly role: 'verifier' | 'signer';
  readonly defect: Defect | ProducerDefect;
  /** Those of the requirements that it breaks which bind every implementation. */
  readonly requirements: readonly RequirementId[];
  readonly vector: string | null;
  /** The same for a program that makes every permitted choice besides. */
  readonly withChoices: string | null;
}

/** Choices that leave a defect nothing to do, since what it is about is absent or refused. */
const moot: { readonly [defect in Behaviour]?: readonly Behaviour[] } = {
  'writes-keyid-null': ['writes-no-keyid'],
  'historical-text-for-any-payload': ['historical-not-supported'],
  'dot-means-any-file': ['dot-refused'],
  'dot-among-others': ['dot-refused'],
  'name-may-hold-dot': ['dot-refused'],
  'links-listed-as-files': ['links-never-excluded'],
  'exclusion-reads-backslash': ['ignore-path-with-backslash-refused'],
  'exclusion-reads-escapes': ['ignore-path-with-backslash-refused'],
};

const bases = new Map<string, boolean>(requirements.map(({ id, basis }) => [id, isBinding(basis.kind)]));

/** Every choice that the public text leaves to a verifier, or to a signer. */
export const everyChoice: Readonly<Record<PublicFinding['role'], readonly Behaviour[]>> = {
  verifier: Object.keys(verifierChoices) as Behaviour[],
  signer: Object.keys(signerChoices) as Behaviour[],
};

/** The vectors that the oracle can judge by the public text, small ones first. */
export class PublicJudge {
  readonly #vectors: Readonly<Record<PublicFinding['role'], readonly LoadedVector[]>>;
  readonly #finder: DefectFinder;

  constructor(loaded: readonly LoadedVector[]) {
    this.#finder = new DefectFinder(loaded);
    const graded = byCost(loaded.filter(({ vector }) => !vector.heavy && isBinding(vector.basis)));
    this.#vectors = {
      verifier: graded.filter(({ vector, bundle }) => bundle && canJudge(vector)),
      signer: graded.filter(({ vector }) => vector.kind === 'sign' && canJudge(vector)),
    };
  }

  /** How many vectors each role is judged by. */
  counts(): Readonly<Record<PublicFinding['role'], number>> {
    return { verifier: this.#vectors.verifier.length, signer: this.#vectors.signer.length };
  }

  /** The vectors that a program with these behaviours fails by the public text, and how. */
  *failures(role: PublicFinding['role'], behaviours: readonly Behaviour[], first?: RequirementId): Generator<string> {
    const about = ({ vector }: LoadedVector) => first !== undefined && vector.requirements.includes(first);
    const vectors = this.#vectors[role];
    for (const each of [...vectors.filter(about), ...vectors.filter((one) => !about(one))]) {
      const how =
        role === 'signer'
          ? publicSignerFailure(each, behaviours)
          : publicVerifierFailure(each, behaviours, this.#finder.exclusionsBefore(each));
      if (how !== null) yield `${each.vector.id}: ${how}`;
    }
  }

  /** Each defect against the public text, alone and with every permitted choice. */
  *findings({ oneIn = 1 } = {}): Generator<PublicFinding> {
    const all: [PublicFinding['role'], [Behaviour, Broken]][] = [
      ...rows(verifierDefects).map((row): ['verifier', typeof row] => ['verifier', row]),
      ...[...rows(producerDefects), ...rows(sharedDefects)].map((row): ['signer', typeof row] => ['signer', row]),
    ];
    for (const [index, [role, [defect, broken]]] of all.entries()) {
      const binding = ([broken].flat() as RequirementId[]).filter((id) => bases.get(id) === true);
      if (binding.length === 0 || index % oneIn !== 0) continue;
      const choices = everyChoice[role].filter((choice) => !moot[defect]?.includes(choice));
      const found = (behaviours: readonly Behaviour[]) => {
        const { value } = this.failures(role, behaviours, binding[0]).next();
        return typeof value === 'string' ? value.slice(0, value.indexOf(':')) : null;
      };
      yield { role, defect, requirements: binding, vector: found([defect]), withChoices: found([defect, ...choices]) };
    }
  }
}

function rows<D extends Behaviour>(table: { readonly [defect in D]: Broken }): [D, Broken][] {
  return Object.entries(table) as [D, Broken][];
}

function byCost(vectors: readonly LoadedVector[]): LoadedVector[] {
  const cost = ({ vector, bundle }: LoadedVector) => JSON.stringify(vector.model).length + (bundle?.length ?? 0);
  return [...vectors].sort((a, b) => cost(a) - cost(b));
}

/** The defects against the public text that its verdict cannot find, with the reason. */
export const unobservable: { readonly [defect in Behaviour]?: string } = {
  'statement-before-signature': 'both orders refuse the same bundles, and the reason does not count',
  'writes-published-type-in-draft': 'it breaks the requirement as the draft has it, which is a proposal',
};
