/** The programs that the tests need; the command that runs them finds each and names it in the environment. */
import type { Program } from '../go-program.ts';
import { programOf } from '../peer/python-environment.ts';
import type { ProgramName } from './programs.ts';

/** The programs as JSON: for each its file, or why there is none. */
export const PROGRAMS_VARIABLE = 'MODEL_SIGNING_KEY_PROGRAMS';

/** The virtual environment of the Python peer, as for the peer suite. */
export const PEER_VARIABLE = 'MODEL_SIGNING_PYTHON_PEER';

const NOT_SET = 'npm run keys has it';

/** A program, or why tests skip that need it. */
export function programFor(name: ProgramName): Program {
  const named = process.env[PROGRAMS_VARIABLE];
  if (!named) return { unavailable: NOT_SET };
  return (JSON.parse(named) as Record<ProgramName, Program>)[name];
}

/** A variable that names cosign, which takes half an hour to build where other work is done. */
const COSIGN_VARIABLE = 'MODEL_SIGNING_COSIGN';

/** cosign, or why tests skip that need it. */
export function cosign(): Program {
  const file = process.env[COSIGN_VARIABLE];
  return file ? { file } : { unavailable: `${COSIGN_VARIABLE} names none` };
}

/** The command of the Python peer, or why tests skip that need it. */
export function commandOfPeer(): Program {
  const environment = process.env[PEER_VARIABLE];
  return environment ? { file: programOf(environment, 'model_signing') } : { unavailable: NOT_SET };
}
