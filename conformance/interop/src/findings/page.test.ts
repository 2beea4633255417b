import { expect, it } from 'vitest';
import { type CaseResult, countStates, type Report } from '../../../suite/src/report/report.ts';
import type { State } from '../../../suite/src/run/states.ts';
import { loadSuite } from '../../../suite/src/vectors/suite.ts';
import { causesOf, failuresOf, placesOf } from './causes.ts';
import type { Defect } from './defects.ts';
import { emptyPage, findingsPage } from './page.ts';
import type { JudgedPeer } from './peers.ts';

const defect: Defect = {
  id: 'expired',
  title: 'Expired certificates are accepted',
  consequence: 'Keys never end.',
  vectors: ['^signer_certificate-expired$'],
  model: 'none',
  commands: ['peer verify model'],
  exit: 0,
  prints: 'ok',
};

const peer: JudgedPeer = {
  name: 'Go',
  subject: 'The peer',
  page: '',
  defects: [defect],
  required: false,
  install: 'Install it.',
  prepare: () => ({ unavailable: 'it is a test' }),
};

/** A result of a vector of the suite, with these states. */
function result(id: string, byPublic: State, clarified: State, more: Partial<CaseResult> = {}): CaseResult {
  const vector = loadSuite().byId.get(id)?.vector;
  if (!vector) throw new Error(`there is no vector ${id}`);
  const { title, kind, profile, level, requirements, decidedBy, basis, expect: expected } = vector;
  return {
    ...{ id, title, kind, profile, level, requirements, decidedBy, basis },
    expected: expected.outcome,
    answer: 'accept',
    verdicts: {
      public: { state: byPublic, detail: 'it was accepted' },
      clarified: { state: clarified, detail: 'so <b>it</b> | was' },
    },
    faults: [],
    reason: null,
    command: null,
    output: '',
    seconds: 0,
    peakMemory: null,
    ...more,
  };
}

const expired = result('signer_certificate-expired', 'fail-accepted', 'fail-accepted');
const twoSignatures = result('envelope_signatures-twice', 'fail-accepted', 'fail-accepted');
const duplicate = result('bundle_duplicate-top', 'observed', 'fail-accepted');
const otherReason = result('manifest_digest-empty', 'pass', 'fail-reason');
const inconclusive = result('manifest_digest-short', 'inconclusive', 'inconclusive');

function reportOf(...results: CaseResult[]): Report {
  return { suite: { vectors: 1000, spec: '1.0' }, counts: countStates(results), results } as unknown as Report;
}

const page = findingsPage(peer, reportOf(expired, twoSignatures, duplicate, otherReason, inconclusive));

function sectionOf(title: string): string {
  const [, ...rest] = page.split(title);
  return rest.join(title).split('\n## ')[0] ?? '';
}

it('the failures by the public text come first on a page of findings, and the confirmed defects first among them', () => {
  const section = sectionOf('## Against the public text (2 vectors)');
  expect(section.indexOf('### 1. Expired certificates')).toBeGreaterThan(0);
  expect(section.indexOf('envelope_signatures-twice')).toBeGreaterThan(section.indexOf('### Other failures'));
  expect(section).not.toContain('bundle_duplicate-top');
});

it('a confirmed defect states the place in the public text that it breaks, and how to see it', () => {
  const section = sectionOf('### 1. Expired');
  expect(section).toMatch(/Breaks: public text, 8\.2.*\. Keys never end\./);
  expect(section).toContain('\npeer verify model\n```');
  expect(section).toContain('exit code 0. Vectors: `signer_certificate-expired`.');
});

it('what only the clarifications demand stands apart, and so do refusals for another reason', () => {
  expect(sectionOf('## Only with the clarifications (1 vectors)')).toContain('bundle_duplicate-top');
  expect(sectionOf('## Refused correctly, for another reason (1 vectors)')).toContain('manifest_digest-empty');
});

it('a recommendation that is not followed is not counted among the failures of what is required', () => {
  const report = reportOf(expired, { ...twoSignatures, level: 'SHOULD' });
  const text = findingsPage(peer, report);
  expect(text).toContain('## Against the public text (1 vectors)');
  expect(text.split('## Recommendations of the public text that it does not follow (1 vectors)')[1]).toContain(
    twoSignatures.id,
  );
});

it('an inconclusive result is counted on a page of findings, and charged to no requirement', () => {
  expect(page).toContain('| inconclusive: its control failed as well | 1 | 1 |');
  expect(page).not.toContain('manifest_digest-short');
});

it('text of a report becomes no markup on a page of findings', () => {
  expect(page).not.toContain('<b>it</b>');
});

it('a defect that no vector shows any more stops the making of the page', () => {
  expect(() => findingsPage(peer, reportOf(twoSignatures))).toThrow('no vector shows the defect "expired"');
});

it('failures of one requirement are one cause', () => {
  const other = result('envelope_signatures-second-wrong', 'fail-accepted', 'fail-accepted');
  const causes = causesOf(failuresOf([twoSignatures, other], 'public'), []);
  expect(causes.map(({ requirement, results }) => [requirement, results.length])).toEqual([['OMS-DSSE-5', 2]]);
});

it('a wrong signature breaks what its binding faults break, and not what our clarifications add', () => {
  const faults = [
    { requirement: 'OMS-KEY-1', level: 'MUST', basis: 'clarification', detail: '' },
    { requirement: 'OMS-NAME-4', level: 'MUST', basis: 'public', detail: '' },
  ] as const;
  const wrong = result('manifest_sign-single-file', 'fail-rejected', 'fail-rejected', { faults });
  expect(placesOf([wrong])).toEqual([expect.stringContaining('public text, 6.1.2')]);
  expect(causesOf([wrong], [])[0]?.requirement).toBe('OMS-NAME-4');
});

it('the page of an implementation that was never run says so, and how to run it', () => {
  expect(emptyPage(peer)).toMatch(/has not been judged yet.*checkout.*npm run findings -- go/s);
});
