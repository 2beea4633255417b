import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { State } from '../run/states.ts';
import { loadSuite } from '../vectors/suite.ts';
import { profiles } from '../vectors/vector.ts';
import { badge } from './badge.ts';
import { causesOf } from './causes.ts';
import { htmlPage } from './html.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import { type CaseResult, conformance, countProfiles, countStates, isSuccess, type Report } from './report.ts';
import { tap } from './tap.ts';
import { terminalText } from './terminal.ts';
import { headline } from './wording.ts';

const suite = loadSuite();
const binding = suite.vectors.filter(({ vector: { basis, level } }) => basis === 'public' && level === 'MUST');
const ours = suite.vectors.filter(({ vector: { basis, level } }) => basis === 'clarification' && level === 'MUST');

function result({ vector }: (typeof suite.vectors)[number], byPublic: State, clarified: State): CaseResult {
  const { id, title, kind, profile, level, requirements, decidedBy, basis, expect: expected } = vector;
  return {
    ...{ id, title, kind, profile, level, requirements, decidedBy, basis, expected: expected.outcome },
    answer: 'accept',
    verdicts: { public: { state: byPublic, detail: 'a' }, clarified: { state: clarified, detail: 'b' } },
    ...{ faults: [], reason: null, command: null, output: '', seconds: 0, peakMemory: null },
  };
}

function reportOf(results: readonly CaseResult[], change: Partial<Report> = {}): Report {
  const { strict = false, selection = null } = change;
  return {
    schema: 'model-signing/conformance-report/v2',
    suite: suite.about,
    implementation: { name: 'it', version: null, protocolLevel: 2, digest: null },
    judge: 'public',
    strict,
    selection,
    conformant: conformance(results, strict, selection === null),
    counts: countStates(results),
    profiles: countProfiles(results, profiles),
    causes: causesOf(results),
    results,
    ...change,
  };
}

const [first, second, third] = binding as [(typeof binding)[0], (typeof binding)[0], (typeof binding)[0]];
const [own] = ours as [(typeof ours)[0]];
const good = [result(first, 'pass', 'pass'), result(own, 'observed', 'pass')];
const unclear = [result(first, 'pass', 'fail-reason'), result(own, 'observed', 'fail-accepted')];
const broken = [result(second, 'fail-accepted', 'fail-accepted'), ...unclear];
const part = {
  only: ['a_*'],
  profiles: [],
  light: true,
  otherVectors: false,
  rerun: false,
  interrupted: true,
} as const;

const forms: Readonly<Record<string, (report: Report) => string>> = {
  terminal: (report) => terminalText(report, new PassThrough() as unknown as NodeJS.WriteStream),
  markdown: (report) => markdown([report]),
  html: (report) => htmlPage([report], suite),
  junit,
  tap,
  badge,
};

describe('what a report says of an implementation', () => {
  it('it conforms to the public text, and with the clarifications, each for itself', () => {
    expect(headline(reportOf(good), 'public')).toEqual({
      isGood: true,
      text: 'conforms to the public text of OMS 1.0',
    });
    expect(headline(reportOf(good), 'clarified').text).toBe(
      'conforms to the public text of OMS 1.0 with the clarifications of this specification',
    );
    expect(headline(reportOf(good, { suite: { ...suite.about, draft: suite.draft } }), 'clarified').text).toBe(
      'conforms to the public text of OMS 1.0 with the clarifications of this specification and the draft of 1.1',
    );
  });

  it('it conforms to the public text in spite of failures with the clarifications', () => {
    expect(headline(reportOf(unclear), 'public').isGood).toBe(true);
    expect(headline(reportOf(unclear), 'clarified').text).toBe(
      'does not keep to the clarifications of this specification: 2 of 2 vectors count against it',
    );
  });

  it('a failure of the public text is told apart from those of the clarifications', () => {
    expect(headline(reportOf(broken), 'public').text).toBe(
      'does not conform to the public text of OMS 1.0: 1 of 2 vectors counts against it',
    );
    expect(headline(reportOf(broken), 'clarified').text).toBe(
      'does not keep to the clarifications of this specification: 3 of 3 vectors count against it, 1 of them by the public text',
    );
  });

  it('failures of recommendations are told apart from those that count, in each form for people', () => {
    const weak = suite.vectors.filter(({ vector: { basis, level } }) => basis === 'public' && level === 'SHOULD')[0];
    const results = [...broken, result(weak as (typeof suite.vectors)[number], 'fail-accepted', 'fail-accepted')];
    const expected = '1 failure is about a recommendation (SHOULD) and does not count';
    expect(headline(reportOf(results), 'public').text).toContain(`1 of 3 vectors counts against it; ${expected}`);
    for (const name of ['terminal', 'markdown', 'html']) {
      expect(forms[name]?.(reportOf(results)).replaceAll('\\', ''), name).toContain(expected);
    }
    expect(headline(reportOf(results, { strict: true }), 'public').text).not.toContain('recommendation');
  });

  it('profiles of which nothing is declared are one line instead of zeros', () => {
    const [shards] = suite.vectors.filter(({ vector }) => vector.profile === 'shards' && vector.kind === 'sign');
    const report = reportOf([...good, result(shards as (typeof suite.vectors)[number], 'unsupported', 'unsupported')]);
    for (const name of ['terminal', 'markdown', 'html']) {
      const text = (forms[name]?.(report) ?? '').split('<script')[0] as string;
      expect(text, name).toMatch(/not declared/i);
      expect(text, name).not.toMatch(/shards.{0,30}\b0\b/);
    }
    expect(forms.terminal?.(report)).toContain('not declared: shards');
    expect(forms.terminal?.(reportOf(good))).not.toContain('not declared');
  });

  it('a run that ended before any vector was judged says so instead of showing empty tables', () => {
    const text = forms.terminal?.(reportOf([], { selection: part }));
    expect(text).toBe('it: the run ended before any vector was judged\n');
  });

  it('a report without a pass shows no conformance', () => {
    const none = [result(first, 'unsupported', 'unsupported')];
    expect(headline(reportOf(none), 'public').text).toContain('is not shown to conform');
  });

  it('expected failures are named beside the conformance', () => {
    const listed = [...good, result(third, 'xfail', 'fail-accepted')];
    expect(headline(reportOf(listed), 'public').text).toBe(
      'conforms to the public text of OMS 1.0, except for 1 expected failure',
    );
  });

  it.each(Object.entries(forms))(
    'the form %s of a failure of a clarification never denies conformance to the format',
    (_, form) => {
      const text = form(reportOf(unclear));
      expect(text).not.toMatch(/not conform/i);
      expect(text).toMatch(/public text/i);
    },
  );

  it.each(Object.entries(forms))(
    'the form %s of a part of the vectors never says that an implementation conforms',
    (_, form) => {
      expect(form(reportOf(good, { selection: part }))).not.toMatch(/conforms/i);
      expect(form(reportOf(good))).toMatch(/conforms/i);
    },
  );

  it.each(Object.entries(forms))('the form %s of a part of the vectors says which part was judged', (_, form) => {
    expect(form(reportOf(good, { selection: part }))).toMatch(/only a\\?_\\?\*; without the slow vectors; interrupted/);
  });
});

describe('the forms of a report', () => {
  it('the badge says by which text it judges', () => {
    expect(badge(reportOf(unclear))).toContain('>OMS 1.0 public text<');
    expect(badge(reportOf(unclear))).toContain('conforms, 1 passed');
    const clarified = badge(reportOf(unclear, { judge: 'clarified' }));
    expect(clarified).toContain('>OMS 1.0 with clarifications<');
    expect(clarified).toContain('0 of 2 passed');
  });

  it('JUnit and TAP fail only by the verdict that judges', () => {
    expect(junit(reportOf(unclear)).match(/<failure /g)).toBeNull();
    expect(junit(reportOf(unclear, { judge: 'clarified' })).match(/<failure /g)).toHaveLength(2);
    expect(junit(reportOf(unclear))).toContain('<testsuites name="it" tests="4" failures="0">');
    expect(tap(reportOf(unclear)).match(/^not ok/gm)).toBeNull();
    expect(tap(reportOf(unclear))).toContain('clarified: fail-accepted');
    expect(tap(reportOf(unclear, { judge: 'clarified' })).match(/^not ok/gm)).toHaveLength(2);
  });

  it.each(['terminal', 'markdown'] as const)(
    'the form %s lists the failures of each verdict apart, and each once',
    (name) => {
      const text = forms[name]?.(reportOf(broken)) ?? '';
      const [before, after] = text.split(/^(?:== |### )With the clarifications/m) as [string, string];
      expect(before).toContain(second.vector.id);
      expect(before).not.toContain(own.vector.id);
      expect(after).toContain(own.vector.id);
      expect(after).not.toContain(second.vector.id);
    },
  );

  it('the page has a part of its own for each verdict and for what is left open', () => {
    const open = suite.vectors.find(({ vector }) => vector.basis === 'open') as (typeof suite.vectors)[number];
    const page = htmlPage([reportOf([...unclear, result(open, 'observed', 'observed')])], suite);
    expect([...page.matchAll(/data-part="(\w+)"/g)].map(([, name]) => name)).toEqual([
      'public',
      'clarified',
      'observed',
    ]);
    const tables = page.split('<section class="part').slice(1);
    for (const [index, { vector }] of [first, own, open].entries()) {
      expect(tables[index]).toContain(`data-id="${vector.requirements[0]}"`);
    }
  });
});

describe('whether a run ends well', () => {
  it('the verdict of the judge decides', () => {
    expect(isSuccess(reportOf(unclear))).toBe(true);
    expect(isSuccess(reportOf(unclear, { judge: 'clarified' }))).toBe(false);
  });

  it('a part of the vectors ends well if nothing in it fails and something passes, or all of it is observed', () => {
    expect(isSuccess(reportOf(good, { selection: part }))).toBe(true);
    expect(isSuccess(reportOf(broken, { selection: part }))).toBe(false);
    expect(isSuccess(reportOf([result(own, 'observed', 'fail-accepted')], { selection: part }))).toBe(true);
    expect(isSuccess(reportOf([result(first, 'unsupported', 'unsupported')], { selection: part }))).toBe(false);
    expect(isSuccess(reportOf([], { selection: part }))).toBe(false);
  });
});
