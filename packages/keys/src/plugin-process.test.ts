import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { testKey } from '@model-signing/testing/forge';
import { answering, signingPlugin, writePlugin } from '@model-signing/testing/kms-plugin';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it, vi } from 'vitest';
import { open, refusal, wrapPem } from './testing/open-plugin.ts';

describe('a plugin that does not end', () => {
  /** A plugin that ignores SIGTERM and starts a process that does as well, and the file with the numbers of both. */
  function stubborn() {
    const pids = path.join(temporaryDirectory(), 'pids');
    const script = `
      const { spawn } = require('node:child_process');
      const { renameSync, writeFileSync } = require('node:fs');
      const wait = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)';
      process.on('SIGTERM', () => {});
      const child = spawn(process.execPath, ['-e', wait], { stdio: 'inherit' });
      writeFileSync(process.env.PIDS + '.new', process.pid + ' ' + child.pid);
      renameSync(process.env.PIDS + '.new', process.env.PIDS);
      setInterval(() => {}, 1000);`;
    return { script, environment: { PIDS: pids }, started: () => written(pids) };
  }

  /** What a file holds, once it is there. */
  const written = (file: string) => vi.waitFor(() => readFileSync(file, 'utf8'), { timeout: 240_000, interval: 10 });

  /** Waits until processes have ended. */
  async function ended(pids: string): Promise<void> {
    for (const pid of pids.split(' ').map(Number)) {
      await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 240_000, interval: 10 });
    }
  }

  /** A process that has ended and was not waited for is a zombie. */
  function isRunning(pid: number): boolean {
    try {
      process.kill(pid, 0);
    } catch {
      return false;
    }
    if (process.platform !== 'linux') return true;
    try {
      return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return false;
    }
  }

  it('a plugin that does not end is ended with all that it started when the time is over', async () => {
    const { script, environment, started } = stubborn();
    // The time begins when the plugin is started, so a busy machine may end it before it has written anything.
    for (let timeout = 500; ; timeout *= 4) {
      const error = await refusal('key/unreachable', () => open(script, { environment, timeout }));
      expect(error.message).toBe(`the plugin sigstore-kms-test did not respond within ${timeout / 1000} seconds`);
      const pids = await Promise.race([started(), new Promise<null>((resolve) => setTimeout(resolve, 100, null))]);
      if (pids === null) continue;
      await ended(pids);
      return;
    }
  });

  it('a plugin that does not end is ended with all that it started when the signal is aborted, whose reason is thrown', async () => {
    const { script, environment, started } = stubborn();
    const controller = new AbortController();
    const opening = open(script, { environment, signal: controller.signal });
    const pids = await started();
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(opening).rejects.toBe(reason);
    await ended(pids);
  });

  it('a plugin is not started for a signal that is aborted already', async () => {
    const log = path.join(temporaryDirectory(), 'log');
    const reason = new Error('enough');
    const options = { environment: { PLUGIN_LOG: log }, signal: AbortSignal.abort(reason) };
    await expect(open(signingPlugin(testKey()), options)).rejects.toBe(reason);
    expect(() => readFileSync(log)).toThrow('ENOENT');
  });

  it('a plugin is not waited for when a process outside its group holds its output open', async () => {
    const pids = path.join(temporaryDirectory(), 'pids');
    const script = `
      const { spawn } = require('node:child_process');
      const options = { detached: true, stdio: 'inherit' };
      const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 240_000)'], options);
      const { renameSync, writeFileSync } = require('node:fs');
      writeFileSync(process.env.PIDS + '.new', String(child.pid));
      renameSync(process.env.PIDS + '.new', process.env.PIDS);
      child.unref();
      ${answering(wrapPem(testKey().publicKey))}`;
    const controller = new AbortController();
    const opening = open(script, { environment: { PIDS: pids }, signal: controller.signal });
    const pid = Number(await written(pids));
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(opening).rejects.toBe(reason);
    process.kill(pid, 'SIGKILL');
  });

  /** A plugin that leaves a process behind, which holds its output open, and then does something. */
  function leaving(then: string) {
    const pids = path.join(temporaryDirectory(), 'pids');
    const script = `
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 240_000)'], { stdio: 'inherit' });
      require('node:fs').writeFileSync(process.env.PIDS, String(child.pid));
      child.unref();
      ${then}`;
    const end = () => process.kill(Number(readFileSync(pids, 'utf8')), 'SIGKILL');
    return { script, options: { environment: { PIDS: pids } }, end };
  }

  it('the response of a plugin that has ended counts, although an agent that it started holds its output open', async () => {
    const key = testKey();
    const { script, options, end } = leaving(answering(wrapPem(key.publicKey)));
    expect((await open(script, options)).publicKey).toBe(key.publicKey);
    end();
  });

  it('a plugin that a signal ended is refused, although an agent that it started holds its output open', async () => {
    const { script, options, end } = leaving(`process.kill(process.pid, 'SIGKILL');`);
    const { message } = await refusal('key/response-invalid', () => open(script, options));
    expect(message).toContain('was ended by the signal SIGKILL');
    end();
  });

  it.skipIf(process.platform !== 'linux')(
    'a plugin that the system does not start is an error of the key',
    async () => {
      const environment = { LARGE: 'x'.repeat(200_000) };
      const { message } = await refusal('key/module-missing', () => open(signingPlugin(testKey()), { environment }));
      expect(message).toContain('cannot be run (E2BIG)');
    },
  );

  it('a plugin that does not end is ended with all that it started when the process that waits for it exits', async () => {
    const { script, environment, started } = stubborn();
    const index = new URL('./index.ts', import.meta.url).href;
    const caller = `const { openPluginKey } = await import(${JSON.stringify(index)});
      const { existsSync } = await import('node:fs');
      setInterval(() => existsSync(process.env.PIDS) && process.exit(), 10);
      await openPluginKey('test://key');`;
    const flags = ['--conditions=@model-signing/source', '--input-type=module', '-e', caller];
    const env = { ...process.env, ...environment, PATH: writePlugin('test', script) };
    await promisify(execFile)(process.execPath, flags, { env });
    await ended(await started());
  });
});
