import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Case, Hash } from './cases.ts';
import type { Machine } from './machine.ts';
import { type Argv, CommandFailed, cleanEnvironment, type Run } from './measure.ts';
import { commandSubject, type Job, type Subject } from './subjects.ts';
import { bytesOf, filesOf } from './workloads.ts';

/** OpenSSL's names for the digests that it supports. */
const OPENSSL_NAMES: Partial<Record<Hash, string>> = { sha256: 'sha256', blake2b: 'blake2b512' };

/** `openssl speed` takes whole seconds. */
const SPEED_SECONDS = 1;

/**
 * The time that `openssl speed` would take for as many bytes as the workload has; it reads no file.
 * @param once measure each digest a single time, which is enough to prove that everything runs
 */
function opensslSpeed(party: 'openssl-one' | 'openssl-all', cores: number, once: boolean): Subject {
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

/** The speed of all processes together, from the output of `openssl speed -mr`. Bytes per second. */
export function parseSpeed(output: string): number | null {
  const match = /^\+F:\d+:[^:]+:([\d.]+)$/m.exec(output);
  return match ? Number(match[1]) : null;
}

/** A shell pipeline that passes the names of all files of the model to a command. */
function hashingWith(xargs: string, { model }: Job): Argv {
  return ['sh', '-c', `cd "$1" && find . -type f -print0 | xargs -0 ${xargs}`, 'sh', model];
}

/** `find … | xargs -P openssl dgst`, with one process per processor. */
function opensslFiles(cores: number): Subject {
  const processesFor = ({ workload }: Case) => Math.min(cores, filesOf(workload));
  return commandSubject('openssl-files', {
    takesPart: ({ hash, limits }) => limits.includes('openssl-files') && hash in OPENSSL_NAMES,
    label: (benchCase) => `openssl dgst × ${processesFor(benchCase)}`,
    argv: (job) => {
      const processes = processesFor(job);
      const share = Math.ceil(filesOf(job.workload) / processes);
      return hashingWith(`-n ${share} -P ${processes} openssl dgst -${OPENSSL_NAMES[job.hash]}`, job);
    },
  });
}

/** `b3sum` with one thread per processor. */
function b3sumFiles(cores: number): Subject {
  return commandSubject('b3sum', {
    takesPart: ({ limits }) => limits.includes('b3sum'),
    label: () => `b3sum × ${cores}`,
    argv: (job) => hashingWith(`b3sum --num-threads ${cores}`, job),
  });
}

/** The limits that can be measured with the programs of this machine. */
export function machineLimits({ cores, versions }: Machine, short: boolean): Subject[] {
  return [
    ...(versions.openssl
      ? [opensslSpeed('openssl-one', cores, short), opensslSpeed('openssl-all', cores, short), opensslFiles(cores)]
      : []),
    ...(versions.b3sum ? [b3sumFiles(cores)] : []),
  ];
}
