import { type Implementation, otherImplementation, pythonImplementation } from './implementation.ts';
import { type KnownDifference, pythonList, readKnownDifferences } from './known-differences.ts';

/** An implementation that ours is tested with, and its known differences. */
export interface Peer {
  readonly implementation: Implementation;
  readonly known: readonly KnownDifference[];
}

/** The virtual environment of the Python peer; set by the command that creates it. */
export const ENVIRONMENT_VARIABLE = 'MODEL_SIGNING_PYTHON_PEER';

/** A command that takes the arguments of the Python one, named by the caller. */
export const OTHER_VARIABLE = 'MODEL_SIGNING_PEER';

/** A list in the form of the Python peer's, for that command. */
const OTHER_LIST_VARIABLE = 'MODEL_SIGNING_PEER_KNOWN_DIFFERENCES';

/** The peers that the environment names; none in an ordinary run of all tests. */
export function peersFromEnvironment(): Peer[] {
  const environment = process.env[ENVIRONMENT_VARIABLE];
  const other = process.env[OTHER_VARIABLE];
  const otherList = process.env[OTHER_LIST_VARIABLE];
  return [
    ...(environment
      ? [{ implementation: pythonImplementation(environment), known: readKnownDifferences(pythonList) }]
      : []),
    ...(other
      ? [{ implementation: otherImplementation(other), known: otherList ? readKnownDifferences(otherList) : [] }]
      : []),
  ];
}
