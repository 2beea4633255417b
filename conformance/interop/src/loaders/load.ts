// One load of a model by transformers.js under guard: the same steps in Node and in browsers.
import { isOmsError, keyVerifier } from '@model-signing/core';
import { type Guarded, guard, type TransformersEnv } from '@model-signing/transformers';

/** What is used of transformers.js. */
export interface Transformers {
  readonly env: TransformersEnv & { cacheDir: string | null };
  pipeline(task: string, model: string, options: object): Promise<Pipeline>;
}

interface Pipeline {
  (text: string, options: object): Promise<{ readonly data: Float32Array }>;
  dispose(): Promise<void>;
}

/** Which model to guard, and what to ask for. */
export interface LoadRequest {
  /** The address of the hub. */
  readonly hub: string;
  readonly model: string;
  readonly revision: string;
  readonly publicKey: string;
  /** What transformers.js is asked for, in place of what is guarded. */
  readonly asked?: { readonly model?: string; readonly revision?: string; readonly dtype?: string };
  readonly inMemory?: boolean;
  /** Further options of the pipeline. */
  readonly pipeline?: object;
  /** Load without a guard, to measure what it costs. */
  readonly isUnguarded?: boolean;
}

/** What came of a load: features of the model, or the code of a refusal. */
export interface LoadOutcome {
  readonly features: readonly number[] | null;
  readonly code: string | null;
  readonly message: string | null;
  readonly refused: readonly string[];
  readonly evicted: readonly string[];
  readonly unchecked: number;
  /** Milliseconds from before the guard to after the first features. */
  readonly time: number;
}

/** Loads the model and uses it once. The guard is released afterwards. */
export async function load({ env, pipeline }: Transformers, request: LoadRequest): Promise<LoadOutcome> {
  const { hub, model, revision, publicKey, asked = {}, inMemory = false, isUnguarded = false } = request;
  env.remoteHost = hub;
  const begun = performance.now();
  const verifier = keyVerifier({ publicKey });
  const guarded = isUnguarded ? null : await guard(env, { model, revision, verifier, inMemory });
  try {
    const options = { revision: asked.revision ?? revision, dtype: asked.dtype ?? 'fp32', ...request.pipeline };
    const extract = await pipeline('feature-extraction', asked.model ?? model, options);
    guarded?.confirm();
    const { data } = await extract('hello world', { pooling: 'none' });
    const time = performance.now() - begun;
    await extract.dispose();
    return { features: [...data.slice(0, 8)], code: null, message: null, time, ...seenBy(guarded) };
  } catch (error) {
    const refusal = refusalBehind(error, guarded);
    const code = isOmsError(refusal) ? refusal.code : null;
    return { features: null, code, message: String(refusal), time: performance.now() - begun, ...seenBy(guarded) };
  } finally {
    guarded?.release();
  }
}

/** Browsers put an error of their own in the place of that of a stream. */
function refusalBehind(error: unknown, guarded: Guarded | null): unknown {
  if (isOmsError(error)) return error;
  try {
    guarded?.confirm();
    return error;
  } catch (refusal) {
    return refusal;
  }
}

function seenBy(guarded: Guarded | null): Pick<LoadOutcome, 'refused' | 'evicted' | 'unchecked'> {
  if (!guarded) return { refused: [], evicted: [], unchecked: 0 };
  const { refused, evicted, unchecked } = guarded.report;
  return { refused: refused.map(({ code }) => code), evicted, unchecked };
}
