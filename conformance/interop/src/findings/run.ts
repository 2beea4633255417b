/** Judges the other implementations and writes what was found into the documentation. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { judgeAdapter } from '../../../suite/src/command/run.ts';
import { parseRunFlags } from '../../../suite/src/command/run-options.ts';
import { writeReports } from '../../../suite/src/report/write.ts';
import { loadSuite, type Suite } from '../../../suite/src/vectors/suite.ts';
import { writeInteropPage } from '../matrix/page.ts';
import { EXIT_SKIPPED, reportSkipped } from '../peer/unavailable.ts';
import { emptyPage, findingsPage } from './page.ts';
import { type JudgedPeer, judgedPeers } from './peers.ts';

/** Judges one implementation. Returns the exit code. */
async function judge(peer: JudgedPeer, suite: Suite, args: readonly string[]): Promise<number> {
  const prepared = peer.prepare();
  if ('unavailable' in prepared) {
    if (!existsSync(peer.page)) writeFileSync(peer.page, emptyPage(peer));
    const reported = reportSkipped(peer.name, prepared.unavailable, peer.required);
    return reported === EXIT_SKIPPED ? 0 : reported;
  }
  const flags = parseRunFlags(['--name', `model-signing (${peer.name})`, ...args]);
  const report = await judgeAdapter(prepared.adapter, suite, flags, new AbortController().signal);
  writeReports([report], suite, flags.files);
  writeFileSync(peer.page, findingsPage(peer, report));
  process.stdout.write(`${report.results.length} vectors run, ${path.basename(peer.page)} written\n`);
  return 0;
}

async function main(args: readonly string[]): Promise<number> {
  const [first, ...flags] = args;
  const named = judgedPeers.find(({ name }) => name.toLowerCase() === first);
  const suite = loadSuite();
  writeInteropPage();
  for (const peer of named ? [named] : judgedPeers) {
    const code = await judge(peer, suite, named ? flags : args);
    if (code !== 0) return code;
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
