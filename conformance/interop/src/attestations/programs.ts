/** The tools of Sigstore that write and read attestations: how each is had. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Program, prepareGoProgram } from '../go-program.ts';
import { prepareNpmFolder } from '../npm-folder.ts';
import { constraintsFile, preparePythonPeer, programOf } from '../peer/python-environment.ts';

export type ProgramName = 'sigstore-go' | 'cosign-attest' | '@actions/attest' | 'sigstore-python';

const interop = path.resolve(import.meta.dirname, '../..');
const cache = path.resolve(interop, '../../.cache');

const folders = {
  'sigstore-go': path.join(interop, 'keys/sigstore-go'),
  'cosign-attest': path.join(interop, 'attestations/cosign-attest'),
  '@actions/attest': path.join(interop, 'attestations/actions-attest'),
} as const;

/** Finds or builds each program, one after another. The first time, this takes minutes. */
export async function prepareTools(tell: (text: string) => void): Promise<Readonly<Record<ProgramName, Program>>> {
  const build = (name: 'sigstore-go' | 'cosign-attest', place: string) =>
    prepareGoProgram(name, { folder: folders[name] }, { cache: path.join(cache, place), tell });
  const python = preparePythonPeer();
  return {
    'sigstore-go': await build('sigstore-go', 'keys'),
    'cosign-attest': await build('cosign-attest', 'attestations'),
    '@actions/attest': prepareNpmFolder(folders['@actions/attest'], path.join(cache, 'attestations')),
    'sigstore-python': 'directory' in python ? { file: programOf(python.directory, 'python') } : python,
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
