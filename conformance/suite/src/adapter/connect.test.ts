import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { defaultLimits } from './answer.ts';
import { connect } from './connect.ts';

it('a profile that this suite does not have is named when the adapter is introduced', async () => {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'oms-conformance-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const declared = JSON.stringify({ oms: { protocol: 2, profiles: ['core', 'shard'] } });
  const adapter = [process.execPath, '-e', `console.log(${JSON.stringify(declared)})`] as const;
  const { signal } = new AbortController();
  const options = { adapter, maxLevel: 2, reasons: null, limits: defaultLimits, directory, signal } as const;
  expect((await connect(options)).introduction).toContain('"shard", which is no profile of this suite (core,');
});
