import { isFailure, isPass } from '../run/states.ts';
import { type VerdictName, verdictNames } from '../vectors/verdicts.ts';
import { lines, type Markup, markup } from './markup.ts';
import { isUndeclared, type Report } from './report.ts';
import { toneOf } from './tone.ts';
import { headline, verdictTitles } from './wording.ts';

const SQUARE = 7;
const GAP = 2;
const COLUMNS = 44;

/** The result of an implementation: its verdicts, its profiles by the judge, and one square per vector. */
export function summaryCard(report: Report): Markup {
  const { implementation, judge, profiles } = report;
  const names = [...new Set(profiles.map(({ profile }) => profile))];
  const chips = names.map((name) => {
    const roles = profiles.filter(({ profile }) => profile === name);
    if (roles.every(isUndeclared)) return markup`<li class="chip dim">${name} <span>not declared</span></li>`;
    const mine = roles.map(({ verdicts }) => verdicts[judge]);
    const fails = mine.reduce((sum, { fail }) => sum + fail, 0);
    const passes = mine.reduce((sum, { pass }) => sum + pass, 0);
    const tone = fails > 0 ? 'bad' : passes > 0 ? 'good' : 'dim';
    return markup`<li class="chip ${tone}">${name} <b>${passes}</b>${fails > 0 ? markup`<span class="hidden"> passed, ${fails} failed</span><i aria-hidden="true"> −${fails}</i>` : markup`<span class="hidden"> passed</span>`}</li>`;
  });
  return markup`<article class="card">
<h2>${implementation.name} <small>${implementation.version ?? ''} protocol level ${implementation.protocolLevel}</small></h2>
${lines(verdictNames.map((verdict) => verdictBlock(report, verdict)))}
${mosaic(report)}
<ul class="chips">${chips}</ul>
</article>`;
}

/** One verdict, in words and numbers. */
function verdictBlock(report: Report, verdict: VerdictName): Markup {
  const { isGood, text } = headline(report, verdict);
  const states = report.results.map(({ verdicts }) => verdicts[verdict].state);
  const passed = states.filter(isPass).length;
  const failed = states.filter(isFailure).length;
  const [unsupported, observed, expected] = (['unsupported', 'observed', 'xfail'] as const).map(
    (name) => states.filter((state) => state === name).length,
  );
  const rest = [
    [unsupported, 'unsupported'],
    [observed, 'observed'],
    [expected, 'expected to fail'],
  ] as const;
  const judge = verdict === report.judge ? markup` <span class="at">decides the exit code</span>` : markup``;
  return markup`<div class="by ${verdict} ${isGood === null ? 'part' : isGood ? 'yes' : 'no'}">
<p class="eyebrow">${verdictTitles[verdict]}${judge}</p>
<p class="verdict">${`${text.slice(0, 1).toUpperCase()}${text.slice(1)}`}</p>
<p class="numbers"><b>${passed}</b> passed <b>${failed}</b> failed${rest.map(([count = 0, what]) => (count > 0 ? markup` <b>${count}</b> ${what}` : markup``))}</p>
</div>`;
}

/** One square per vector, in the order of the stages; the numbers beside it say the same. */
function mosaic({ results, judge }: Report): Markup {
  const step = SQUARE + GAP;
  const squares = results.map(({ verdicts, id }, index) => {
    const { state } = verdicts[judge];
    const x = (index % COLUMNS) * step;
    const y = Math.floor(index / COLUMNS) * step;
    return markup`<rect class="${toneOf(state)}" x="${x}" y="${y}" width="${SQUARE}" height="${SQUARE}" rx="1.5"><title>${id}: ${state}</title></rect>`;
  });
  const width = COLUMNS * step - GAP;
  const height = Math.max(1, Math.ceil(results.length / COLUMNS)) * step - GAP;
  const caption = `One square for each vector, judged ${judge === 'public' ? 'by the public text' : 'with the clarifications'}`;
  return markup`<p class="part-lede">${caption}</p>
<svg class="mosaic" viewBox="0 0 ${width} ${height}" aria-hidden="true" focusable="false">${squares}</svg>`;
}
