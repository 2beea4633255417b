import { normalized } from './addresses.ts';
import { CacheGate } from './cache-gate.ts';
import { type Fetch, lockSettings, type TransformersEnv } from './environment.ts';
import { guardFetch } from './fetch-gate.ts';
import type { GuardedModel } from './guarded-model.ts';
import type { GuardCache } from './store.ts';
import type { StoredModel } from './stored-model.ts';

/** What `env` was before the first guard. */
export interface Original {
  readonly fetch: Fetch;
  /** The custom cache, if one was in use. */
  readonly cache: GuardCache | null;
}

/** The guards of one `env`. */
export class Installation {
  readonly original: Original;
  readonly #models: StoredModel[] = [];
  readonly #guarded: GuardedModel[] = [];
  readonly #unguarded = new Map<GuardedModel, readonly string[]>();
  readonly #restore: () => void;

  private constructor(env: TransformersEnv) {
    this.original = originalOf(env);
    const { remoteHost, remotePathTemplate } = env;
    const surroundings = {
      host: remoteHost,
      models: this.#guarded,
      isUnguarded: (address: string) => this.#isUnguarded(address),
    };
    this.#restore = lockSettings(env, {
      fetch: guardFetch(this.original.fetch, surroundings),
      customCache: new CacheGate(this.#models),
      useCustomCache: true,
      // Their files would be read past both gates.
      allowLocalModels: false,
      remoteHost,
      remotePathTemplate,
    });
  }

  static readonly #all = new WeakMap<TransformersEnv, Installation>();

  static of(env: TransformersEnv): Installation | undefined {
    return Installation.#all.get(env);
  }

  /**
   * Puts a model under guard.
   * @returns ends that
   */
  static add(env: TransformersEnv, stored: StoredModel, unguarded: readonly string[]): () => void {
    const installation = Installation.#all.get(env) ?? new Installation(env);
    Installation.#all.set(env, installation);
    installation.#models.push(stored);
    installation.#guarded.push(stored.model);
    installation.#unguarded.set(
      stored.model,
      unguarded.map((address) => normalized(address) ?? address),
    );
    return () => {
      if (installation.#remove(stored)) Installation.#all.delete(env);
    };
  }

  guards(model: string): boolean {
    return this.#guarded.some(({ addresses }) => addresses.model === model);
  }

  #isUnguarded(address: string): boolean {
    return [...this.#unguarded.values()].flat().some((beginning) => address.startsWith(beginning));
  }

  /** Whether it was the last one. */
  #remove(stored: StoredModel): boolean {
    const index = this.#models.indexOf(stored);
    if (index === -1) return false;
    this.#models.splice(index, 1);
    this.#guarded.splice(this.#guarded.indexOf(stored.model), 1);
    this.#unguarded.delete(stored.model);
    if (this.#models.length > 0) return false;
    this.#restore();
    return true;
  }
}

/** The settings of an `env` that is not guarded. */
export function originalOf({ fetch, useCustomCache, customCache }: TransformersEnv): Original {
  return { fetch, cache: useCustomCache && customCache ? (customCache as GuardCache) : null };
}
