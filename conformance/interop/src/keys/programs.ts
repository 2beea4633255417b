/** What keeps keys and is not ours, and the other programs that use them: how each is had. */
import path from 'node:path';
import { prepareDebianProgram } from '../debian-program.ts';
import { type BuildOptions, type OwnCommand, type Program, prepareGoProgram } from '../go-program.ts';
import { prepareOpenBao, preparePackageOfPython } from './python-packages.ts';

export type ProgramName = 'SoftHSM' | 'OpenBao' | 'local-kms' | 'sigstore-kms' | 'sigstore-go' | 'PyKCS11';

const interop = path.resolve(import.meta.dirname, '../..');
const cache = path.resolve(interop, '../../.cache/keys');

const folder = (name: string): OwnCommand => ({ folder: path.join(interop, 'keys', name) });

/** SoftHSM, and OpenSC's `pkcs11-tool` with its library: keys are made by another program than ours. */
const SOFTHSM = ['softhsm2', 'libsofthsm2', 'softhsm2-common', 'opensc', 'opensc-pkcs11'] as const;

/** Finds or builds each program, one after another. A program that cannot be had does not keep the others from being had. */
export async function preparePrograms(tell: (text: string) => void): Promise<Readonly<Record<ProgramName, Program>>> {
  const options: BuildOptions = { cache, tell };
  return {
    SoftHSM: prepareDebianProgram(SOFTHSM, 'usr/bin/softhsm2-util', cache),
    OpenBao: prepareOpenBao(cache, tell),
    PyKCS11: preparePackageOfPython('pykcs11==1.5.20', cache),
    'local-kms': await prepareGoProgram('local-kms', folder('local-kms'), options),
    'sigstore-kms': await prepareGoProgram('sigstore-kms', folder('sigstore-kms'), options),
    'sigstore-go': await prepareGoProgram('sigstore-go', folder('sigstore-go'), options),
  };
}
