import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { bare } from '../adapter/capabilities.ts';
import { withoutAnswer } from '../run/execute.ts';
import type { Judgement } from '../run/judge.ts';
import { loadSuite } from '../vectors/suite.ts';
import { perVerdict } from '../vectors/verdicts.ts';
import { buildReport } from './build.ts';
import { causesOf } from './causes.ts';
import { htmlPage } from './html.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import { parseReport } from './parse.ts';
import type { CaseResult, Report } from './report.ts';
import { Scrubber } from './scrub.ts';
import { terminalText } from './terminal.ts';

const suite = loadSuite();
const all = suite.vectors.filter(({ vector: { basis, level } }) => basis === 'public' && level === 'MUST');
const selection = {
  only: [],
  profiles: [],
  light: true,
  otherVectors: false,
  rerun: false,
  interrupted: false,
} as const;

/** A report in which the vectors fail as given, the first with the first judgement and so on. */
function reportOf(judgements: readonly Judgement[], output = ''): Report {
  const ran = all.slice(0, judgements.length).map(({ vector }) => vector);
  const executions = ran.map(({ id }, index) => {
    const judgement = judgements[index] as Judgement;
    const answer = { kind: 'crash', message: judgement.detail } as const;
    return [
      id,
      withoutAnswer(judgement, { answer, command: `./it ${id}`, output, seconds: 0, peakMemory: null }),
    ] as const;
  });
  return buildReport({
    suite: suite.about,
    name: 'it',
    digest: null,
    capabilities: bare,
    ran,
    asked: new Set(ran.map(({ id }) => id)),
    executions: new Map(executions),
    expected: new Map(),
    judge: 'public',
    strict: false,
    selection,
    scrubber: new Scrubber(),
  });
}

const many = (count: number, state: Judgement['state'], detail: (index: number) => string): Judgement[] =>
  Array.from({ length: count }, (_, index) => ({ state, detail: detail(index) }));

/** What each form for people says. */
function shown(report: Report): Record<string, string> {
  const stream = new PassThrough() as unknown as NodeJS.WriteStream;
  return {
    terminal: terminalText(report, stream),
    markdown: markdown([report]),
    html: htmlPage([report], suite),
  };
}

const countOf = (text: string, part: string) => text.split(part).length - 1;

it('71 failures of one cause are one group with a representative, the count and all ids in each form', () => {
  const refused = many(71, 'fail-rejected', (index) => `refused: cannot read "${index}.pem" at line ${index}`);
  const report = reportOf(refused);
  expect(report.causes.public).toEqual([
    { state: 'fail-rejected', requirement: null, vectors: report.results.map(({ id }) => id) },
  ]);
  expect(report.causes.clarified).toEqual([]);
  for (const [form, text] of Object.entries(shown(report))) {
    // The page has the detail of each vector in the data of its dialog, too.
    const [page = ''] = text.split('<script');
    expect(countOf(page, 'cannot read'), form).toBe(1);
    for (const { id } of report.results) expect(page, form).toContain(id);
    expect(page, form).toMatch(/\b7[01]\b/);
  }
  expect(shown(report).terminal).toContain('fail-rejected, 71 vectors, such as');
});

it('a crash is one group that shows how the program died and what it printed, and blames no requirement', () => {
  const output = 'panic: index out of range\ngoroutine 1 [running]:\nmain.verify(0xc0000)\n  main.go:7\n  more\n';
  const report = reportOf(
    many(18, 'crash', () => 'it ended with the exit code 134'),
    output,
  );
  expect(report.causes.public.map(({ requirement, vectors }) => [requirement, vectors.length])).toEqual([[null, 18]]);
  for (const [form, text] of Object.entries(shown(report))) {
    const failures = text.split('<table')[0]?.split('crash ')[0] as string;
    expect(text, form).toContain('the exit code 134');
    expect(text, form).toContain('panic: index out of range');
    const [part = ''] = (form === 'html' ? text.split('class="causes')[1] : failures)?.split('</section>') ?? [];
    expect(part.match(/OMS-[A-Z]+-\d+/g), form).toBeNull();
  }
  expect(junit(report).match(/OMS-[A-Z]+-\d+/g)).toBeNull();
});

it('crashes of different kinds are different causes, and the cause of most failures is shown first', () => {
  const report = reportOf([
    ...many(2, 'crash', () => 'it was ended by SIGSEGV'),
    ...many(5, 'crash', () => 'it printed a stack trace: KeyError'),
  ]);
  expect(report.causes.public.map(({ vectors }) => vectors.length)).toEqual([5, 2]);
  expect(shown(report).terminal).toContain('7 failed, for 2 reasons');
});

it('signatures with several faults belong to the fault that most of them have', () => {
  const fault = (requirement: 'OMS-RES-3' | 'OMS-ROOT-1') =>
    ({ requirement, level: 'MUST', basis: 'public', detail: `of ${requirement}` }) as const;
  const result = (id: string, faults: CaseResult['faults']) =>
    ({
      ...reportOf(many(1, 'fail-rejected', () => 'its bundle is wrong')).results[0],
      ...{ id, faults },
      verdicts: perVerdict(() => ({ state: 'fail-rejected', detail: 'its bundle is wrong' })),
    }) as CaseResult;
  const [rare, common] = [fault('OMS-RES-3'), fault('OMS-ROOT-1')];
  const results = [result('a', [rare, common]), result('b', [common]), result('c', [common]), result('d', [rare])];
  expect(causesOf(results).public).toEqual([
    { state: 'fail-rejected', requirement: 'OMS-ROOT-1', vectors: ['a', 'b', 'c'] },
    { state: 'fail-rejected', requirement: 'OMS-RES-3', vectors: ['d'] },
  ]);
});

it('wrong acceptances are grouped by the requirement that they break', () => {
  const report = reportOf(many(60, 'fail-accepted', () => 'it was accepted'));
  const broken = new Set(report.results.map(({ decidedBy }) => decidedBy[0]));
  expect(report.causes.public.map(({ requirement }) => requirement).sort()).toEqual([...broken].sort());
});

it('so many failures of one cause that a form cannot list them are counted', () => {
  const report = reportOf(many(300, 'timeout', () => 'it did not end within its time'));
  const texts = shown(report);
  expect(texts.terminal).toContain('and 99 more');
  expect(texts.html).toContain('and 99 more');
  expect(texts.markdown).toContain('and 299 more:');
});

it.each<[string, (causes: Report['causes']['public']) => object]>([
  ['leaves a failure out', ([first, ...more]) => [{ ...first, vectors: first?.vectors.slice(1) }, ...more]],
  ['names a failure twice', ([first, ...more]) => [first, first, ...more]],
  ['gives a failure another state', ([first, ...more]) => [{ ...first, state: 'timeout' }, ...more]],
])('a report whose causes are not those of its failures is refused: it %s', (_, change) => {
  const report = reportOf(many(5, 'crash', () => 'it was ended by SIGSEGV'));
  expect(parseReport(structuredClone(report))).toEqual(report);
  const wrong = { ...report, causes: { ...report.causes, public: change(report.causes.public) } };
  expect(() => parseReport(wrong)).toThrow('its causes');
});

it('the page says of each cause the requirement, a title, the first line of a message, and how many more there are', () => {
  const report = reportOf(many(60, 'fail-accepted', () => 'it was accepted:\n  in spite of this\n  and that'));
  const summaries = [...htmlPage([report], suite).matchAll(/<summary><span class="badge.*?<\/summary>/gs)];
  const { public: causes } = report.causes;
  expect(summaries).toHaveLength(causes.length);
  for (const [index, { requirement, vectors }] of causes.entries()) {
    const text = summaries[index]?.[0].replaceAll(/<[^>]+>/g, '') ?? '';
    expect(text).toContain(`${requirement} `);
    expect(text).toContain('it was accepted: in spite of this');
    expect(text).not.toContain('and that');
    if (vectors.length > 1) expect(text).toContain(`, and ${vectors.length - 1} more`);
  }
});
