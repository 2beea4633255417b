import { spawnSync } from 'node:child_process';
import os from 'node:os';
import { programOf } from '../../interop/src/peer/python-environment.ts';
import { cleanEnvironment } from './measure.ts';

/** What the figures depend on. Nothing in it names the machine. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly system: string;
  /** Null for what is not there. */
  readonly versions: Readonly<Record<'node' | 'python' | 'peer' | 'openssl' | 'b3sum', string | null>>;
}

/** Looks at the machine, and at the Python peer's environment where there is one. */
export function describeMachine(python: string, environment: string | null): Machine {
  const peer = environment && versionOf(programOf(environment, 'model_signing'), '--version');
  return {
    processor: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memory: os.totalmem(),
    system: `${os.platform()} ${os.arch()}`,
    versions: {
      node: process.versions.node,
      python: versionOf(python, '--version'),
      peer: peer || null,
      openssl: versionOf('openssl', 'version'),
      b3sum: versionOf('b3sum', '--version'),
    },
  };
}

/** The first version number that a program prints, or null where the program is not there. */
function versionOf(program: string, argument: string): string | null {
  const { status, stdout } = spawnSync(program, [argument], { encoding: 'utf8', env: cleanEnvironment(process.env) });
  return status === 0 ? (/\d+(?:\.\d+)+\w*/.exec(stdout)?.[0] ?? 'unknown') : null;
}

/** In one line. */
export function formatMachine({ processor, cores, memory, system, versions }: Machine): string {
  const present = Object.entries(versions).flatMap(([name, version]) => (version ? [`${name} ${version}`] : []));
  return `${processor}, ${cores} processors, ${(memory / 1e9).toFixed(0)} GB, ${system}; ${present.join(', ')}`;
}
