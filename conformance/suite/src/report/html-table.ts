import { isFailure, isPass } from '../run/states.ts';
import { isOfDraft, judgementIn, keyOf, type Part, partTitles, type Row, resultsOf } from './html-parts.ts';
import { lines, type Markup, markup } from './markup.ts';
import type { CaseResult, Report } from './report.ts';

/** A part of the page: its requirements by implementation. */
export function partSection(part: Part, reports: readonly Report[]): Markup {
  const { title, lede } = partTitles[part.name];
  return markup`<section class="part ${part.name}" data-part="${part.name}" aria-labelledby="part-${part.name}">
<h2 id="part-${part.name}">${title}</h2>
<p class="part-lede">${lede}</p>
${table(part, reports, title)}
</section>`;
}

function table(part: Part, reports: readonly Report[], title: string): Markup {
  const heads = reports.map(
    ({ implementation }) =>
      markup`<th scope="col">${implementation.name}<small>${implementation.version ?? ''}</small></th>`,
  );
  const sections = Map.groupBy(part.rows, groupOf);
  const bodies = [...sections].map(
    ([group, rows]) => markup`<tbody>
<tr class="section"><th scope="rowgroup" colspan="${reports.length + 1}">${group}</th></tr>
${lines(rows.map((one) => row(one, part, reports)))}
</tbody>`,
  );
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${title}: requirements by implementation">
<table><thead><tr><th scope="col">Requirement</th>${heads}</tr></thead>
${lines(bodies)}
</table></div>`;
}

function groupOf({ requirement, draft }: Row): string {
  if (draft) return 'Draft of the next version';
  const [section = ''] = requirement.section.split('.');
  return `${section}. ${sectionTitles[section] ?? ''}`;
}

/** The titles of the specification's sections that contain requirements. */
const sectionTitles: Readonly<Record<string, string>> = {
  1: 'Conformance',
  2: 'The bundle',
  3: 'Signing methods',
  4: 'The predicate',
  5: 'Enumeration',
  6: 'Canonical names',
  7: 'Exclusion',
  8: 'Hashing',
  9: 'The statement',
  10: 'The envelope',
  11: 'Assembly',
  12: 'Algorithms',
  13: 'Verification',
  14: 'History',
};

function row(one: Row, part: Part, reports: readonly Report[]): Markup {
  const { id, level, role, text } = one.requirement;
  const key = keyOf(id, one.draft);
  const cells = reports.map((report, index) => cell(one, part, report, index));
  return markup`<tr data-id="${key}" data-level="${level.split(' ')[0] ?? ''}" data-role="${role}"><th scope="row"><span class="id">${key}</span><span class="text">${inline(text)}</span></th>${cells}</tr>`;
}

function cell(one: Row, part: Part, report: Report, index: number): Markup {
  const results = resultsOf(report, part, one);
  if (results.length === 0) {
    return markup`<td><span class="nothing">–<span class="hidden"> no vector</span></span></td>`;
  }
  const { tone, symbol, shown, label } = part.name === 'observed' ? observedCell(results) : gradedCell(results, part);
  // No aria-label: for voice control, the accessible name has to contain the visible text.
  const spoken = `: ${label}; ${keyOf(one.requirement.id, one.draft)}, ${report.implementation.name}`;
  return markup`<td><button type="button" class="cell ${tone}" data-at="${index}"><span aria-hidden="true">${symbol}</span> ${shown}<span class="hidden">${spoken}</span></button></td>`;
}

interface Cell {
  readonly tone: 'good' | 'bad' | 'dim';
  readonly symbol: string;
  readonly shown: string;
  readonly label: string;
}

function gradedCell(results: readonly CaseResult[], { name }: Part): Cell {
  const states = results.map((result) => judgementIn(name, result).state);
  const passed = states.filter(isPass).length;
  const failed = states.filter(isFailure).length;
  if (failed > 0) {
    const label = `${failed} of ${results.length} fail`;
    return { tone: 'bad', symbol: '✕', shown: `${failed}/${results.length}`, label };
  }
  if (passed > 0) return { tone: 'good', symbol: '✓', shown: String(passed), label: `${passed} pass` };
  return { tone: 'dim', symbol: '○', shown: String(results.length), label: 'not supported' };
}

function observedCell(results: readonly CaseResult[]): Cell {
  const did = (answer: CaseResult['answer']) => results.filter((result) => result.answer === answer).length;
  const [accepted, refused] = [did('accept'), did('reject')];
  const label = `${accepted} accepted, ${refused} refused`;
  return { tone: 'dim', symbol: '', shown: `${accepted} : ${refused}`, label };
}

/** A sentence of the specification as HTML, with its code and without its links. */
function inline(text: string): Markup[] {
  return text
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .split('`')
    .map((part, index) => (index % 2 ? markup`<code>${part}</code>` : markup`${part}`));
}

/** The keys of the rows that a result is about. */
export function keysOf(result: CaseResult): string[] {
  return result.requirements.map((id) => keyOf(id, isOfDraft(result)));
}
