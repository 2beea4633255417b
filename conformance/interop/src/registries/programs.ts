/** The registries that are not ours, and `oras`, which is another client of them: how each is had. */
import path from 'node:path';
import { prepareDebianProgram } from '../debian-program.ts';
import { type BuildOptions, type GoCommand, type Program, prepareGoProgram } from '../go-program.ts';

export type ProgramName = 'distribution' | 'docker-registry' | 'go-containerregistry' | 'oras';

const interop = path.resolve(import.meta.dirname, '../..');
const cache = path.resolve(interop, '../../.cache/registries');

const GO_COMMANDS: Readonly<Record<Exclude<ProgramName, 'docker-registry'>, GoCommand>> = {
  'go-containerregistry': { folder: path.join(interop, 'registries/go-containerregistry') },
  oras: {
    module: 'oras.land/oras',
    version: 'v1.3.6',
    sum: 'h1:Lhsfr2tQLjsu/+CJZp6vYatwKT+62fbIUTlp4lUrfOA=',
    command: '/cmd/oras',
  },
  distribution: {
    module: 'github.com/distribution/distribution/v3',
    version: 'v3.1.2',
    sum: 'h1:/Bv2YIqqSR00HiO49FT93hovy6r9IlrzwUDsJjCN5qg=',
    command: '/cmd/registry',
  },
};

/** Finds or builds one program. */
export async function prepareProgram(name: ProgramName, tell: (text: string) => void): Promise<Program> {
  if (name === 'docker-registry') return prepareDebianProgram(['docker-registry'], 'usr/bin/docker-registry', cache);
  const options: BuildOptions = { cache, tell };
  return prepareGoProgram(name, GO_COMMANDS[name], options);
}

/** Finds or builds each program, one after another. A program that cannot be had does not keep the others from being had. */
export async function preparePrograms(tell: (text: string) => void): Promise<Readonly<Record<ProgramName, Program>>> {
  return {
    'docker-registry': await prepareProgram('docker-registry', tell),
    'go-containerregistry': await prepareProgram('go-containerregistry', tell),
    oras: await prepareProgram('oras', tell),
    distribution: await prepareProgram('distribution', tell),
  };
}
