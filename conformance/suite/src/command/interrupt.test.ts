import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readReportBytes } from '../report/parse.ts';
import { reportFlags } from '../report/write.ts';

const main = new URL('./main.ts', import.meta.url).href;

/** A folder with an adapter that refuses twelve calls and then hangs, leaving the ids of its processes in `hung`. */
function hangingFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'oms-conformance-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const script = `#!/bin/sh
[ "$1" = capabilities ] && exit 2
echo x >> '${folder}/calls'
[ "$(wc -l < '${folder}/calls')" -le 12 ] && exit 1
sleep 600 &
echo $$ $! >> '${folder}/hung'
wait
`;
  writeFileSync(path.join(folder, 'adapter'), script);
  chmodSync(path.join(folder, 'adapter'), 0o755);
  return folder;
}

/** Starts a run in a process of its own; `ended` is its exit code and what it printed. */
function startRun(folder: string, ...flags: readonly string[]) {
  const words = ['run', '--no-smoke', '--jobs', '1', '--profile', 'core', ...flags, '--', path.join(folder, 'adapter')];
  const program = `import { main } from '${main}'; process.exitCode = await main(${JSON.stringify(words)});`;
  const node = ['--conditions=@model-signing/source', '--input-type=module', '-e', program];
  const child = spawn(process.execPath, node, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const ended = new Promise<{ code: number | null; said: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, said }));
  });
  return { child, ended };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 20));
}

const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

/** Waits until the adapter hangs; returns the ids of its processes. */
async function hangs(folder: string): Promise<number[]> {
  const file = path.join(folder, 'hung');
  await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'));
  return readFileSync(file, 'utf8').trim().split(/\s/).map(Number);
}

describe.skipIf(process.platform !== 'linux')('an interrupted run (skipped on other systems than Linux)', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('a run that gets %s writes what it has, says so, and ends its adapter', async (signal, code) => {
    const folder = hangingFolder();
    const { child, ended } = startRun(folder, ...reportFlags.flatMap((flag) => [`--${flag}`, flag]));
    const processes = await hangs(folder);
    child.kill(signal);
    const result = await ended;
    expect([result.code, result.said]).toEqual([code, expect.stringContaining('interrupted')]);
    await until(() => !processes.some(isRunning));
    const report = readReportBytes(readFileSync(path.join(folder, 'json')));
    expect(report.selection).toMatchObject({ interrupted: true });
    expect(report.results.length).toBeGreaterThan(0);
    expect(report.results.length).toBeLessThanOrEqual(12);
    expect(JSON.stringify(report.results)).not.toContain('the run was ended');
    for (const flag of reportFlags) expect(existsSync(path.join(folder, flag)), flag).toBe(true);
    for (const flag of ['markdown', 'html'] as const) {
      expect(readFileSync(path.join(folder, flag), 'utf8')).toContain('interrupted');
    }
  });

  it('a run that reaches its time limit writes what it has, and could not run to its end', async () => {
    const folder = hangingFolder();
    const { ended } = startRun(folder, '--json', 'json', '--time-limit', '10');
    const processes = await hangs(folder);
    expect((await ended).code).toBe(3);
    await until(() => !processes.some(isRunning));
    const report = readReportBytes(readFileSync(path.join(folder, 'json')));
    expect(report.selection).toMatchObject({ interrupted: true });
  });

  it('a run that is interrupted twice ends at once, with its adapter', async () => {
    const folder = hangingFolder();
    const { child, ended } = startRun(folder);
    const processes = await hangs(folder);
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect([130, 143]).toContain((await ended).code);
    await until(() => !processes.some(isRunning));
  });
});
