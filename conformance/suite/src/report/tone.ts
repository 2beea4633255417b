import { isFailure, type State } from '../run/states.ts';

/** The class of page.css that colours a state. */
export function toneOf(state: State): 'good' | 'soft' | 'bad' | 'odd' | 'dim' {
  if (state === 'pass') return 'good';
  if (state === 'pass-unclassified') return 'soft';
  if (state === 'fail-accepted' || state === 'fail-rejected' || state === 'fail-reason' || state === 'xpass')
    return 'bad';
  return isFailure(state) ? 'odd' : 'dim';
}
