/** The servers that are not ours: released Go modules at pinned versions, which are built one after another. */
import path from 'node:path';
import { type GoCommand, prepareGoProgram } from '../../interop/src/go-program.ts';

export type ProgramName = 'ct-log' | 'fulcio' | 'rekor' | 'timestamp-authority';

/** The built programs, or why there are none. */
export type Programs = { readonly files: Readonly<Record<ProgramName, string>> } | { readonly unavailable: string };

// Each is the newest release that builds with Go 1.26.
const PROGRAMS: Readonly<Record<ProgramName, GoCommand>> = {
  'ct-log': {
    module: 'github.com/transparency-dev/tesseract',
    version: 'v0.1.1',
    sum: 'h1:KMyqb5/43noPwaBIuFxaWOnhtx360JRb1nEPqUVn1KQ=',
    command: '/cmd/tesseract/posix',
  },
  fulcio: {
    module: 'github.com/sigstore/fulcio',
    version: 'v1.8.8',
    sum: 'h1:AtVoVQ4R7YaP6RHIH9puHyB398CHS/9WYc6d+gKf5Y0=',
    command: '',
  },
  rekor: {
    module: 'github.com/sigstore/rekor-tiles/v2',
    version: 'v2.3.0',
    sum: 'h1:HhMgH61UP0t899V8Fjt7pz1YdgOBptbaQdnCF+79cdc=',
    command: '/cmd/rekor-server/posix',
  },
  'timestamp-authority': { folder: path.resolve(import.meta.dirname, '../timestamp-authority') },
};

const cache = path.resolve(import.meta.dirname, '../../../.cache/sigstore-lab/programs');

/** Finds the programs or builds them one after another, which takes minutes; calls `tell` for each that it builds. */
export async function preparePrograms(tell: (text: string) => void): Promise<Programs> {
  const files: Partial<Record<ProgramName, string>> = {};
  for (const name of Object.keys(PROGRAMS) as ProgramName[]) {
    const program = await prepareGoProgram(name, PROGRAMS[name], { cache, tell });
    if ('unavailable' in program) return program;
    files[name] = program.file;
  }
  return { files: files as Record<ProgramName, string> };
}
