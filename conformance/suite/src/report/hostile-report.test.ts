import { createHash } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { marked } from 'marked';
import { type DefaultTreeAdapterTypes, defaultTreeAdapter, parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { loadSuite } from '../vectors/suite.ts';
import { profiles, type Vector } from '../vectors/vector.ts';
import { isGraded, perVerdict, type VerdictName } from '../vectors/verdicts.ts';
import { badge } from './badge.ts';
import { causesOf } from './causes.ts';
import { htmlPage } from './html.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import { parseReport } from './parse.ts';
import { type CaseResult, conformance, countProfiles, countStates, type Report } from './report.ts';
import { tap } from './tap.ts';
import { terminalText } from './terminal.ts';

const suite = loadSuite();

/** A result of each kind and profile, in the states that are rendered differently. */
function results(): CaseResult[] {
  const chosen = new Map<string, Vector>();
  for (const { vector } of suite.vectors) {
    const key = `${vector.profile} ${vector.kind}`;
    if (!chosen.has(key)) chosen.set(key, vector);
  }
  const states = ['fail-accepted', 'crash', 'xfail', 'unsupported', 'pass'] as const;
  const last = chosen.size - 1;
  return [...chosen.values()].map((vector, index) => {
    const { id, title, kind, profile, level, requirements, decidedBy, basis, expect } = vector;
    // Texts are put into the last one, and the page shows what failed with several lines in an element of its own.
    const state = index === last ? 'pass' : (states[index % states.length] ?? 'pass');
    const of = (verdict: VerdictName) => {
      if (!isGraded(basis, verdict)) return { state: 'observed', detail: 'a detail' } as const;
      return { state: state === 'xfail' && verdict !== 'public' ? 'fail-reason' : state, detail: 'a detail' } as const;
    };
    return {
      ...{ id, title, kind, profile, level, requirements, decidedBy, basis, expected: expect.outcome },
      answer: expect.outcome === 'accept' ? 'accept' : 'reject',
      verdicts: perVerdict(of),
      faults: [{ requirement: 'OMS-JSON-1', level: 'SHOULD', basis: 'public', detail: 'a fault' }],
      ...{ reason: 'a reason', command: 'a command', output: 'an output', seconds: 1, peakMemory: 1 },
    };
  });
}

function honest(): Report {
  const all = results();
  const signed = all.find(({ kind }) => kind === 'sign')?.id ?? '';
  const selection = { only: ['a*'], profiles: [], light: true, otherVectors: false, rerun: false, interrupted: false };
  return {
    schema: 'model-signing/conformance-report/v2',
    suite: { ...suite.about, draft: suite.draft },
    implementation: { name: 'a name', version: '1', protocolLevel: 2, digest: '0'.repeat(64) },
    judge: 'public',
    strict: false,
    selection,
    conformant: conformance(all, false, false),
    counts: countStates(all),
    profiles: countProfiles(all, profiles),
    causes: causesOf(all),
    publicSchemas: {
      digest: '0'.repeat(64),
      bundles: 1,
      refused: [{ vector: signed, issues: ['an issue'] }],
      differences: [{ vector: signed, schemas: 'refuse', suite: 'accept', why: ['an issue'] }],
    },
    results: all,
  };
}

const payloads = {
  'an element': '</title></style></script><img src=x onerror=alert(1)>',
  'an attribute': `" ' onmouseover=alert(1) x="`,
  'a comment': '--><!--<script>',
  'a section': ']]><script>alert(1)</script>',
  'an entity': '&lt;img src=x&gt;&#60;b&#62;',
  backticks: '`` ``` `<b>`',
  pipes: '| a | b |',
  'line ends': '\n\n# heading\n\n- item\r\n\u2028\u2029\u0085| a |\n|---|',
  'a link': '[text](javascript:alert(1)) ![image](https://example.com/x.png) <https://example.com>',
  'addresses and mentions': 'https://example.com www.example.com @someone me@example.com #1',
  'bidirectional controls': '\u202e\u2066\u200f\u061ctxt.exe\u2069',
  'terminal controls': '\u001b[2J\u001b]8;;https://example.com\u0007\u009b31m\b\r',
  'invisible characters': 'a\u200bb\ufeffc\u{e0041}d\u00ade',
  'lone surrogates': '\ud800 \udc00\uffff',
  'expressions of a template': '{{constructor.constructor("alert(1)")()}} <%= 1 %> {% x %}',
  'workflow commands': '::set-output name=x::y\n::error::x\n##[error]x',
  'emphasis and structure': '***x*** __y__ ~~z~~ > quote \\ + - 1. ~~~ === ---',
} as const;

/** Where a report has strings; one place stands for the same member of every item. */
function places(value: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value === 'string') return [at];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    places(member, [...at, Array.isArray(value) ? Number(key) : key]),
  );
}

/** The report with the string at one place replaced. */
function planted(place: readonly (string | number)[], text: string): unknown {
  const report = structuredClone(base);
  const last = place.at(-1) as string;
  const parent = place.slice(0, -1).reduce<unknown>((one, key) => (one as Record<string, unknown>)[key], report);
  (parent as Record<string, unknown>)[last] = text;
  return report;
}

type Node = DefaultTreeAdapterTypes.Node;

function nodesOf(node: Node): Node[] {
  return [node, ...('childNodes' in node ? node.childNodes.flatMap(nodesOf) : [])];
}

/** The elements of a page with the names of their attributes, and those values that must not change. */
function skeleton(html: string): string[] {
  return nodesOf(parse(html)).flatMap((node) => {
    if (!defaultTreeAdapter.isElementNode(node)) return [];
    return [`${node.tagName} ${node.attrs.map(({ name, value }) => (name === 'href' ? `${name}=${value}` : name))}`];
  });
}

function textOf(html: string): string {
  return nodesOf(parse(html))
    .flatMap((node) => {
      if (defaultTreeAdapter.isTextNode(node)) return [node.value];
      return defaultTreeAdapter.isElementNode(node) ? node.attrs.map(({ value }) => value) : [];
    })
    .join('\n');
}

const HIDDEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const html = (report: Report) => htmlPage([report], suite);
const rendered = (report: Report) => marked.parse(markdown([report]), { async: false, gfm: true }) as string;
const terminal = (report: Report) => terminalText(report, new PassThrough() as unknown as NodeJS.WriteStream);
/** XML without its text and its attributes. */
const tags = (xml: string) => [...xml.matchAll(/<[^<>]*>/g)].map(([tag]) => tag.replace(/"[^"]*"/g, '""'));

/** The name of a place without the numbers of items. */
const memberOf = (place: readonly (string | number)[]) => place.filter((key) => typeof key === 'string').join('.');

const base = honest();
const all = [...new Map(places(base).map((place) => [memberOf(place), place])).values()];

/** The places whose text the schema leaves free. */
const free = all.filter((place) => {
  try {
    parseReport(planted(place, payloads['an element']));
    return true;
  } catch {
    return false;
  }
});
const hostile = free.flatMap((place) => Object.entries(payloads).map(([name, text]) => [place, name, text] as const));

describe('a report from untrusted input', () => {
  it('only the texts of a report are free: names, titles, details, faults, reasons, commands and outputs', () => {
    expect(parseReport(base)).toBe(base);
    expect(free.map(memberOf).sort()).toEqual([
      'implementation.name',
      'implementation.version',
      'publicSchemas.differences.why',
      'publicSchemas.refused.issues',
      'results.command',
      'results.faults.detail',
      'results.output',
      'results.reason',
      'results.title',
      'results.verdicts.clarified.detail',
      'results.verdicts.public.detail',
    ]);
    expect(all.length).toBeGreaterThan(free.length);
  });

  it('a place that is not free accepts none of the texts', () => {
    for (const place of all.filter((one) => !free.includes(one))) {
      for (const text of Object.values(payloads)) expect(() => parseReport(planted(place, text))).toThrow();
    }
  });

  const perMember = Object.entries(Object.groupBy(hostile, ([place]) => memberOf(place)));

  it.each(perMember)('no text in %s changes the elements of the page', (_, cases = []) => {
    const expected = skeleton(html(base));
    for (const [place, name, text] of cases) {
      const page = html(planted(place, text) as Report);
      expect(skeleton(page), name).toEqual(expected);
      expect(textOf(page).match(HIDDEN), name).toBeNull();
    }
  });

  it.each(perMember)('no text in %s changes the structure of the other formats', (_, cases = []) => {
    for (const [place, name, text] of cases) {
      const report = planted(place, text) as Report;
      expect(skeleton(rendered(report)), name).toEqual(skeleton(rendered(base)));
      expect(markdown([report]), name).not.toContain('{{');
      expect(tags(junit(report)), name).toEqual(tags(junit(base)));
      expect(skeleton(badge(report)), name).toEqual(skeleton(badge(base)));
      expect(tap(report).split('\n').length, name).toBe(tap(base).split('\n').length);
      const shown = terminal(report);
      expect(shown.split('\n').length, name).toBe(terminal(base).split('\n').length);
      expect(shown, name).not.toMatch(/^\s*(?:::|##\[)/m);
      for (const format of [markdown([report]), junit(report), badge(report), tap(report), shown]) {
        expect(format.match(HIDDEN), name).toBeNull();
      }
    }
  });

  it('a text is shown as it is, apart from what is hidden', () => {
    const report = planted(['implementation', 'name'], `a <b> & "c" 'd' \`e\` |f| \u202e`) as Report;
    expect(textOf(html(report))).toContain(`a <b> & "c" 'd' \`e\` |f| \\u{202e}`);
    expect(textOf(rendered(report))).toContain(`a <b> & "c" 'd' \`e\` |f| \\u{202e}`);
  });
});

describe('the policy of the page', () => {
  const page = html(base);
  const elements = nodesOf(parse(page)).filter((node) => defaultTreeAdapter.isElementNode(node));
  const policy = elements
    .find(({ attrs }) => attrs.some(({ value }) => value === 'Content-Security-Policy'))
    ?.attrs.find(({ name }) => name === 'content')?.value;

  it('the policy allows nothing but the style and the script of the page', () => {
    const contents = (tag: string) =>
      elements
        .filter(({ tagName, attrs }) => tagName === tag && attrs.every(({ name }) => name !== 'type'))
        .map(({ childNodes }) => (childNodes[0] as DefaultTreeAdapterTypes.TextNode).value);
    const hash = (text = '') => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const [[style], [script]] = [contents('style'), contents('script')];
    expect(contents('style').length + contents('script').length).toBe(2);
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      `style-src ${hash(style)}`,
      `script-src ${hash(script)}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  it('the page has no handlers and no styles in attributes, which the policy would block', () => {
    expect(elements.flatMap(({ attrs }) => attrs.filter(({ name }) => /^(?:on|style$)/.test(name)))).toEqual([]);
  });
});
