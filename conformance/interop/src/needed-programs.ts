/** What tests say and do about programs that they need and that a machine may lack. */
import type { Program } from './go-program.ts';

/** What a title says of tests that skip: nothing if all they need is there. */
export function skipReason(needed: Readonly<Record<string, Program>>): string {
  const missing = Object.entries(needed).flatMap(([name, program]) =>
    'unavailable' in program ? [`${name}: ${program.unavailable}`] : [],
  );
  return missing.length === 0 ? '' : ` (skipped, ${missing.join('; ')})`;
}

/** The file of a program that is there. */
export function fileOf(program: Program): string {
  if ('unavailable' in program) throw new Error(program.unavailable);
  return program.file;
}

/** Tells what is not there and why, and returns how many of them CI has to have. */
export function reportMissing(programs: Readonly<Record<string, Program>>, tell: (text: string) => void): number {
  const missing = Object.entries(programs).flatMap(([name, program]) =>
    'unavailable' in program ? [`${name} is not available: ${program.unavailable}`] : [],
  );
  for (const each of missing) tell(each);
  if (missing.length > 0) tell(process.env.CI ? 'In CI that is a failure.' : 'The tests that need it are skipped.');
  return process.env.CI ? missing.length : 0;
}
