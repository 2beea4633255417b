import { isFailure, isPass } from '../run/states.ts';
import { type Markup, markup } from './markup.ts';
import type { Report } from './report.ts';
import { toneOf } from './tone.ts';

const SQUARE = 7;
const GAP = 2;
const COLUMNS = 44;

/** The result of an implementation: its verdict, its profiles, and one square per vector. */
export function summaryCard(report: Report): Markup {
  const { implementation, conformant, results, profiles } = report;
  const passed = results.filter(({ state }) => isPass(state)).length;
  const failed = results.filter(({ state }) => isFailure(state)).length;
  const rest = results.length - passed - failed;
  const names = [...new Set(profiles.map(({ profile }) => profile))];
  const chips = names.map((name) => {
    const mine = profiles.filter(({ profile }) => profile === name);
    const fails = mine.reduce((sum, { fail }) => sum + fail, 0);
    const passes = mine.reduce((sum, { pass }) => sum + pass, 0);
    const tone = fails > 0 ? 'bad' : passes > 0 ? 'good' : 'dim';
    return markup`<li class="chip ${tone}">${name} <b>${passes}</b>${fails > 0 ? markup`<span class="hidden"> passed, ${fails} failed</span><i aria-hidden="true"> −${fails}</i>` : markup`<span class="hidden"> passed</span>`}</li>`;
  });
  return markup`<article class="card ${conformant ? 'yes' : 'no'}">
<h2>${implementation.name} <small>${implementation.version ?? ''}</small></h2>
<p class="verdict">${conformant ? 'Conforms' : 'Does not conform'}</p>
<p class="numbers"><b>${passed}</b> passed <b>${failed}</b> failed${rest > 0 ? markup` <b>${rest}</b> not graded` : ''} <span class="at">protocol level ${implementation.protocolLevel}</span></p>
${mosaic(report)}
<ul class="chips">${chips}</ul>
</article>`;
}

/** One square per vector, in the order of the stages; the numbers beside it say the same. */
function mosaic({ results }: Report): Markup {
  const step = SQUARE + GAP;
  const squares = results.map(({ state, id }, index) => {
    const x = (index % COLUMNS) * step;
    const y = Math.floor(index / COLUMNS) * step;
    return markup`<rect class="${toneOf(state)}" x="${x}" y="${y}" width="${SQUARE}" height="${SQUARE}" rx="1.5"><title>${id}: ${state}</title></rect>`;
  });
  const width = COLUMNS * step - GAP;
  const height = Math.max(1, Math.ceil(results.length / COLUMNS)) * step - GAP;
  return markup`<svg class="mosaic" viewBox="0 0 ${width} ${height}" aria-hidden="true" focusable="false">${squares}</svg>`;
}
