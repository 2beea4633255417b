import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { requirements } from '@model-signing/spec/requirements';
import { describedFault } from '../oracle/fault.ts';
import type { Judgement } from '../run/judge.ts';
import { stateNames, states } from '../run/states.ts';
import type { Suite } from '../vectors/suite.ts';
import { verdictNames } from '../vectors/verdicts.ts';
import { summaryCard } from './html-card.ts';
import { causeSections } from './html-causes.ts';
import { keyOf, type Part, partsOf, partTitles } from './html-parts.ts';
import { schemaSection } from './html-schemas.ts';
import { keysOf, partSection } from './html-table.ts';
import { lines, type Markup, markup, own, scriptData } from './markup.ts';
import type { CaseResult, Report } from './report.ts';
import { toneOf } from './tone.ts';
import { basisTitles, faultText } from './wording.ts';

/** The page shows no more of a program's output than this; the JSON report has all of it. */
const MAX_OUTPUT = 1200;

/** A file of the page, with the line ends that a browser hashes. */
const asset = (name: string) =>
  readFileSync(path.join(import.meta.dirname, '../../src/report/page', name), 'utf8').replaceAll('\r\n', '\n');

/**
 * A self-contained page: for each verdict a table of requirements by implementation, whose cells open the vectors behind
 * them. It loads nothing from the network, and shows the tables without scripts too.
 */
export function htmlPage(reports: readonly [Report, ...Report[]], suite: Suite): string {
  const { about, draft } = suite;
  const parts = partsOf(reports);
  const rows = parts.flatMap((part) => part.rows);
  const covered = new Set(rows.filter((one) => !one.draft).map(({ requirement }) => requirement.id)).size;
  const drafted = new Set(rows.filter((one) => one.draft).map(({ requirement }) => requirement.id)).size;
  const more = drafted === 0 ? '' : `, and ${draft.vectors} more try ${drafted} of the draft of version ${draft.spec}`;
  return markup`<!doctype html>
<html lang="en">
${head(reports, suite)}
<body>
<a class="skip" href="#parts">Skip to the results</a>
<header class="top">
<p class="eyebrow">OpenSSF Model Signing ${about.spec}</p>
<h1>Conformance</h1>
<p class="lede">${about.vectors} vectors put ${covered} of ${requirements.length} requirements to the test${more}. A refusal counts only if the control without the fault was accepted; an acceptance counts only if a faulty variant was refused.</p>
</header>
<main>
<section class="cards" aria-label="Implementations">
${lines(reports.map(summaryCard))}
</section>
${lines(reports.flatMap(causeSections))}
${lines(reports.flatMap(schemaSection))}
${legend(reports)}
<nav class="jump" aria-label="Parts">${parts.map(({ name }) => markup`<a href="#part-${name}">${partTitles[name].title}</a>`)}</nav>
${filters(reports)}
<div id="parts">
${lines(parts.map((part) => partSection(part, reports)))}
</div>
<p id="none" class="none" hidden>Nothing matches. <button type="reset" form="filters">Clear the filters</button></p>
</main>
<footer>
<p>Suite ${about.version}, vectors <code>${about.vectorsDigest.slice(0, 16)}</code>. Made by <code>oms-conformance report</code>.</p>
</footer>
${dialog(pageData(reports, suite, parts))}
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

function legend(reports: readonly Report[]): Markup {
  const shown = stateNames.filter((state) =>
    reports.some(({ counts }) => verdictNames.some((verdict) => counts[verdict][state] > 0)),
  );
  const items = shown.map(
    (state) =>
      markup`<li><span class="dot ${toneOf(state)}" aria-hidden="true"></span><b>${state}</b> ${states[state]}</li>`,
  );
  return markup`<details class="legend"><summary>What the states mean</summary><ul>${items}</ul></details>`;
}

function filters(reports: readonly Report[]): Markup {
  const profiles = [...new Set(reports.flatMap(({ results }) => results.map(({ profile }) => profile)))];
  const option = (value: string) => markup`<option>${value}</option>`;
  return markup`<form id="filters" class="filters" role="search" aria-label="Filter the tables">
<label class="wide">Search<input type="search" id="search" placeholder="OMS-NAME-6, symlink, shard…" autocomplete="off"></label>
<label>Show<select id="show"><option value="">every requirement</option><option value="fail">where something fails</option><option value="differ">where implementations differ</option><option value="pass">where everything passes</option></select></label>
<label>Profile<select id="profile"><option value="">all</option>${profiles.map(option)}</select></label>
<label>Role<select id="role"><option value="">all</option><option>producer</option><option>verifier</option><option>implementation</option></select></label>
<label>Key word<select id="level"><option value="">all</option><option>MUST</option><option>SHOULD</option><option>MAY</option></select></label>
<p id="count" role="status"></p>
</form>`;
}

/** The data that cells open: each vector once, and the result of each implementation. */
function pageData(reports: readonly Report[], { byId }: Suite, parts: readonly Part[]): object {
  const first = new Map(reports.flatMap(({ results }) => results.toReversed().map((one) => [one.id, one] as const)));
  const vectors = [...first].map(([id, result]) => {
    const { title, expected, profile, kind, level, basis } = result;
    const { expect, inputs, model, why, control } = byId.get(id)?.vector ?? {};
    const mine = parts.filter(({ ids }) => ids.has(id)).map(({ name }) => name);
    const rests = basisTitles[basis];
    const about = { title, about: keysOf(result), parts: mine, rests, expected, profile, kind, level };
    return [id, { ...about, why, control, expect, inputs, model }];
  });
  const rows = parts.flatMap((part) => part.rows);
  return {
    requirements: Object.fromEntries(
      rows.map(({ requirement: { id, text, clarification }, draft }) => [keyOf(id, draft), { text, clarification }]),
    ),
    vectors: Object.fromEntries(vectors),
    implementations: reports.map(({ implementation, results }) => ({
      name: implementation.name,
      results: Object.fromEntries(results.map((result) => [result.id, resultData(result)])),
    })),
  };
}

/** A result as the dialog shows it; the second verdict only where it differs from the first. */
function resultData({ verdicts, faults, command, output }: CaseResult): object {
  const of = ({ state, detail }: Judgement) => ({ state, tone: toneOf(state), detail });
  const same =
    verdicts.public.state === verdicts.clarified.state && verdicts.public.detail === verdicts.clarified.detail;
  return {
    public: of(verdicts.public),
    ...(same ? {} : { clarified: of(verdicts.clarified) }),
    ...(faults.length === 0 ? {} : { faults: faults.map((fault) => `${describedFault(fault)}: ${faultText(fault)}`) }),
    command,
    output: output.slice(0, MAX_OUTPUT),
  };
}
