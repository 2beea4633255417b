/** The registries that the same tests run against: real ones, and the one in memory that other tests rest on. */
import { startRegistry } from '@model-signing/testing/registry';
import type { Program } from '../go-program.ts';
import { fileOf, programFor, skipReason } from './environment.ts';
import { type RunningServer, SERVERS, startServer } from './servers.ts';

export interface Subject {
  readonly title: string;
  readonly referrers: 'api' | 'tag';
  /** Why its tests are skipped, for the end of a title; empty if they are not. */
  readonly skipped: string;
  start(): Promise<RunningServer>;
}

const real: readonly Subject[] = SERVERS.map((kind) => {
  const program: Program = programFor(kind.program);
  return {
    title: kind.title,
    referrers: kind.referrers,
    skipped: skipReason({ [kind.program]: program }),
    start: () => startServer(kind, fileOf(program)),
  };
});

const inMemory: readonly Subject[] = (['api', 'none'] as const).map((referrers) => ({
  title: `the registry of other tests ${referrers === 'api' ? 'with' : 'without'} the referrers API`,
  referrers: referrers === 'api' ? 'api' : 'tag',
  skipped: '',
  start: async () => {
    const registry = await startRegistry({ referrers });
    return { host: registry.host, output: () => '', stop: () => registry.stop() };
  },
}));

export const subjects: readonly Subject[] = [...real, ...inMemory];
