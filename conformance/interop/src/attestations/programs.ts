/** The tools of Sigstore that write and read attestations: how each is had. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { preparePrograms as prepareSigstore } from '../../../sigstore-lab/src/programs.ts';
import { type OwnCommand, type Program, prepareGoProgram } from '../go-program.ts';
import { prepareNpmFolder } from '../npm-folder.ts';
import { constraintsFile, preparePythonPeer, programOf } from '../peer/python-environment.ts';

export type ProgramName = 'sigstore-go' | 'cosign-attest' | '@actions/attest' | 'sigstore-python';

/** The programs, and the servers of a private Sigstore. */
export interface Prepared {
  readonly programs: Readonly<Record<ProgramName, Program>>;
  readonly servers: Awaited<ReturnType<typeof prepareSigstore>>;
}

const interop = path.resolve(import.meta.dirname, '../..');
const cache = path.resolve(interop, '../../.cache');

const folders = {
  'sigstore-go': path.join(interop, 'keys/sigstore-go'),
  'cosign-attest': path.join(interop, 'attestations/cosign-attest'),
  '@actions/attest': path.join(interop, 'attestations/actions-attest'),
} as const;

/** Finds or builds each program, one after another. The first time, this takes minutes. */
export async function preparePrograms(tell: (text: string) => void): Promise<Prepared> {
  const own = (name: 'sigstore-go' | 'cosign-attest'): OwnCommand => ({ folder: folders[name] });
  const python = preparePythonPeer();
  return {
    programs: {
      'sigstore-go': await prepareGoProgram('sigstore-go', own('sigstore-go'), {
        cache: path.join(cache, 'keys'),
        tell,
      }),
      'cosign-attest': await prepareGoProgram('cosign-attest', own('cosign-attest'), {
        cache: path.join(cache, 'attestations'),
        tell,
      }),
      '@actions/attest': prepareNpmFolder(folders['@actions/attest'], path.join(cache, 'attestations')),
      'sigstore-python': 'directory' in python ? { file: programOf(python.directory, 'python') } : python,
    },
    servers: await prepareSigstore(tell),
  };
}

/** The version of each tool, as it is pinned. */
export function pinnedVersions(): Readonly<Record<string, string>> {
  const pinned = (file: string, pattern: RegExp) => {
    const version = pattern.exec(readFileSync(file, 'utf8'))?.[1];
    if (version === undefined) throw new Error(`${file} has nothing like ${pattern}`);
    return version;
  };
  return {
    'sigstore-go': pinned(path.join(folders['sigstore-go'], 'go.mod'), /sigstore\/sigstore-go v(\S+)/),
    '@sigstore/verify': pinned(path.join(interop, 'package.json'), /"@sigstore\/verify": "(\S+)"/),
    'sigstore-python': pinned(constraintsFile, /^sigstore==(\S+)$/m),
    'cosign-attest': pinned(path.join(folders['cosign-attest'], 'go.mod'), /sigstore\/cosign\/v3 v(\S+)/),
    '@actions/attest': pinned(path.join(folders['@actions/attest'], 'package.json'), /"@actions\/attest": "(\S+)"/),
  };
}
