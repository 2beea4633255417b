/** Prepares the token, the key services and the other programs, and runs the tests with them. */
import { runTests } from '../run-tests.ts';
import { PEER_VARIABLE, PROGRAMS_VARIABLE } from './environment.ts';
import { preparePrograms } from './programs.ts';
import { moduleOf } from './token.ts';

/** The package's own tests with a real token, and what names them the module. */
const IN_PACKAGE = 'packages/pkcs11/src/softhsm';
const MODULE_VARIABLE = 'SOFTHSM2_MODULE';

process.exitCode = await runTests({
  tests: ['conformance/interop/src/keys', IN_PACKAGE],
  peerVariable: PEER_VARIABLE,
  prepare: preparePrograms,
  environment: (programs) => ({
    [PROGRAMS_VARIABLE]: JSON.stringify(programs),
    ...('file' in programs.SoftHSM && { [MODULE_VARIABLE]: moduleOf(programs.SoftHSM.file) }),
  }),
});
