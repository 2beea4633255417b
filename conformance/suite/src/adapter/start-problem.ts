import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';

/** Why the program of an adapter cannot be started, and what to do about it. */
export function startProblem(program: string, code: string | undefined): string {
  const problem = problemOf(program, code);
  return `the adapter "${program}" cannot be started: ${problem}`;
}

function problemOf(program: string, code: string | undefined): string {
  const stats = statSync(program, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return 'it is a directory; name the program in it';
  if (code === 'ENOENT' && stats !== undefined) {
    const interpreter = interpreterOf(program);
    return interpreter === null
      ? 'something that it needs is missing'
      : `its first line names the interpreter ${interpreter}, which does not exist`;
  }
  if (code === 'ENOENT') return missing(program);
  if (code === 'EACCES') {
    return `it is not executable; run "chmod +x" on it, or name its interpreter: -- INTERPRETER ${path.basename(program)}`;
  }
  if (code === 'ENOEXEC')
    return 'this system cannot run it; a script needs a first line such as "#!/usr/bin/env python3"';
  return code ?? 'the system gives no reason';
}

function missing(program: string): string {
  if (program.includes('/') || program.includes(path.sep)) return 'there is no such file';
  const isHere = existsSync(path.resolve(program));
  return `there is no such program on the PATH${isHere ? `; for the file in this folder write ./${program}` : ''}`;
}

/** The interpreter that the first line of a script names; null if it is no script. */
function interpreterOf(file: string): string | null {
  const start = Buffer.alloc(200);
  let length = 0;
  try {
    const descriptor = openSync(file, 'r');
    length = readSync(descriptor, start);
    closeSync(descriptor);
  } catch {
    return null;
  }
  const text = start.toString('utf8', 0, length);
  return text.startsWith('#!') ? (text.slice(2).split(/\s/).find(Boolean) ?? null) : null;
}
