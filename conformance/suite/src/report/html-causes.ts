import { firstLine } from '../adapter/main-line.ts';
import type { VerdictName } from '../vectors/verdicts.ts';
import { verdictNames } from '../vectors/verdicts.ts';
import { brokenSentences, otherVectors, printedBefore, type ShownCause, shownCauses } from './causes.ts';
import { type Markup, markup } from './markup.ts';
import type { Report } from './report.ts';
import { toneOf } from './tone.ts';
import { failuresOf, recommendationText, verdictTitles } from './wording.ts';

/** The most causes that the page lists for one verdict; the JSON report has all of them. */
const MAX_LISTED = 100;

/** The failures of an implementation by what caused them, for each verdict that is the first to count some. */
export function causeSections(report: Report): Markup[] {
  return verdictNames.flatMap((verdict) => {
    const causes = shownCauses(report, verdict);
    if (causes.length === 0) return [];
    const failed = failuresOf(report.results, verdict).length;
    const rest = causes.length - MAX_LISTED;
    const note = recommendationText(report, verdict);
    return [
      markup`<section class="causes ${verdict}"><h2>${report.implementation.name}: ${failed} failed, by cause <small>${verdictTitles[verdict]}${note === '' ? '' : `; ${note}`}</small></h2>
<ol>${causes.slice(0, MAX_LISTED).map((cause) => causeItem(cause, verdict))}</ol>${rest > 0 ? markup`<p>and ${rest} more causes</p>` : ''}
</section>`,
    ];
  });
}

function causeItem(cause: ShownCause, verdict: VerdictName): Markup {
  const { id, title, decidedBy } = cause.first;
  const { state, detail } = cause.first.verdicts[verdict];
  const { named, more } = otherVectors(cause);
  const broken = brokenSentences(cause);
  const sentences = broken.map(([one, text]) => markup`<p><code>${one}</code> ${text}</p>`);
  const printed = printedBefore(cause).join('\n');
  const others = `${named.join(', ')}${more === 0 ? '' : `, and ${more} more`}`;
  const [requirement] = broken.length === 0 ? [] : [cause.requirement ?? decidedBy[0]];
  const about = requirement === undefined ? '' : markup`<code>${requirement}</code> `;
  const rest = cause.vectors.length - 1;
  const brief = firstLine(detail);
  return markup`<li><details><summary><span class="badge ${toneOf(state)}">${state}</span> ${about}<b>${title}</b>: <span class="title">${brief}</span>${rest > 0 ? markup`, <b>and ${rest} more</b>` : ''}</summary>
<p><code>${id}</code></p>${brief === detail ? '' : markup`<pre tabindex="0">${detail}</pre>`}${sentences}${printed === '' ? '' : markup`<pre tabindex="0">${printed}</pre>`}${named.length === 0 ? '' : markup`<p>Also ${others}</p>`}
</details></li>`;
}
