/** Prepares the token, the key services and the other programs, and runs the tests with them. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { reportMissing } from '../needed-programs.ts';
import { preparePythonPeer } from '../peer/python-environment.ts';
import { PEER_VARIABLE, PROGRAMS_VARIABLE } from './environment.ts';
import { preparePrograms } from './programs.ts';
import { moduleOf } from './token.ts';

const repository = path.resolve(import.meta.dirname, '../../../..');

/** The package's own tests with a real token, and what names them the module. */
const IN_PACKAGE = 'packages/pkcs11/src/softhsm';
const MODULE_VARIABLE = 'SOFTHSM2_MODULE';

const tell = (text: string) => void process.stderr.write(`${text}\n`);

async function run(): Promise<number> {
  if (!existsSync(path.join(repository, 'packages/cli/dist/main.cjs'))) {
    tell('The command line of this repository is not built: run "npm run build" first.');
    return 1;
  }
  const programs = await preparePrograms(tell);
  const python = preparePythonPeer();
  const peer = 'directory' in python ? { file: python.directory } : python;
  if (reportMissing({ ...programs, 'Python peer': peer }, tell) > 0) return 1;

  const vitest = path.join(repository, 'node_modules/vitest/vitest.mjs');
  const tests = ['run', '--project', 'unit', 'conformance/interop/src/keys', IN_PACKAGE, ...process.argv.slice(2)];
  const env = {
    ...process.env,
    [PROGRAMS_VARIABLE]: JSON.stringify(programs),
    ...('file' in peer ? { [PEER_VARIABLE]: peer.file } : {}),
    ...('file' in programs.SoftHSM ? { [MODULE_VARIABLE]: moduleOf(programs.SoftHSM.file) } : {}),
  };
  return spawnSync(process.execPath, [vitest, ...tests], { cwd: repository, stdio: 'inherit', env }).status ?? 1;
}

process.exitCode = await run();
