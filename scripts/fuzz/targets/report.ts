import { htmlPage } from '../../../conformance/suite/src/report/html.ts';
import { junit } from '../../../conformance/suite/src/report/junit.ts';
import { markdown } from '../../../conformance/suite/src/report/markdown.ts';
import { readReportBytes } from '../../../conformance/suite/src/report/parse.ts';
import type { Report } from '../../../conformance/suite/src/report/report.ts';
import { tap } from '../../../conformance/suite/src/report/tap.ts';
import { stateNames } from '../../../conformance/suite/src/run/states.ts';
import { loadSuite } from '../../../conformance/suite/src/vectors/suite.ts';
import { mutateJson } from '../mutate/json.ts';
import type { Random } from '../random.ts';
import { accepted, refused, type Target, type Verdict, WrongVerdict } from '../target.ts';

/** Texts that become markup where one of their characters is not escaped. */
const markup = [
  '<fuzz-tag>',
  '</title><fuzz-tag>',
  '</script><fuzz-tag>',
  '--><fuzz-tag>',
  ']]><fuzz-tag>',
  '" fuzz-attribute="',
  "' fuzz-attribute='",
  '`<fuzz-tag>`',
  '|\n\n# fuzz-heading',
  '\n# fuzz-heading\n',
  '\nok 99 - fuzz-line\n',
  '](fuzz-link)',
  '![a](fuzz-link)',
  '\u2028<fuzz-tag>\u2029',
] as const;

/** The files that the conformance suite writes from a report, which is untrusted. */
export function reportTarget(): Target {
  const suite = loadSuite();
  const base = reportOf(
    suite.about,
    suite.vectors.slice(0, 3).map(({ vector }) => vector.id),
  );
  return {
    name: 'report',
    description: 'reports of the conformance suite: no text of a report becomes markup',
    seeds: () => [encode(base)],
    generate: (random) => encode(withMarkup(base, random)),
    mutate: (input, random) => mutate(input, random),
    check: (input) => check(input, (report) => [htmlPage([report], suite), junit(report), markdown([report])]),
  };
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value) ?? 'null');

/** One that has failed one vector, passed one and cannot try one. */
function reportOf(about: object, ids: readonly string[]): object {
  const states = ['fail-accepted', 'pass', 'unsupported'];
  const both = (value: object | boolean) => ({ public: value, clarified: value });
  return {
    schema: 'model-signing/conformance-report/v2',
    suite: about,
    implementation: { name: 'an implementation', version: '1.0', protocolLevel: 1, digest: null },
    judge: 'public',
    strict: false,
    selection: { only: ids, profiles: [], light: true, otherVectors: false, rerun: false, interrupted: false },
    conformant: both(false),
    counts: both(Object.fromEntries(stateNames.map((name) => [name, states.includes(name) ? 1 : 0]))),
    profiles: [{ profile: 'core', role: 'verify', verdicts: both({ pass: 1, fail: 1, unsupported: 1, other: 0 }) }],
    results: ids.map((id, index) => ({
      id,
      title: 'a title',
      kind: 'verify',
      profile: 'core',
      level: 'MUST',
      requirements: ['OMS-JSON-1'],
      decidedBy: ['OMS-JSON-1'],
      basis: 'public',
      expected: 'reject',
      answer: 'reject',
      verdicts: both({ state: states[index], detail: 'a detail' }),
      faults: [{ requirement: 'OMS-JSON-2', level: 'SHOULD', basis: 'public', detail: 'a fault' }],
      reason: 'bundle/not-json',
      command: 'a command',
      output: 'an output',
      seconds: 0.1,
      peakMemory: null,
    })),
  };
}

/** The members whose text is free by the schema. */
const freeTexts: ReadonlySet<string> = new Set([
  'id',
  'title',
  'detail',
  'reason',
  'command',
  'output',
  'name',
  'version',
]);

/** Puts markup into some of the strings of a report, mostly where the schema allows it. */
function withMarkup(value: unknown, random: Random, member = ''): unknown {
  if (typeof value === 'string' && random.chance(freeTexts.has(member) ? 0.3 : 0.005)) {
    const piece = random.pick(markup);
    return random.pick([piece, `${value}${piece}`, `${piece}${value}`]);
  }
  if (Array.isArray(value)) return value.map((item) => withMarkup(item, random));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withMarkup(item, random, name)]));
}

function mutate(input: Uint8Array, random: Random): Uint8Array {
  const value: unknown = JSON.parse(Buffer.from(input).toString());
  return encode(
    random.chance(0.7)
      ? withMarkup(value, random)
      : mutateJson(value, random, [...markup, null, 0, 1, true, 'pass', 'xfail', 'MAY', [], {}]),
  );
}

/** What a report says about itself must follow from its results. */
function checkVerdict({ results, counts, conformant, selection }: Report): void {
  for (const name of ['public', 'clarified'] as const) {
    const states = results.map(({ verdicts, level }) => ({ state: verdicts[name].state, level }));
    const passed = states.filter(({ state }) => state.startsWith('pass')).length;
    if (passed !== counts[name].pass + counts[name]['pass-unclassified'])
      throw new WrongVerdict('its counts are wrong');
    const blocking = states.some(({ state, level }) => level === 'MUST' && /^(?:fail|crash|timeout)/.test(state));
    if (conformant[name] && (blocking || passed === 0)) throw new WrongVerdict('it claims to conform');
    if (conformant[name] && selection !== null) throw new WrongVerdict('a part of the vectors claims to conform');
  }
}

function check(input: Uint8Array, render: (report: Report) => readonly string[]): Verdict {
  let report: Report;
  try {
    report = readReportBytes(input);
  } catch (error) {
    // It is refused with an ordinary error that says where.
    if (error instanceof Error && error.constructor === Error) return refused('schema', error.message.slice(0, 60));
    throw error;
  }
  checkVerdict(report);
  const [html = '', xml = '', text = ''] = render(report);
  for (const [what, written] of Object.entries({ html, xml, text })) {
    if (written.includes('<fuzz-tag')) throw new WrongVerdict(`a text became a tag in ${what}`);
    // Inside of JSON, quotes are escaped by a backslash.
    if (/[^\\]" fuzz-attribute/.test(written) && what !== 'text')
      throw new WrongVerdict(`a text became an attribute in ${what}`);
  }
  if (/^# fuzz-heading/m.test(text)) throw new WrongVerdict('a text became a heading in Markdown');
  if (/[^\\]\]\(fuzz-link/.test(text)) throw new WrongVerdict('a text became a link in Markdown');
  if (/^ok 99 - fuzz/m.test(tap(report))) throw new WrongVerdict('a text became a line of its own in TAP');
  return accepted(report.results.map(({ verdicts }) => `${verdicts.public.state} ${verdicts.clarified.state}`).join());
}
