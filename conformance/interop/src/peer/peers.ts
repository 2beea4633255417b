import { existsSync } from 'node:fs';
import { GO_PEER_VARIABLE } from './go-environment.ts';
import {
  goImplementation,
  type Implementation,
  otherImplementation,
  ourImplementation,
  pythonImplementation,
} from './implementation.ts';
import { type KnownDifference, lists, readKnownDifferences, type SignerRole } from './known-differences.ts';

/** Two implementations that are tested with each other, and their known differences. */
export interface Pair {
  readonly first: Implementation;
  readonly second: Implementation;
  readonly known: readonly KnownDifference[];
}

/** The virtual environment of the Python peer; set by the command that creates it. */
export const ENVIRONMENT_VARIABLE = 'MODEL_SIGNING_PYTHON_PEER';

/** A command that takes the arguments of the Python one, named by the caller. */
export const OTHER_VARIABLE = 'MODEL_SIGNING_PEER';

/** A list in the form of the Python peer's, for that command. */
const OTHER_LIST_VARIABLE = 'MODEL_SIGNING_PEER_KNOWN_DIFFERENCES';

/** The pairs of implementations that the environment names; none in an ordinary run of all tests. */
export function pairsFromEnvironment(): Pair[] {
  const { [ENVIRONMENT_VARIABLE]: environment, [GO_PEER_VARIABLE]: program } = process.env;
  const { [OTHER_VARIABLE]: other, [OTHER_LIST_VARIABLE]: otherList } = process.env;
  const ours = ourImplementation();
  const python = environment ? pythonImplementation(environment) : null;
  const go = program ? goImplementation(program) : null;
  return [
    ...(python ? [{ first: ours, second: python, known: read(lists.python) }] : []),
    ...(go ? [{ first: ours, second: go, known: read(lists.go) }] : []),
    ...(python && go ? [{ first: python, second: go, known: read(lists['python-go']) }] : []),
    ...(other ? [{ first: ours, second: otherImplementation(other), known: otherList ? read(otherList) : [] }] : []),
  ];
}

/** A list that does not exist has no entries: its pair was never run. */
function read(list: string): readonly KnownDifference[] {
  return existsSync(list) ? readKnownDifferences(list) : [];
}

/** The name of a signer of a pair in the list of its differences. */
export function roleOf(signer: Implementation, { first }: Pair): SignerRole {
  if (first.name !== 'ours') return signer.name as 'python' | 'go';
  return signer.name === 'ours' ? 'ours' : 'peer';
}
