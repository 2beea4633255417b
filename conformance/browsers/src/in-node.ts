// The outcome in Node, with the model on the disk: what every browser must say as well.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { localModel } from '@model-signing/core';
import { placeBundle, writeModel } from '../../suite/src/run/workspace.ts';
import type { LoadedVector } from '../../suite/src/vectors/load.ts';
import type { Case, Outcome } from './case.ts';
import { verifyCase } from './verify-case.ts';

/** Verifies a vector as a program in Node does. */
export async function verifyInNode({ vector, bundle }: LoadedVector, ready: Case): Promise<Outcome> {
  const workspace = mkdtempSync(path.join(tmpdir(), 'in-node-'));
  try {
    const modelPath = writeModel(vector.model, workspace);
    const signaturePath = path.join(workspace, vector.inputs.signature ?? `${vector.model.name}.sig`);
    if (bundle) placeBundle(bundle, signaturePath);
    return await verifyCase(ready, localModel(modelPath, { signaturePath }));
  } finally {
    rmSync(workspace, { recursive: true });
  }
}
