/** The registries that the same tests run against: real ones, and the one in memory that other tests rest on. */
import { startRegistry } from '@model-signing/testing/registry';
import type { Program } from '../go-program.ts';
import { fileOf, skipReason } from '../needed-programs.ts';
import { programFor } from './environment.ts';
import { type RunningServer, SERVERS, startServer } from './servers.ts';

export interface Subject {
  /** What a test calls it, and why its tests are skipped if they are. */
  readonly title: string;
  readonly referrers: 'api' | 'tag';
  readonly isSkipped: boolean;
  start(): Promise<RunningServer>;
}

/** The real ones. */
export const realSubjects: readonly Subject[] = SERVERS.map((kind) => {
  const program: Program = programFor(kind.program);
  return {
    title: `${kind.title}${skipReason({ [kind.program]: program })}`,
    referrers: kind.referrers,
    isSkipped: 'unavailable' in program,
    start: () => startServer(kind, fileOf(program)),
  };
});

const inMemory: readonly Subject[] = (['api', 'none'] as const).map((referrers) => ({
  title: `the registry of other tests ${referrers === 'api' ? 'with' : 'without'} the referrers API`,
  referrers: referrers === 'api' ? 'api' : 'tag',
  isSkipped: false,
  start: async () => {
    const registry = await startRegistry({ referrers });
    return { host: registry.host, output: () => '', stop: () => registry.stop() };
  },
}));

export const subjects: readonly Subject[] = [...realSubjects, ...inMemory];
