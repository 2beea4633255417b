import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Limits } from '../adapter/answer.ts';
import { unsupported } from '../adapter/capabilities.ts';
import type { Connected } from '../adapter/connect.ts';
import type { Session } from '../adapter/session.ts';
import { judgeSignature } from '../oracle/judge-signature.ts';
import type { LoadedVector } from '../vectors/load.ts';
import type { VectorInputs } from '../vectors/vector.ts';
import { callOf, type Places } from './calls.ts';
import { described } from './judge.ts';
import { HostCannot, placeSignature, writeModel } from './workspace.ts';

export interface Party {
  readonly name: string;
  readonly connected: Connected;
}

/** What one made of a signature of another. */
export interface Crossing {
  readonly vector: string;
  readonly signer: string;
  /** Who verified; the oracle of the suite is one of them. */
  readonly verifier: string;
  readonly outcome: 'accepted' | 'refused' | 'not signed' | 'unsupported';
  readonly detail: string;
}

export const ORACLE = 'oracle';

/** Signs each model with each signer, and lets everybody and the oracle verify what came of it, the signer itself too. */
export async function crossAll(
  vectors: readonly LoadedVector[],
  parties: readonly Party[],
  limits: Limits,
): Promise<Crossing[]> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'oms-conformance-'));
  const sessions = new Map(parties.map(({ name, connected }) => [name, connected.open(directory)]));
  try {
    const crossings: Crossing[] = [];
    for (const loaded of vectors) {
      for (const signer of parties) {
        crossings.push(...(await crossOne(loaded, signer, parties, { directory, limits, sessions })));
      }
    }
    return crossings;
  } finally {
    for (const session of sessions.values()) await session.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Ground {
  readonly directory: string;
  readonly limits: Limits;
  readonly sessions: ReadonlyMap<string, Session>;
}

async function crossOne(
  loaded: LoadedVector,
  signer: Party,
  parties: readonly Party[],
  ground: Ground,
): Promise<Crossing[]> {
  const { vector } = loaded;
  const at = mkdtempSync(path.join(ground.directory, 'case-'));
  const crossing = (verifier: string, outcome: Crossing['outcome'], detail: string): Crossing => ({
    vector: vector.id,
    signer: signer.name,
    verifier,
    outcome,
    detail,
  });
  const everybody = [ORACLE, ...parties.map(({ name }) => name)];
  try {
    const places = placesOf(loaded, path.join(at, 'signed'));
    const signed = await ask(signer, callOf('sign', vector.inputs, places), loaded, at, ground);
    if (signed.outcome !== 'accepted' || !existsSync(places.signature)) {
      const outcome = signed.outcome === 'unsupported' ? 'unsupported' : 'not signed';
      return everybody.map((name) => crossing(name, outcome, signed.detail));
    }
    const read = (file: string) => readFileSync(path.join(loaded.root, file));
    const problem = judgeSignature(vector, readFileSync(places.signature), read);
    const crossings = [crossing(ORACLE, problem === null ? 'accepted' : 'refused', problem ?? '')];
    for (const [index, verifier] of parties.entries()) {
      const there = placesOf(loaded, path.join(at, String(index)));
      placeSignature(places.signature, there.signature);
      const { outcome, detail } = await ask(
        verifier,
        callOf('verify', verifyInputs(vector.inputs), there),
        loaded,
        at,
        ground,
      );
      crossings.push(crossing(verifier.name, outcome, detail));
    }
    return crossings;
  } catch (error) {
    if (!(error instanceof HostCannot)) throw error;
    return everybody.map((name) => crossing(name, 'unsupported', error.message));
  } finally {
    rmSync(at, { recursive: true, force: true });
  }
}

async function ask(
  { name, connected }: Party,
  call: ReturnType<typeof callOf>,
  { vector }: LoadedVector,
  directory: string,
  { sessions, limits }: Ground,
): Promise<{ outcome: 'accepted' | 'refused' | 'unsupported'; detail: string }> {
  const missing = unsupported(call, vector.profile, connected.capabilities);
  if (missing !== null) return { outcome: 'unsupported', detail: missing };
  const { answer } = await (sessions.get(name) as Session).call(call, directory, limits);
  if (answer.kind === 'unsupported') return { outcome: 'unsupported', detail: answer.message };
  return { outcome: answer.kind === 'accept' ? 'accepted' : 'refused', detail: described(answer) };
}

function placesOf({ vector, directory, root }: LoadedVector, workspace: string): Places {
  mkdirSync(workspace);
  const { model, inputs } = vector;
  return {
    model: writeModel(model, workspace),
    root: path.join(workspace, model.name),
    signature: path.join(workspace, inputs.signature ?? `${model.name}.sig`),
    vectors: root,
    vector: directory,
  };
}

/** What a verifier is asked for a model that was signed so: the same, with the public half of the key. */
function verifyInputs({ privateKey, method, ...rest }: VectorInputs): VectorInputs {
  const { hashAlgorithm: _, serialization: __, shardSize: ___, annotations: ____, ...asked } = rest;
  return { ...asked, method, publicKey: String(privateKey).replace(/\.pem$/, '.pub.pem') };
}
