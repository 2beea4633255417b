/** The states of a case and their meaning. Only the first two are passes (PROTOCOL.md). */
export const states = {
  pass: 'right',
  'pass-unclassified': 'right, but it gave no reason, or not all details',
  'fail-accepted': 'accepted what must be refused',
  'fail-rejected': 'refused what must be accepted, or produced an invalid signature',
  'fail-reason': 'the right outcome for a wrong reason, or without the warnings and reports it needs',
  crash: 'the program died, or printed a stack trace',
  timeout: 'the program did not end in time',
  resource: 'the program used too much memory or printed too much',
  protocol: 'the adapter does not keep to the protocol',
  inconclusive:
    'the outcome proves nothing: a usage error, a refused control, or an acceptance by a program that refuses nothing',
  unsupported: 'not supported by the adapter, or not possible on this system',
  observed: 'left open: not graded',
  xfail: 'fails as the list of expected failures says',
  xpass: 'passes in spite of the list of expected failures',
} as const;

export type State = keyof typeof states;

export const stateNames = Object.keys(states) as readonly State[];

const passing: ReadonlySet<State> = new Set(['pass', 'pass-unclassified']);
const neutral: ReadonlySet<State> = new Set(['unsupported', 'observed', 'xfail']);

export function isPass(state: State): boolean {
  return passing.has(state);
}

/** Whether a state counts against the implementation or the run. */
export function isFailure(state: State): boolean {
  return !passing.has(state) && !neutral.has(state);
}
