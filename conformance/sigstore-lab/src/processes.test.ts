import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endedProcesses, endProcesses, hasProcesses, startProcess } from './processes.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'sigstore-lab-'));
});
afterEach(async () => {
  await endProcesses(directory);
  rmSync(directory, { recursive: true, force: true });
});

const LASTING = 'setInterval(() => {}, 1000)';
const idFile = () => path.join(directory, 'processes.json');
const start = (name: string, script: string) => startProcess(directory, name, [process.execPath, '-e', script]);

describe.skipIf(process.platform === 'win32')('processes of the lab', () => {
  it('the lab stops the processes it started, even one that ignores SIGTERM', async () => {
    start('obedient', LASTING);
    start('deaf', `process.on('SIGTERM', () => {}); ${LASTING}`);
    expect(hasProcesses(directory)).toBe(true);
    expect(await endProcesses(directory)).toBe(2);
    expect(hasProcesses(directory)).toBe(false);
  });

  it('the lab names the processes that have ended on their own', async () => {
    start('short', '');
    start('lasting', LASTING);
    await expect.poll(() => endedProcesses(directory), { timeout: 240_000 }).toEqual(['short']);
  });

  it('the lab does not stop another process with the id of a recorded one', async () => {
    start('lasting', LASTING);
    const [{ since, ...rest }] = JSON.parse(readFileSync(idFile(), 'utf8'));
    writeFileSync(idFile(), JSON.stringify([{ ...rest, since: 'another time' }]));
    expect(await endProcesses(directory)).toBe(0);
    writeFileSync(idFile(), JSON.stringify([{ ...rest, since }]));
    expect(await endProcesses(directory)).toBe(1);
  });

  it('the lab stops the processes of a process that crashed', async () => {
    const module = JSON.stringify(path.join(import.meta.dirname, 'processes.ts'));
    const script = `import { startProcess } from ${module};
      startProcess(process.argv[1], 'orphan', [process.execPath, '-e', ${JSON.stringify(LASTING)}]);
      process.kill(process.pid, 'SIGKILL');`;
    spawnSync(process.execPath, ['--input-type=module', '-e', script, directory]);
    expect(hasProcesses(directory)).toBe(true);
    expect(await endProcesses(directory)).toBe(1);
  });

  it('the lab says which program cannot be started', () => {
    expect(() => startProcess(directory, 'missing', [path.join(directory, 'absent')])).toThrow(/missing could not/);
  });

  it('the lab keeps the output of a program in a file', async () => {
    start('talker', 'console.log("hello")');
    await expect
      .poll(() => readFileSync(path.join(directory, 'talker.log'), 'utf8'), { timeout: 240_000 })
      .toBe('hello\n');
  });
});
