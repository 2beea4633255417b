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
  it('ends what it started, also what does not listen', async () => {
    start('obedient', LASTING);
    start('deaf', `process.on('SIGTERM', () => {}); ${LASTING}`);
    expect(hasProcesses(directory)).toBe(true);
    expect(await endProcesses(directory)).toBe(2);
    expect(hasProcesses(directory)).toBe(false);
  });

  it('tells what has ended by itself', async () => {
    start('short', '');
    start('lasting', LASTING);
    await expect.poll(() => endedProcesses(directory), { timeout: 20_000 }).toEqual(['short']);
  });

  it('leaves a process alone that has the id of one of its own', async () => {
    start('lasting', LASTING);
    const [{ since, ...rest }] = JSON.parse(readFileSync(idFile(), 'utf8'));
    writeFileSync(idFile(), JSON.stringify([{ ...rest, since: 'another time' }]));
    expect(await endProcesses(directory)).toBe(0);
    writeFileSync(idFile(), JSON.stringify([{ ...rest, since }]));
    expect(await endProcesses(directory)).toBe(1);
  });

  it('ends what was started by a process that crashed', async () => {
    const module = JSON.stringify(path.join(import.meta.dirname, 'processes.ts'));
    const script = `import { startProcess } from ${module};
      startProcess(process.argv[1], 'orphan', [process.execPath, '-e', ${JSON.stringify(LASTING)}]);
      process.kill(process.pid, 'SIGKILL');`;
    spawnSync(process.execPath, ['--input-type=module', '-e', script, directory]);
    expect(hasProcesses(directory)).toBe(true);
    expect(await endProcesses(directory)).toBe(1);
  });

  it('says which program is not there', () => {
    expect(() => startProcess(directory, 'nobody', [path.join(directory, 'absent')])).toThrow(/nobody could not/);
  });

  it('keeps what a program prints', async () => {
    start('talker', 'console.log("hello")');
    await expect
      .poll(() => readFileSync(path.join(directory, 'talker.log'), 'utf8'), { timeout: 20_000 })
      .toBe('hello\n');
  });
});
