import type { Case, Party } from './cases.ts';
import type { KeyFiles } from './keys.ts';
import { type Argv, type Launcher, measure, type Run } from './measure.ts';

/** A case with the files that it runs on. */
export interface Job extends Case {
  /** The directory of the model. */
  readonly model: string;
  /** A signature that the subject made itself. */
  readonly signature: string;
  readonly keys: KeyFiles;
}

/** Anything that is measured: an implementation, or a limit of the machine. */
export interface Subject {
  readonly party: Party;
  takesPart(benchCase: Case): boolean;
  /** Its name in reports. */
  label(benchCase: Case): string;
  /**
   * Does the job once.
   * @throws {CommandFailed}
   */
  run(job: Job, launcher: Launcher): Promise<Run>;
}

/** A subject that is one command in every case. */
export function commandSubject(
  party: Party,
  { takesPart, label, argv }: Pick<Subject, 'takesPart' | 'label'> & { argv: (job: Job) => Argv },
): Subject {
  return { party, takesPart, label, run: (job, launcher) => measure(argv(job), launcher) };
}
