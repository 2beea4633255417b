import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Limits, Observation } from '../adapter/answer.ts';
import { type Capabilities, unsupported } from '../adapter/capabilities.ts';
import type { Call } from '../adapter/flags.ts';
import type { Session } from '../adapter/session.ts';
import { describedFault, type Fault } from '../oracle/fault.ts';
import { judgeSignature } from '../oracle/judge-signature.ts';
import type { LoadedVector } from '../vectors/load.ts';
import type { Expectation, VectorInputs, VectorModel } from '../vectors/vector.ts';
import { callOf, type Places } from './calls.ts';
import { described, type Judgement, judge } from './judge.ts';
import { HostCannot, placeSignature, writeModel } from './workspace.ts';

/** The context of a case, besides its vector. */
export interface Stage {
  /** Where each case gets a directory of its own. */
  readonly directory: string;
  readonly capabilities: Capabilities;
  readonly limits: Limits;
}

/** The result of a case, before it is judged together with other cases. */
export interface Execution {
  readonly judgement: Judgement;
  /** The verdict of the program, by which the case counts as a control or as a refusal; null if there is none. */
  readonly verdict: 'accept' | 'reject' | null;
  readonly observation: Observation | null;
  /** What is wrong with the bundle that was made, if one was made and judged. */
  readonly faults?: readonly Fault[];
}

/** Runs one vector in a session, in a directory that is removed afterwards. */
export async function execute(loaded: LoadedVector, session: Session, stage: Stage): Promise<Execution> {
  const directory = mkdtempSync(path.join(stage.directory, 'case-'));
  try {
    const run = new CaseRun(loaded, session, stage, directory);
    return await (loaded.vector.bundle ? run.verify() : run.sign());
  } catch (error) {
    if (!(error instanceof HostCannot)) throw error;
    return { judgement: { state: 'unsupported', detail: error.message }, verdict: null, observation: null };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

class CaseRun {
  readonly #loaded: LoadedVector;
  readonly #session: Session;
  readonly #stage: Stage;
  readonly #directory: string;

  constructor(loaded: LoadedVector, session: Session, stage: Stage, directory: string) {
    this.#loaded = loaded;
    this.#session = session;
    this.#stage = stage;
    this.#directory = directory;
  }

  /** Verifies the bundle of the vector. */
  async verify(): Promise<Execution> {
    const { model, inputs, expect, bundle } = this.#loaded.vector;
    const places = this.#prepare('work', model, inputs);
    placeSignature(path.join(this.#loaded.directory, bundle?.file ?? 'bundle.json'), places.signature);
    return this.#call(callOf('verify', inputs, places), expect);
  }

  /** Lets the program make a bundle, judges it with the oracle, and in a round trip lets the program verify it. */
  async sign(): Promise<Execution> {
    const { vector } = this.#loaded;
    const { model, inputs, kind, verify, expect } = vector;
    const places = this.#prepare('work', model, inputs);
    const signExpect: Expectation = kind === 'roundtrip' ? { outcome: 'accept' } : expect;
    const before = contentOf(places.signature);
    const signed = await this.#call(callOf('sign', inputs, places), signExpect);
    if (signed.verdict !== 'accept') return this.#refusedToSign(signed, before, contentOf(places.signature));
    if (signExpect.outcome === 'reject') return signed;
    if (!existsSync(places.signature)) {
      return {
        ...signed,
        verdict: null,
        judgement: { state: 'protocol', detail: 'it reports success and wrote no bundle' },
      };
    }
    const read = (file: string) => readFileSync(path.join(this.#loaded.root, file));
    const faults = judgeSignature(vector, readFileSync(places.signature), read);
    const [first] = faults;
    if (first !== undefined) {
      return {
        ...signed,
        faults,
        verdict: null,
        judgement: { state: 'fail-rejected', detail: `its bundle is wrong: ${describedFault(first)}` },
      };
    }
    if (kind !== 'roundtrip' || !verify) return { ...signed, faults };
    const again = this.#prepare('again', verify.model, verify.inputs);
    placeSignature(places.signature, again.signature);
    return { ...(await this.#call(callOf('verify', verify.inputs, again), expect)), faults };
  }

  /** A program that refuses to sign must leave no partial bundle, and must leave an earlier one unchanged (OMS-STORE-3). */
  #refusedToSign(signed: Execution, before: string | null, after: string | null): Execution {
    if (signed.verdict !== 'reject' || before === after) return signed;
    const what = before === null ? 'left a signature file behind' : 'destroyed an earlier signature file';
    return { ...signed, verdict: null, judgement: { state: 'fail-accepted', detail: `it refused and ${what}` } };
  }

  #prepare(name: string, model: VectorModel, inputs: VectorInputs): Places {
    const workspace = path.join(this.#directory, name);
    mkdirSync(workspace);
    return {
      model: writeModel(model, workspace),
      root: path.join(workspace, model.name),
      signature: path.join(workspace, inputs.signature ?? `${model.name}.sig`),
      vectors: this.#loaded.root,
      vector: this.#loaded.directory,
    };
  }

  async #call(call: Call, expect: Expectation): Promise<Execution> {
    const { capabilities, limits } = this.#stage;
    const missing = unsupported(call, this.#loaded.vector.profile, capabilities);
    if (missing !== null) {
      return { judgement: { state: 'unsupported', detail: missing }, verdict: null, observation: null };
    }
    const observation = await this.#session.call(call, this.#directory, limits);
    const { kind } = observation.answer;
    return {
      judgement: judge(expect, observation),
      verdict: kind === 'accept' || kind === 'reject' ? kind : null,
      observation,
    };
  }
}

function contentOf(file: string): string | null {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, 'latin1') : null;
}

/** Whether two executions of one vector have the same outcome, as far as the program reports it. */
export function sameOutcome(a: Execution, b: Execution): boolean {
  return a.verdict === b.verdict && a.judgement.state === b.judgement.state;
}

/** The outcome of an execution, as text. */
export function summary({ observation, judgement }: Execution): string {
  return observation ? described(observation.answer) : judgement.detail;
}
