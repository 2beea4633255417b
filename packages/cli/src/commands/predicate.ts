import { inspectBundle, type Manifest, predicateTypeOf, resourceName } from '@model-signing/core';
import type { Context } from '../context.ts';
import { readSignatureFile } from '../input-file.ts';

/** The flags for what a model was made from: signatures, each of another model or data set. */
export interface DependencyFlags {
  readonly baseModel?: readonly string[];
  readonly dataset?: readonly string[];
  readonly adapter?: readonly string[];
  readonly teacher?: readonly string[];
}

export interface SlsaFlags extends DependencyFlags {
  readonly buildType: string;
  readonly builder: string;
}

/** What a signature says, which is not verified here. */
interface Signed {
  readonly name: string;
  readonly manifest: Manifest;
}

/** Something that the model was made from. */
interface Dependency extends Signed {
  readonly role: 'base-model' | 'dataset' | 'adapter' | 'teacher';
}

/** `predicate slsa`: prints a provenance to complete and attest. */
export async function predicateSlsa(signature: string, flags: SlsaFlags, context: Context): Promise<void> {
  // Read for its own sake: nothing of it is in the document, but a file that is no signature is noticed here.
  await readSigned(signature, context);
  const dependencies = await readDependencies(flags, context);
  const predicate = {
    buildDefinition: {
      buildType: flags.buildType,
      externalParameters: {},
      resolvedDependencies: dependencies.map(({ role, name, manifest }) => ({
        name,
        digest: { sha256: manifest.rootDigest },
        annotations: { role, modelSigning: domainOf(manifest) },
      })),
    },
    runDetails: { builder: { id: flags.builder } },
  };
  print('predicate-slsa', 'slsaprovenance1', predicate, context);
}

/** `predicate cyclonedx`: prints a bill of materials to complete and attest. */
export async function predicateCyclonedx(signature: string, flags: DependencyFlags, context: Context): Promise<void> {
  const { name, manifest } = await readSigned(signature, context);
  const dependencies = await readDependencies(flags, context);
  const ancestors = dependencies.filter(({ role }) => role !== 'dataset').map(componentOf);
  const predicate = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        ...{ type: 'machine-learning-model', 'bom-ref': 'model', name },
        ...{ hashes: [hashOf('sha256', manifest.rootDigest)], properties: propertiesOf(manifest) },
        ...(ancestors.length > 0 && { pedigree: { ancestors } }),
      },
    },
    components: [...dependencies.filter(({ role }) => role === 'dataset').map(componentOf), ...filesOf(manifest)],
  };
  print('predicate-cyclonedx', 'cyclonedx', predicate, context);
}

/** Numbers in order of the flags, and within a flag in the order in which it is given. */
async function readDependencies(flags: DependencyFlags, context: Context): Promise<Dependency[]> {
  const { baseModel = [], dataset = [], adapter = [], teacher = [] } = flags;
  const given = [
    ...baseModel.map((file) => ['base-model', file] as const),
    ...dataset.map((file) => ['dataset', file] as const),
    ...adapter.map((file) => ['adapter', file] as const),
    ...teacher.map((file) => ['teacher', file] as const),
  ];
  const found: Dependency[] = [];
  for (const [role, file] of given) found.push({ role, ...(await readSigned(file, context)) });
  return found;
}

async function readSigned(file: string, { signal }: Context): Promise<Signed> {
  const { subjectName, manifest } = await inspectBundle(await readSignatureFile(file, signal));
  return { name: subjectName ?? 'model', manifest };
}

/** What the root digest is of: one model has several, by the method and the algorithm of a signature. */
function domainOf({ serialization: { method, hashType, shardSize } }: Manifest) {
  return { digest: 'root', method, hashType, ...(shardSize !== null && { shardSize }) };
}

/** As CycloneDX calls them. */
const algorithms = { sha256: 'SHA-256', blake2b: 'BLAKE2b-512', blake3: 'BLAKE3' } as const;

function hashOf(algorithm: keyof typeof algorithms, content: string) {
  return { alg: algorithms[algorithm], content };
}

function propertiesOf(manifest: Manifest, role?: Dependency['role']) {
  const domain = Object.entries(domainOf(manifest)).map(([name, value]) => ({
    name: `modelSigning:${name}`,
    value: String(value),
  }));
  return role === undefined ? domain : [{ name: 'modelSigning:role', value: role }, ...domain];
}

function componentOf({ role, name, manifest }: Dependency) {
  return {
    type: role === 'dataset' ? 'data' : 'machine-learning-model',
    name,
    hashes: [hashOf('sha256', manifest.rootDigest)],
    properties: propertiesOf(manifest, role),
  };
}

/** The files of a model; none if the signature has digests of parts of them. */
function filesOf({ resources, serialization: { method, hashType } }: Manifest) {
  if (method !== 'files') return [];
  return resources.map((resource) => ({
    type: 'file',
    name: resourceName(resource),
    hashes: [hashOf(hashType, resource.digest)],
  }));
}

function print(command: string, type: string, predicate: object, { output }: Context): void {
  output.info('nothing is verified: the document has what the signatures claim');
  if (output.settings.json) {
    output.answer(command, { verified: false, predicateType: predicateTypeOf(type), predicate }, () => []);
    return;
  }
  output.data(`${JSON.stringify(predicate, null, 2)}\n`);
}
