import { certificateBundle, exampleDocument, sigstoreBundle } from '../example-documents.ts';
import type { Material } from '../findings.ts';
import { LAYERS, type Layer } from '../layout.ts';
import { partAt } from '../schema-documents.ts';
import type { Seeds } from './compare-versions.ts';

/** What is needed to find the examples of a version. */
type VersionExamples = Pick<Material, 'layout' | 'schemas' | 'textOf'>;

/** The documents of {@link exampleSeeds}, and the examples of some versions as if they named the first one's type. */
export function seedsOf(versions: readonly VersionExamples[]): Seeds {
  const known = exampleSeeds();
  const all = Object.fromEntries(LAYERS.map((layer) => [layer, [...known[layer]]])) as Record<Layer, unknown[]>;
  const [type = ''] = versions.map(predicateType);
  for (const version of versions) {
    for (const [name, layer] of EXAMPLES) {
      const text = version.textOf(`${version.layout.examples}/${name}.json`);
      if (text !== null) all[layer].push(JSON.parse(text.replaceAll(predicateType(version), type)));
    }
  }
  return all;
}

const EXAMPLES = [
  ['predicate-files', 'predicate'],
  ['predicate-shards', 'predicate'],
  ['statement', 'statement'],
  ['envelope', 'envelope'],
  ['bundle-key', 'bundle'],
] as const;

function predicateType({ schemas }: VersionExamples): string {
  return String(partAt(schemas.statement, '/properties/predicateType/const'));
}

/** A document of each form in the format: each method, each algorithm, each historical form. */
export function exampleSeeds(): Seeds {
  const files = exampleDocument('predicate-files');
  const shards = exampleDocument('predicate-shards');
  const predicates = [files, shards, hashed('blake2b', 128), hashed('blake3', 64), suffixed(), singleFile()];
  const statement = exampleDocument('statement');
  return {
    predicate: predicates,
    statement: predicates.map((predicate) => ({ ...statement, predicate })),
    envelope: [exampleDocument('envelope')],
    bundle: [exampleDocument('bundle-key'), certificateBundle(), sigstoreBundle(), historicalBundle()],
  } satisfies Record<Layer, unknown[]>;
}

function hashed(algorithm: string, digits: number): unknown {
  const predicate = exampleDocument('predicate-files');
  predicate.serialization.hash_type = algorithm;
  for (const resource of predicate.resources) Object.assign(resource, { algorithm, digest: 'ab'.repeat(digits / 2) });
  return predicate;
}

function suffixed(): unknown {
  const predicate = exampleDocument('predicate-shards');
  for (const resource of predicate.resources) resource.algorithm = 'sha256-sharded-64';
  return predicate;
}

function singleFile(): unknown {
  const predicate = exampleDocument('predicate-files');
  delete predicate.serialization.ignore_paths;
  predicate.resources = [{ ...predicate.resources[0], name: '.' }];
  return predicate;
}

function historicalBundle(): unknown {
  const bundle = exampleDocument('bundle-key');
  bundle.verificationMaterial.publicKey = { rawBytes: 'QUJD' };
  bundle.dsseEnvelope.signatures[0].keyid = null;
  return bundle;
}
