/** Prepares the registries, `oras` and the Python peer, and runs the tests with them. */
import { runTests } from '../run-tests.ts';
import { PEER_VARIABLE, PROGRAMS_VARIABLE } from './environment.ts';
import { preparePrograms } from './programs.ts';

process.exitCode = await runTests({
  tests: ['conformance/interop/src/registries'],
  peerVariable: PEER_VARIABLE,
  prepare: preparePrograms,
  environment: (programs) => ({ [PROGRAMS_VARIABLE]: JSON.stringify(programs) }),
});
