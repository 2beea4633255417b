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
import { type PerVerdict, verdictNames } from '../vectors/verdicts.ts';
import { callOf, type Places } from './calls.ts';
import { countingFaults, describedFaults } from './faults.ts';
import { described } from './judge.ts';
import { undeclaredFor } from './support.ts';
import { HostCannot, placeBundle, producedIn, writeModel } from './workspace.ts';

export interface Party {
  readonly name: string;
  readonly connected: Connected;
}

/** The verdict of one implementation on a signature of another. */
export interface Crossing {
  readonly vector: string;
  readonly signer: string;
  /** The verifier: an implementation, or the oracle of the suite. */
  readonly verifier: string;
  readonly outcome: 'accepted' | 'refused' | 'not signed' | 'unsupported';
  readonly detail: string;
}

/** The names of the oracle of the suite as a verifier, by the public text and with the clarifications. */
export const oracles: PerVerdict<string> = { public: 'oracle, public text', clarified: 'oracle, clarified' };

/** Signs each model with each implementation, and verifies the signature with all of them and with the oracle. */
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

/** Signs one model with one implementation, and verifies the signature with all. */
async function crossOne(
  loaded: LoadedVector,
  signer: Party,
  parties: readonly Party[],
  ground: Ground,
): Promise<Crossing[]> {
  const at = mkdtempSync(path.join(ground.directory, 'case-'));
  const signed = { vector: loaded.vector.id, signer: signer.name };
  const forAll = (outcome: Crossing['outcome'], detail: string) =>
    [...Object.values(oracles), ...parties.map(({ name }) => name)].map((verifier) => ({
      ...signed,
      verifier,
      outcome,
      detail,
    }));
  try {
    const places = placesOf(loaded, path.join(at, 'signed'));
    const { outcome, detail } = await ask(signer, callOf('sign', loaded.vector.inputs, places), loaded, at, ground);
    if (outcome === 'unsupported') return forAll('unsupported', detail);
    if (outcome !== 'accepted' || !existsSync(places.signature)) return forAll('not signed', detail);
    const bundle = producedIn(places.signature);
    if (typeof bundle === 'string') return forAll('not signed', `its bundle cannot be read: ${bundle}`);
    const crossings: Crossing[] = oracleVerdicts(loaded, bundle).map((one) => ({ ...signed, ...one }));
    for (const [index, verifier] of parties.entries()) {
      const there = placesOf(loaded, path.join(at, String(index)));
      placeBundle(bundle, there.signature);
      const call = callOf('verify', verifyInputs(loaded.vector.inputs), there);
      crossings.push({ ...signed, verifier: verifier.name, ...(await ask(verifier, call, loaded, at, ground)) });
    }
    return crossings;
  } catch (error) {
    if (!(error instanceof HostCannot)) throw error;
    return forAll('unsupported', error.message);
  } finally {
    rmSync(at, { recursive: true, force: true });
  }
}

/** Whether the oracle finds a signature right, by each verdict. */
function oracleVerdicts({ vector, root }: LoadedVector, bundle: Buffer): Omit<Crossing, 'vector' | 'signer'>[] {
  const faults = judgeSignature(vector, bundle, (file) => readFileSync(path.join(root, file)));
  return verdictNames.map((verdict) => {
    const counting = countingFaults(faults, vector, verdict);
    const outcome = counting.length === 0 ? 'accepted' : 'refused';
    return { verifier: oracles[verdict], outcome, detail: describedFaults(counting) };
  });
}

async function ask(
  { name, connected }: Party,
  call: ReturnType<typeof callOf>,
  { vector }: LoadedVector,
  directory: string,
  { sessions, limits }: Ground,
): Promise<{ outcome: 'accepted' | 'refused' | 'unsupported'; detail: string }> {
  const missing = unsupported(call, connected.capabilities) ?? undeclaredFor(vector, connected.capabilities);
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

/** The inputs to verify what was signed with these: the same, with the public half of the key. */
function verifyInputs({ privateKey, method, ...rest }: VectorInputs): VectorInputs {
  const { hashAlgorithm: _, serialization: __, shardSize: ___, annotations: ____, ...asked } = rest;
  return { ...asked, method, publicKey: String(privateKey).replace(/\.pem$/, '.pub.pem') };
}
