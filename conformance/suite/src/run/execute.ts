import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import type { Limits, Observation } from '../adapter/answer.ts';
import { type Capabilities, unsupported } from '../adapter/capabilities.ts';
import type { Call } from '../adapter/flags.ts';
import type { Session } from '../adapter/session.ts';
import { type Fault, faultOf } from '../oracle/fault.ts';
import { judgeSignature } from '../oracle/judge-signature.ts';
import { lackOfMlDsa } from '../oracle/ml-dsa.ts';
import type { PublicSchemas } from '../public-schemas/schemas.ts';
import type { LoadedVector } from '../vectors/load.ts';
import type { Expectation, VectorInputs, VectorModel } from '../vectors/vector.ts';
import { type PerVerdict, perVerdict, type VerdictName, verdictNames } from '../vectors/verdicts.ts';
import { callOf, type Places } from './calls.ts';
import { countingFaults, describedFaults } from './faults.ts';
import { type Asked, described, type Judgement, judge } from './judge.ts';
import { missingFor, type Support } from './support.ts';
import { HostCannot, placeBundle, placeFile, producedIn, writeModel } from './workspace.ts';

/** The context of a case, besides its vector. */
export interface Stage {
  /** Where each case gets a directory of its own. */
  readonly directory: string;
  /** Where the directories of the cases are left instead, each with the name of its vector. */
  readonly keep?: string | null;
  readonly capabilities: Capabilities;
  readonly limits: Limits;
  /** Which optional profiles are judged. */
  readonly support: Support;
  /** The published schemas of the public text, if they are run. */
  readonly schemas?: PublicSchemas | undefined;
}

/** How a case did by one verdict. */
export interface CaseVerdict {
  readonly judgement: Judgement;
  /** What the program did, by which the case counts as a control or as a refusal; null if it did neither properly. */
  readonly did: 'accept' | 'reject' | null;
}

/** The result of a case, before it is judged together with other cases. */
export interface Execution {
  readonly verdicts: PerVerdict<CaseVerdict>;
  readonly observation: Observation | null;
  /** What is wrong with the bundle that was made, or left behind by a refusal. */
  readonly faults: readonly Fault[];
  /** What the published schemas of the public text find in it, if they were run. */
  readonly schemaIssues?: readonly string[];
}

/** The execution of a case in which there was nothing to judge, or no answer to use. */
export function withoutAnswer(judgement: Judgement, observation: Observation | null = null): Execution {
  return { verdicts: perVerdict(() => ({ judgement, did: null })), observation, faults: [] };
}

/** Runs one vector in a session, in a directory that is removed afterwards unless it is to be kept. */
export async function execute(loaded: LoadedVector, session: Session, stage: Stage): Promise<Execution> {
  const directory = stage.keep
    ? path.join(stage.keep, loaded.vector.id)
    : mkdtempSync(path.join(stage.directory, 'case-'));
  if (stage.keep) mkdirSync(directory);
  try {
    const run = new CaseRun(loaded, session, stage, directory);
    return await (loaded.vector.bundle ? run.verify() : run.sign());
  } catch (error) {
    if (!(error instanceof HostCannot)) throw error;
    return withoutAnswer({ state: 'unsupported', detail: error.message });
  } finally {
    if (!stage.keep) rmSync(directory, { recursive: true, force: true });
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
    placeFile(path.join(this.#loaded.directory, bundle?.file ?? 'bundle.json'), places.signature);
    const byPolicy = inputs.policy === undefined ? {} : this.#preparePolicy(inputs.policy, places.signature);
    return this.#call(callOf('verify', inputs, { ...places, ...byPolicy }), expect);
  }

  /** Puts the policy, the files that it names and the further signature files where a policy of an organisation would be. */
  #preparePolicy(policy: string, first: string): Pick<Places, 'policy' | 'signatures'> {
    const { vector, directory, root } = this.#loaded;
    const folder = path.join(this.#directory, 'policy');
    for (const file of [policy, vector.inputs.trustedRoot ?? []].flat())
      placeFile(path.join(directory, file), path.join(folder, file));
    for (const file of vector.inputs.policyFiles ?? []) placeFile(path.join(root, file), path.join(folder, file));
    const further = (vector.furtherBundles ?? []).map(({ file }) => {
      placeFile(path.join(directory, file), path.join(folder, 'signatures', file));
      return path.join(folder, 'signatures', file);
    });
    return { policy: path.join(folder, policy), signatures: [first, ...further] };
  }

  /** Lets the program make a bundle, judges it with the oracle, and in a round trip lets the program verify it. */
  async sign(): Promise<Execution> {
    const { vector } = this.#loaded;
    const { model, inputs, kind, verify, expect } = vector;
    const places = this.#prepare('work', model, inputs);
    const signExpect: Expectation = kind === 'roundtrip' ? { outcome: 'accept' } : expect;
    const before = contentOf(places.signature);
    const written = trackWrites(places.signature);
    const signed = await this.#call(callOf('sign', inputs, places), signExpect);
    const { kind: did } = signed.observation?.answer ?? {};
    if (did === 'reject') return this.#refusedToSign(signed, before, contentOf(places.signature));
    if (did !== 'accept' || signExpect.outcome === 'reject') return signed;
    if (!written()) return this.#unusable(signed, 'it reports success and wrote no bundle');
    const read = (file: string) => readFileSync(path.join(this.#loaded.root, file));
    const bundle = producedIn(places.signature);
    if (typeof bundle === 'string')
      return this.#unusable(signed, `it reports success and its bundle cannot be read: ${bundle}`);
    const faults = judgeSignature(vector, bundle, read);
    const found = this.#bySchemas(bundle);
    if (kind !== 'roundtrip' || !verify) return { ...this.#withFaults(signed, faults), ...found };
    const again = this.#prepare('again', verify.model, verify.inputs);
    placeBundle(bundle, again.signature);
    return { ...this.#withFaults(await this.#call(callOf('verify', verify.inputs, again), expect), faults), ...found };
  }

  #unusable(signed: Execution, detail: string): Execution {
    return this.#changed(signed, () => ({ judgement: { state: 'protocol', detail }, did: null }));
  }

  /** The public text has no schema for a draft. */
  #bySchemas(bundle: Buffer): Pick<Execution, 'schemaIssues'> {
    const { schemas } = this.#stage;
    if (schemas === undefined || this.#loaded.vector.inputs.draft !== undefined) return {};
    return { schemaIssues: schemas.issuesOf(bundle) };
  }

  /** Fails an execution by each verdict that counts a fault of its bundle. */
  #withFaults(execution: Execution, faults: readonly Fault[]): Execution {
    return this.#changed({ ...execution, faults }, (verdict) => {
      const counting = countingFaults(faults, this.#loaded.vector, verdict);
      if (counting.length === 0) return null;
      const detail = `its bundle is wrong: ${describedFaults(counting)}`;
      return { judgement: { state: 'fail-rejected', detail }, did: null };
    });
  }

  /** A program that refuses to sign must leave no partial bundle, and must leave an earlier one unchanged (OMS-STORE-3). */
  #refusedToSign(signed: Execution, before: string | null, after: string | null): Execution {
    if (before === after) return signed;
    const detail = `it refused and ${before === null ? 'left a signature file behind' : 'destroyed an earlier signature file'}`;
    const { vector } = this.#loaded;
    const faults = [faultOf('OMS-STORE-3', detail, vector.profile)];
    return this.#changed({ ...signed, faults }, (verdict) => {
      if (countingFaults(faults, vector, verdict).length === 0) return null;
      return { judgement: { state: 'fail-accepted', detail }, did: null };
    });
  }

  /** An execution that is something else by the verdicts that grade its vector; null leaves it as it is. */
  #changed(execution: Execution, change: (verdict: VerdictName) => CaseVerdict | null): Execution {
    const { verdicts } = execution;
    return {
      ...execution,
      verdicts: perVerdict((verdict) => {
        const isObserved = verdicts[verdict].judgement.state === 'observed';
        return (isObserved ? null : change(verdict)) ?? verdicts[verdict];
      }),
    };
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
    const { capabilities, limits, support } = this.#stage;
    const { vector } = this.#loaded;
    const missing = unsupported(call, capabilities) ?? missingFor(support, vector) ?? lackOfMlDsa(vector);
    if (missing !== null) return withoutAnswer({ state: 'unsupported', detail: missing });
    const observation = await this.#session.call(call, this.#directory, limits);
    const { kind } = observation.answer;
    const did = kind === 'accept' || kind === 'reject' ? kind : null;
    const asked: Asked = { expect, basis: vector.basis, level: vector.level };
    return {
      verdicts: perVerdict((verdict) => ({ judgement: judge(asked, observation, verdict), did })),
      observation,
      faults: [],
    };
  }
}

/** A time before any call. */
const LONG_AGO = new Date('2001-01-01');

/**
 * Notices whether a signature file is written from now on. One that is there already is made old, because a signer that is
 * deterministic writes the same bytes again.
 */
function trackWrites(file: string): () => boolean {
  if (statSync(file, { throwIfNoEntry: false })?.isFile()) utimesSync(file, LONG_AGO, LONG_AGO);
  return () => {
    const found = statSync(file, { throwIfNoEntry: false });
    return found !== undefined && found.mtimeMs !== LONG_AGO.getTime();
  };
}

/** What is in a file, as text that can be compared; null if there is none. */
function contentOf(file: string): string | null {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return null;
  const bytes = producedIn(file);
  return typeof bytes === 'string' ? bytes : bytes.toString('latin1');
}

/** Whether two executions of one vector have the same outcome, as far as the program reports it. */
export function sameOutcome(a: Execution, b: Execution): boolean {
  return verdictNames.every((verdict) => {
    const [one, other] = [a.verdicts[verdict], b.verdicts[verdict]];
    return one.did === other.did && one.judgement.state === other.judgement.state;
  });
}

/** The outcome of an execution, as text. */
export function summary({ observation, verdicts }: Execution): string {
  return observation ? described(observation.answer) : verdicts.clarified.judgement.detail;
}
