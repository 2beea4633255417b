import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Contestant, commandContestant, type Job } from './contestants.ts';
import type { Case, Hash } from './matrix.ts';
import { type Argv, CommandFailed, cleanEnvironment, type Run } from './measure.ts';
import { bytesOf, filesOf } from './workloads.ts';

/** What OpenSSL calls the digests that it has. */
const OPENSSL_NAMES: Partial<Record<Hash, string>> = { sha256: 'sha256', blake2b: 'blake2b512' };

/** `openssl speed` takes whole seconds. */
const SPEED_SECONDS = 1;

/**
 * What `openssl speed` reaches, as the time that it would take for the bytes of the workload: no file is read.
 * With `once`, each figure is measured a single time, for a run that is only to prove that everything runs.
 */
export function opensslSpeed(party: 'openssl-one' | 'openssl-all', cores: number, once: boolean): Contestant {
  const processes = party === 'openssl-one' ? 1 : cores;
  const known = new Map<Hash, number>();
  return {
    party,
    takesPart: (benchCase) => benchCase.limits.includes(party) && benchCase.hash in OPENSSL_NAMES,
    label: () => `openssl speed × ${processes}`,
    run: async ({ hash, workload }, { signal }) => {
      const speed = (once && known.get(hash)) || (await measureSpeed(hash, processes, signal));
      known.set(hash, speed);
      return withoutResources(bytesOf(workload) / speed);
    },
  };
}

function withoutResources(seconds: number): Run {
  return { seconds, userSeconds: null, systemSeconds: null, peakMemory: null, othersSeconds: null };
}

/** Bytes per second. */
async function measureSpeed(hash: Hash, processes: number, signal: AbortSignal): Promise<number> {
  const options = ['-mr', '-evp', OPENSSL_NAMES[hash] ?? hash, '-bytes', '1048576', '-seconds', String(SPEED_SECONDS)];
  const multi = processes > 1 ? ['-multi', String(processes)] : [];
  const { stdout } = await promisify(execFile)('openssl', ['speed', ...options, ...multi], {
    signal,
    env: cleanEnvironment(process.env),
  });
  const speed = parseSpeed(stdout);
  if (speed === null) throw new CommandFailed('openssl speed printed no speed');
  return speed;
}

/** Reads the sum of all processes out of `openssl speed -mr`; bytes per second. */
export function parseSpeed(output: string): number | null {
  const match = /^\+F:\d+:[^:]+:([\d.]+)$/m.exec(output);
  return match ? Number(match[1]) : null;
}

/** A pipeline of the shell that hands the names of all files of the model to what `xargs` is told. */
function hashingWith(xargs: string, { model }: Job): Argv {
  return ['sh', '-c', `cd "$1" && find . -type f -print0 | xargs -0 ${xargs}`, 'sh', model];
}

/** `find … | xargs -P openssl dgst`, which divides the files among as many processes as there are processors. */
export function opensslFiles(cores: number): Contestant {
  const processesFor = ({ workload }: Case) => Math.min(cores, filesOf(workload));
  return commandContestant('openssl-files', {
    takesPart: ({ hash, limits }) => limits.includes('openssl-files') && hash in OPENSSL_NAMES,
    label: (benchCase) => `openssl dgst × ${processesFor(benchCase)}`,
    argv: (job) => {
      const processes = processesFor(job);
      const share = Math.ceil(filesOf(job.workload) / processes);
      return hashingWith(`-n ${share} -P ${processes} openssl dgst -${OPENSSL_NAMES[job.hash]}`, job);
    },
  });
}

/** `b3sum` with as many threads as there are processors. */
export function b3sumFiles(cores: number): Contestant {
  return commandContestant('b3sum', {
    takesPart: ({ limits }) => limits.includes('b3sum'),
    label: () => `b3sum × ${cores}`,
    argv: (job) => hashingWith(`b3sum --num-threads ${cores}`, job),
  });
}

/** Node itself: an ES module without content. */
export function emptyModule(file: string): Contestant {
  return commandContestant('empty-module', {
    takesPart: ({ limits }) => limits.includes('empty-module'),
    label: () => 'empty ES module',
    argv: () => [process.execPath, file],
  });
}
