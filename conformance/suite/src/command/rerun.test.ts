import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readReportBytes } from '../report/parse.ts';
import type { Report } from '../report/report.ts';
import { isFailure } from '../run/states.ts';
import { main } from './main.ts';

/** A folder with an adapter that refuses everything until there is a file `fixed`, and then nothing. */
function readersFolder() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'oms-conformance-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string) => path.join(folder, name);
  const script = `#!/bin/sh
[ "$1" = capabilities ] && exit 2
[ -f '${file('fixed')}' ] || exit 1
exit 0
`;
  writeFileSync(file('adapter'), script);
  chmodSync(file('adapter'), 0o755);
  return { file, read: (name: string): Report => readReportBytes(readFileSync(file(name))) };
}

async function run(...args: readonly string[]): Promise<{ code: number; said: string }> {
  let said = '';
  const writes = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      said += text;
      return true;
    }),
  );
  try {
    return { code: await main(['run', '--no-smoke', ...args]), said };
  } finally {
    for (const write of writes) write.mockRestore();
  }
}

/** The last of them is only observed by the public text. */
const few = ['bundle_plain', 'model_modified', 'model_missing', 'bundle_duplicate-escaped'].flatMap((id) => [
  '--only',
  id,
]);

describe.skipIf(process.platform === 'win32')('running again what failed (skipped without a POSIX shell)', () => {
  it('only what failed in the report runs again, and the run says how much of it passes now', async () => {
    const { file, read } = readersFolder();
    const first = await run(...few, '--json', file('one.json'), '--', file('adapter'));
    expect(first.code).toBe(1);
    const failed = read('one.json').results.filter(({ verdicts }) => isFailure(verdicts.public.state));
    expect(failed.length).toBeGreaterThan(0);
    expect(read('one.json').counts.public.observed).toBe(1);
    writeFileSync(file('fixed'), '');
    const again = await run('--rerun-failed', file('one.json'), '--json', file('two.json'), '--', file('adapter'));
    const report = read('two.json');
    expect(report.results.map(({ id }) => id)).toEqual(failed.map(({ id }) => id));
    expect(report.selection).toMatchObject({ rerun: true, interrupted: false });
    expect(report.conformant.public).not.toBe(true);
    expect(again.said).toMatch(/\d of the \d vectors that had failed pass now\. Only a run of all vectors/);
  });

  it('a report about other vectors, of another verdict, or without failures is refused with what to do', async () => {
    const { file, read } = readersFolder();
    await run(...few, '--json', file('one.json'), '--', file('adapter'));
    const report = read('one.json');
    const write = (change: object) => writeFileSync(file('changed.json'), JSON.stringify({ ...report, ...change }));
    const rerun = (...flags: readonly string[]) =>
      run('--rerun-failed', file('changed.json'), ...flags, '--', file('adapter'));
    write({ suite: { ...report.suite, vectorsDigest: '0'.repeat(64) } });
    expect(await rerun()).toEqual({ code: 3, said: expect.stringContaining('about other vectors than these') });
    write({});
    expect(await rerun('--judge', 'clarified')).toEqual({
      code: 2,
      said: expect.stringContaining('add --judge public'),
    });
    write({ results: 1 });
    expect(await rerun()).toEqual({ code: 3, said: expect.stringContaining('is not a report') });
    expect(await run('--rerun-failed', file('none.json'), '--', file('adapter'))).toEqual({
      code: 2,
      said: expect.stringContaining('there is no such file'),
    });
  });

  it('--keep leaves the files of each vector, with which its command can be called by hand', async () => {
    const { file } = readersFolder();
    const { said } = await run(...few, '--keep', file('kept'), '--', file('adapter'));
    expect(readdirSync(file('kept')).sort()).toEqual(expect.arrayContaining(['bundle_plain', 'model_modified']));
    expect(existsSync(file('kept/bundle_plain/work/model/config.json'))).toBe(true);
    expect(existsSync(file('kept/bundle_plain/work/model.sig'))).toBe(true);
    expect(said).toMatch(/Before one of their commands: VECTORS=\/\S+v1\.0/);
    const again = await run(...few, '--keep', file('kept'), '--', file('adapter'));
    expect(again).toEqual({ code: 2, said: expect.stringContaining('is not empty: name a new directory') });
    const inFile = await run(...few, '--keep', file('adapter/kept'), '--', file('adapter'));
    expect(inFile).toEqual({ code: 2, said: expect.stringContaining('--keep') });
  });
});
