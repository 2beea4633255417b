import { isFailure } from '../run/states.ts';
import { printable } from './escape.ts';
import type { CaseResult, Report } from './report.ts';

/** A report as the Test Anything Protocol, version 14. */
export function tap({ results }: Report): string {
  return `TAP version 14\n1..${results.length}\n${results.map((result, index) => line(result, index + 1)).join('')}`;
}

function line({ id, state, title, detail, requirements }: CaseResult, number: number): string {
  const name = printable(`${id}: ${title}`).replaceAll('\\', '\\\\').replaceAll('#', '\\#');
  const directive = state === 'xfail' ? ' # TODO expected failure' : isSkip(state) ? ` # SKIP ${state}` : '';
  const ok = isFailure(state) || state === 'xfail' ? 'not ok' : 'ok';
  if (!isFailure(state)) return `${ok} ${number} - ${name}${directive}\n`;
  return `${ok} ${number} - ${name}
  ---
  state: ${state}
  message: ${JSON.stringify(printable(detail))}
  requirements: [${requirements.join(', ')}]
  ...
`;
}

function isSkip(state: CaseResult['state']): boolean {
  return state === 'unsupported' || state === 'observed';
}
