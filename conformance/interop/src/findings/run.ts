/** Judges the newest Python implementation and writes what was found into the documentation. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { judgeAdapter } from '../../../suite/src/command/run.ts';
import { parseRunFlags } from '../../../suite/src/command/run-options.ts';
import { writeReports } from '../../../suite/src/report/write.ts';
import { loadSuite } from '../../../suite/src/vectors/suite.ts';
import { constraintsFile, preparePythonPeer, programOf } from '../peer/python-environment.ts';
import { EXIT_SKIPPED, reportSkipped } from '../peer/unavailable.ts';
import { findingsPage } from './page.ts';

const interop = path.resolve(import.meta.dirname, '../..');
const page = path.resolve(interop, '../../docs/python-findings.md');

async function main(args: readonly string[]): Promise<number> {
  const peer = preparePythonPeer();
  if ('unavailable' in peer) {
    const reported = reportSkipped('Python', peer.unavailable, true);
    return reported === EXIT_SKIPPED ? 0 : reported;
  }
  const flags = parseRunFlags(['--name', 'model-signing (Python)', ...args]);
  const suite = loadSuite();
  const adapter = [programOf(peer.directory, 'python'), path.join(interop, 'python/adapter.py')] as const;
  const { signal } = new AbortController();
  const report = await judgeAdapter([...adapter], suite, flags, signal);
  writeReports([report], suite, flags.files);
  writeFileSync(page, findingsPage(report, readFileSync(constraintsFile, 'utf8')));
  process.stdout.write(`${report.results.length} vectors run, ${path.basename(page)} written\n`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
