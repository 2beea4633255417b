import { spawnSync } from 'node:child_process';
import os from 'node:os';
import { cleanEnvironment } from './measure.ts';

/** The properties that the figures depend on. They do not identify the machine. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly system: string;
  /** Null for a program that is not installed. */
  readonly versions: Readonly<Record<'node' | 'python' | 'peer' | 'openssl' | 'b3sum', string | null>>;
}

/**
 * Describes the machine and the programs on it.
 * @param peer the command of another implementation that is measured too
 */
export function describeMachine(python: string, peer: string | null): Machine {
  return {
    processor: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memory: os.totalmem(),
    system: `${os.platform()} ${os.arch()}`,
    versions: {
      node: process.versions.node,
      python: versionOf(python, '--version'),
      peer: peer && versionOf(peer, '--version'),
      openssl: versionOf('openssl', 'version'),
      b3sum: versionOf('b3sum', '--version'),
    },
  };
}

/** The first version number that a program prints, or null if the program is not there. */
function versionOf(program: string, argument: string): string | null {
  const { status, stdout } = spawnSync(program, [argument], { encoding: 'utf8', env: cleanEnvironment(process.env) });
  return status === 0 ? (/\d+(?:\.\d+)+\w*/.exec(stdout)?.[0] ?? 'unknown') : null;
}

/** One line about a machine. */
export function formatMachine({ processor, cores, memory, system, versions }: Machine): string {
  const present = Object.entries(versions).flatMap(([name, version]) => (version ? [`${name} ${version}`] : []));
  return `${processor}, ${cores} processors, ${(memory / 1e9).toFixed(0)} GB, ${system}; ${present.join(', ')}`;
}
