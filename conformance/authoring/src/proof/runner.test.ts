import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { defaultLimits } from '../../../suite/src/adapter/answer.ts';
import { bare } from '../../../suite/src/adapter/capabilities.ts';
import type { Session } from '../../../suite/src/adapter/session.ts';
import { execute } from '../../../suite/src/run/execute.ts';
import { type LoadedVector, loadAllVectors } from '../../../suite/src/vectors/load.ts';
import { missedByRunner, observationOf } from './missed-by-runner.ts';

const loaded = loadAllVectors();
const byId = new Map(loaded.map((each) => [each.vector.id, each]));

it('The runner passes a correct verifier and fails a sample of defective ones on the vectors that find them', () => {
  expect(missedByRunner(loaded, { oneIn: 15 })).toEqual([]);
});

it('The runner fails a signer that refuses and leaves a signature file behind', async () => {
  const vector = byId.get('model_sign-fifo') as LoadedVector;
  const directory = mkdtempSync(path.join(os.tmpdir(), 'oms-conformance-'));
  const session = (leaves: boolean): Session => ({
    call: async ({ args }) => {
      if (leaves) writeFileSync(String(args['output-bundle']), '');
      return observationOf({ kind: 'reject', reason: null, message: 'weights/pipe is a FIFO', details: null });
    },
    close: async () => {},
  });
  try {
    const stage = { directory, capabilities: bare, limits: defaultLimits, support: new Map() };
    const clean = await execute(vector, session(false), stage);
    const dirty = await execute(vector, session(true), stage);
    const detail = 'it refused and left a signature file behind';
    expect(clean.verdicts.clarified.judgement.state).not.toBe('fail-accepted');
    expect(dirty.verdicts.clarified).toEqual({ judgement: { state: 'fail-accepted', detail }, did: null });
    expect(dirty.faults).toMatchObject([{ requirement: 'OMS-STORE-3', detail }]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
