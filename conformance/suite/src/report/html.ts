import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { requirements } from '@model-signing/spec/requirements';
import { requirements as draftRequirements } from '@model-signing/spec/v1.1/requirements';
import { isFailure, isPass, stateNames, states } from '../run/states.ts';
import type { AnyRequirement } from '../vectors/sentences.ts';
import type { Suite } from '../vectors/suite.ts';
import type { Profile } from '../vectors/vector.ts';
import { summaryCard } from './html-card.ts';
import { lines, type Markup, markup, own, scriptData } from './markup.ts';
import type { CaseResult, Report } from './report.ts';
import { toneOf } from './tone.ts';

/** The page shows no more of a program's output than this; the JSON report has all of it. */
const MAX_OUTPUT = 1200;

/** A file of the page, with the line ends that a browser hashes. */
const asset = (name: string) =>
  readFileSync(path.join(import.meta.dirname, '../../src/report/page', name), 'utf8').replaceAll('\r\n', '\n');

/**
 * A self-contained page: a table of requirements by implementation, whose cells open the vectors behind them. It loads
 * nothing from the network, and shows the table without scripts too.
 */
export function htmlPage(reports: readonly [Report, ...Report[]], suite: Suite): string {
  const hasResults = (one: Row) => reports.some((report) => resultsOf(report, one).length > 0);
  const covered = requirements.map((requirement): Row => ({ requirement, draft: false })).filter(hasResults);
  const drafted = draftRequirements.map((requirement): Row => ({ requirement, draft: true })).filter(hasResults);
  const { about } = suite;
  return markup`<!doctype html>
<html lang="en">
${head(reports, suite)}
<body>
<a class="skip" href="#table">Skip to the table</a>
<header class="top">
<p class="eyebrow">OpenSSF Model Signing ${about.spec}</p>
<h1>Conformance</h1>
<p class="lede">${about.vectors} vectors put ${covered.length} of ${requirements.length} requirements to the test${draftLede(suite, drafted)}. A refusal counts only if the control without the fault was accepted; an acceptance counts only if a faulty variant was refused.</p>
</header>
<main>
<section class="cards" aria-label="Implementations">
${lines(reports.map(summaryCard))}
</section>
${legend(reports)}
${filters(reports)}
${table(reports, covered, drafted)}
<p id="none" class="none" hidden>Nothing matches. <button type="reset" form="filters">Clear the filters</button></p>
</main>
<footer>
<p>Suite ${about.version}, vectors <code>${about.vectorsDigest.slice(0, 16)}</code>. Made by <code>oms-conformance report</code>.</p>
</footer>
${dialog(pageData(reports, suite, [...covered, ...drafted]))}
</body>
</html>
`.toString();
}

/**
 * What the page may do: its own style and script, by their digests, and nothing else. It limits what a fault in the escaping
 * could do.
 */
function policy(style: string, script: string): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const own = `style-src ${hash(style)}; script-src ${hash(script)}`;
  return `default-src 'none'; ${own}; base-uri 'none'; form-action 'none'`;
}

function head(reports: readonly Report[], { about }: Suite): Markup {
  const names = reports.map(({ implementation }) => implementation.name);
  const style = asset('page.css');
  return markup`<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(style, asset('page.js'))}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>OMS ${about.spec} conformance: ${names.join(', ')}</title>
<style>${own(style)}</style>
</head>`;
}

/** The dialog that a cell opens, its data, and the script that fills it. */
function dialog(data: object): Markup {
  return markup`<dialog id="detail" aria-labelledby="detail-title">
<div class="detail-head"><h2 id="detail-title"></h2><button type="button" id="close" aria-label="Close">✕</button></div>
<div id="detail-body" tabindex="0" role="region" aria-labelledby="detail-title"></div>
</dialog>
<script type="application/json" id="data">${scriptData(data)}</script>
<script>${own(asset('page.js'))}</script>`;
}

/** A row of the table. The draft has its own rows, because it words some requirements differently. */
interface Row {
  readonly requirement: AnyRequirement;
  readonly draft: boolean;
}

function draftLede({ draft }: Suite, drafted: readonly Row[]): string {
  if (drafted.length === 0) return '';
  return `, and ${draft.vectors} more try ${drafted.length} of the draft of version ${draft.spec}`;
}

/** The name of a row; vectors of the draft are about requirements of the draft. */
const keyOf = (id: string, draft: boolean) => (draft ? `${id} (draft)` : id);
const isOfDraft = ({ profile }: { readonly profile: Profile }) => profile === 'draft';

function legend(reports: readonly Report[]): Markup {
  const shown = stateNames.filter((state) => reports.some(({ counts }) => counts[state] > 0));
  const items = shown.map(
    (state) =>
      markup`<li><span class="dot ${toneOf(state)}" aria-hidden="true"></span><b>${state}</b> ${states[state]}</li>`,
  );
  return markup`<details class="legend"><summary>What the states mean</summary><ul>${items}</ul></details>`;
}

function filters(reports: readonly Report[]): Markup {
  const profiles = [...new Set(reports.flatMap(({ results }) => results.map(({ profile }) => profile)))];
  const option = (value: string) => markup`<option>${value}</option>`;
  return markup`<form id="filters" class="filters" role="search" aria-label="Filter the table">
<label class="wide">Search<input type="search" id="search" placeholder="OMS-NAME-6, symlink, shard…" autocomplete="off"></label>
<label>Show<select id="show"><option value="">every requirement</option><option value="fail">where something fails</option><option value="differ">where implementations differ</option><option value="pass">where everything passes</option></select></label>
<label>Profile<select id="profile"><option value="">all</option>${profiles.map(option)}</select></label>
<label>Role<select id="role"><option value="">all</option><option>producer</option><option>verifier</option><option>implementation</option></select></label>
<label>Key word<select id="level"><option value="">all</option><option>MUST</option><option>SHOULD</option><option>MAY</option></select></label>
<p id="count" role="status"></p>
</form>`;
}

function table(reports: readonly Report[], covered: readonly Row[], drafted: readonly Row[]): Markup {
  const heads = reports.map(
    ({ implementation }) =>
      markup`<th scope="col">${implementation.name}<small>${implementation.version ?? ''}</small></th>`,
  );
  const sections = Map.groupBy(covered, ({ requirement }) => requirement.section.split('.')[0] as string);
  const titled = [...sections].map(([section, rows]) => [`${section}. ${sectionTitles[section] ?? ''}`, rows] as const);
  const groups = drafted.length === 0 ? titled : [...titled, ['Draft of the next version', drafted] as const];
  const bodies = groups.map(
    ([title, rows]) => markup`<tbody>
<tr class="section"><th scope="rowgroup" colspan="${reports.length + 1}">${title}</th></tr>
${lines(rows.map((one) => row(one, reports)))}
</tbody>`,
  );
  return markup`<div class="scroll" id="table" tabindex="0" role="region" aria-label="Requirements by implementation">
<table><thead><tr><th scope="col">Requirement</th>${heads}</tr></thead>
${lines(bodies)}
</table></div>`;
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

function row(one: Row, reports: readonly Report[]): Markup {
  const { id, level, role, text } = one.requirement;
  const key = keyOf(id, one.draft);
  const cells = reports.map((report, index) => cell(one, report, index));
  return markup`<tr data-id="${key}" data-level="${level.split(' ')[0] ?? ''}" data-role="${role}"><th scope="row"><span class="id">${key}</span><span class="text">${inline(text)}</span></th>${cells}</tr>`;
}

function cell(one: Row, report: Report, index: number): Markup {
  const results = resultsOf(report, one);
  const { name } = report.implementation;
  if (results.length === 0) {
    return markup`<td><span class="nothing">–<span class="hidden"> no vector</span></span></td>`;
  }
  const passed = results.filter(({ state }) => isPass(state)).length;
  const failed = results.filter(({ state }) => isFailure(state)).length;
  const [tone, symbol, label] =
    failed > 0
      ? ['bad', '✕', `${failed} of ${results.length} fail`]
      : passed > 0
        ? ['good', '✓', `${passed} pass`]
        : ['dim', '○', 'not supported or not graded'];
  const shown = failed > 0 ? `${failed}/${results.length}` : String(passed || results.length);
  // No aria-label: for voice control, the accessible name has to contain the visible text.
  const spoken = `: ${label}; ${keyOf(one.requirement.id, one.draft)}, ${name}`;
  return markup`<td><button type="button" class="cell ${tone}" data-at="${index}"><span aria-hidden="true">${symbol}</span> ${shown}<span class="hidden">${spoken}</span></button></td>`;
}

function resultsOf({ results }: Report, { requirement: { id }, draft }: Row): CaseResult[] {
  return results.filter((result) => isOfDraft(result) === draft && result.requirements.some((one) => one === id));
}

/** The data that cells open: each vector once, and the result of each implementation. */
function pageData(reports: readonly Report[], { byId }: Suite, covered: readonly Row[]): object {
  const ids = [...new Set(reports.flatMap(({ results }) => results.map(({ id }) => id)))];
  const vectors = ids.map((id) => {
    const first = reports.flatMap(({ results }) => results).find((result) => result.id === id) as CaseResult;
    const { title, expected, profile, kind, level } = first;
    const about = first.requirements.map((one) => keyOf(one, isOfDraft(first)));
    const vector = byId.get(id)?.vector;
    const { expect, inputs, model, why, control } = vector ?? {};
    return [id, { title, about, expected, profile, kind, level, why, control, expect, inputs, model }];
  });
  return {
    requirements: Object.fromEntries(
      covered.map(({ requirement: { id, text, clarification }, draft }) => [keyOf(id, draft), { text, clarification }]),
    ),
    vectors: Object.fromEntries(vectors),
    implementations: reports.map(({ implementation, results }) => ({
      name: implementation.name,
      results: Object.fromEntries(
        results.map(({ id, state, detail, command, output }) => [
          id,
          { state, tone: toneOf(state), detail, command, output: output.slice(0, MAX_OUTPUT) },
        ]),
      ),
    })),
  };
}

/** A sentence of the specification as HTML, with its code and without its links. */
function inline(text: string): Markup[] {
  return text
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .split('`')
    .map((part, index) => (index % 2 ? markup`<code>${part}</code>` : markup`${part}`));
}
