import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSuite } from '../../conformance/suite/src/vectors/suite.ts';
import { perVerdict } from '../../conformance/suite/src/vectors/verdicts.ts';
import { type Conformance, type ConformanceReport, recordedData } from './comparison.ts';
import { changesOf, recordText, reportToRecord } from './record.ts';
import { tracesOfMachine } from './traces.ts';

const root = path.resolve(import.meta.dirname, '../..');
const data = path.join(root, 'docs/data');
const { conformance, features } = recordedData(data);
if (!conformance) throw new Error('no recorded results: run npm run docs:results');

describe('the recorded results', () => {
  it('the recorded results are for the present vectors (npm run docs:results records new ones)', () => {
    const { vectorsDigest, vectors } = loadSuite().about;
    for (const { suite } of conformance.reports) expect(suite).toMatchObject({ vectorsDigest, vectors });
  });

  it('the findings in the Python package are about the present vectors (npm run findings writes new ones)', () => {
    const page = readFileSync(path.join(root, 'docs/python-findings.md'), 'utf8');
    expect(page).toContain(` against ${loadSuite().about.vectors} vectors `);
  });

  it('the recorded results name only features in docs/data/features.json', () => {
    const titles = features.features.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    expect(titles).toEqual(expect.arrayContaining([...conformance.features.ours, ...conformance.features.python]));
  });

  it('the recorded results are exactly what the command writes', () => {
    // Compared as a boolean, because a diff of a megabyte helps no reader.
    expect(readFileSync(path.join(data, 'conformance.json'), 'utf8') === recordText(conformance)).toBe(true);
  });

  it('the recorded results contain no path of a machine or of its Python', () => {
    expect(tracesOfMachine(data, root)).toEqual([]);
    expect(recordText(conformance).includes('python-peer')).toBe(false);
  });
});

describe('recording', () => {
  const [first] = conformance.reports as [ConformanceReport];
  const passes = ({ verdicts }: ConformanceReport['results'][number]) =>
    Object.values(verdicts).every(({ state }) => state === 'pass');
  const result = first.results.find(passes) as ConformanceReport['results'][number];
  const others = first.results.filter((each) => each !== result);
  const crashed = perVerdict(() => ({ state: 'crash', detail: 'it ended' }));
  const report = { ...first, results: [{ ...result, seconds: 1.5, peakMemory: 7, output: 'said' }] };

  it('reportToRecord leaves out what differs from run to run, and the path of the adapter', () => {
    const command = '$NODE/node ./somewhere/adapter.mjs verify-model --method key';
    const slow = { ...report, results: [{ ...report.results[0], command } as typeof result] };
    const [recorded] = reportToRecord(slow, 'adapter').results;
    expect(recorded).toMatchObject({
      seconds: 0,
      peakMemory: null,
      output: '',
      command: 'adapter verify-model --method key',
    });
  });

  it('reportToRecord refuses results of an adapter that did not start', () => {
    const dead = { ...report, results: [{ ...result, verdicts: crashed }] };
    expect(() => reportToRecord(dead, 'adapter')).toThrow('its adapter does not start');
  });

  it.each([
    ['a changed state', () => [{ ...result, verdicts: crashed }, ...others], 'is crash, was pass'],
    ['a removed vector', () => others, 'is no longer there'],
    ['a new vector', (results: typeof first.results) => [...results, { ...result, id: 'x' }], 'x is pass, was missing'],
  ])('changesOf reports %s', (_, change, message) => {
    const after = {
      ...conformance,
      reports: [{ ...first, results: change(first.results) }, ...conformance.reports.slice(1)],
    };
    expect(changesOf(conformance, after)).toEqual([expect.stringContaining(message)]);
  });

  it('changesOf reports different vectors but not a different date', () => {
    const suite = { ...first.suite, vectorsDigest: '0'.repeat(64) };
    const after: Conformance = {
      ...conformance,
      date: '1999-01-01',
      reports: [{ ...first, suite }, ...conformance.reports.slice(1)],
    };
    expect(changesOf(conformance, after)).toEqual([expect.stringContaining('judged with other vectors')]);
    expect(changesOf(conformance, { ...conformance, date: '1999-01-01' })).toEqual([]);
  });

  it('npm run docs:results refuses an unknown flag before it runs anything', () => {
    const { status, stderr } = spawnSync(process.execPath, [path.join(import.meta.dirname, 'results.ts'), '--chekc'], {
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toContain('"--chekc"');
  });
});
