import { createHash, createPublicKey } from 'node:crypto';
import { judgeVerification } from '../../../conformance/suite/src/oracle/verify.ts';
import type { VectorInputs } from '../../../conformance/suite/src/vectors/vector.ts';
import type { Verifier } from '../../../packages/core/src/index.ts';
import { mutateBytes, splice } from '../mutate/bytes.ts';
import { leaves, mutateJson, mutateJsonText } from '../mutate/json.ts';
import type { Random } from '../random.ts';
import { accepted, type Target, type Verdict, WrongVerdict } from '../target.ts';
import { type SeedVector, seedVectors } from '../vectors.ts';
import { type BundleCase, bytesIn, decodeCase, encodeCase, seal } from './bundle-case.ts';
import { changedModel, checkFiles, namesIn, type PlainModel, plainModel } from './bundle-model.ts';
import { generateStatement } from './bundle-statement.ts';
import { compare, traitOf, verificationInputs, verifierOf, verifyInMemory } from './bundle-verify.ts';

const KEY = 'keys/test-p256-a.pem';
const PUBLIC_KEY = 'keys/test-p256-a.pub.pem';

/** A vector that can be verified in memory. */
interface Seed extends SeedVector {
  readonly model: PlainModel;
}

/** Bundles against models in memory, with every kind of verifier, compared with the oracle of the conformance suite. */
export function bundleTarget(): Target {
  const seeds = seedVectors(60_000).flatMap((each): Seed[] => {
    const model = plainModel(each.vector.model);
    const isKnown = Object.keys(each.vector.inputs).every((name) => known.has(name));
    return model && isKnown ? [{ ...each, model }] : [];
  });
  const fuzzer = new Bundles(seeds);
  return {
    name: 'bundle',
    description: 'bundles and signed statements, compared with what was signed and with the oracle of the suite',
    seeds: () => fuzzer.inputs,
    generate: (random) => fuzzer.generate(random),
    mutate: (input, random) => fuzzer.mutate(input, random),
    check: (input) => fuzzer.check(input),
  };
}

/**
 * The inputs that a bundle is verified with here. A vector with any other has another reader: a signature file inside of
 * the model, parts and their side files, stores, policies.
 */
const known: ReadonlySet<string> = new Set<keyof VectorInputs>([
  ...verificationInputs,
  ...(['method', 'publicKey', 'roots', 'timestampRoots', 'verificationTime'] as const),
  ...(['trustedRoot', 'identity', 'identityProvider'] as const),
]);

const special = [
  ...leaves,
  ...[
    'a:0:0',
    'a:00:5',
    'a:0:5',
    'a:5:10',
    'a:1e3:2e3',
    'a:0:9007199254740992',
    'a:-0:5',
    ':0:5',
    'a::5',
    '::',
    'a:b:0:5',
  ],
  ...['sha256', 'blake2b', 'blake3', 'SHA256', 'sha256-sharded-5', 'sha256-sharded-undefined', 'files', 'shards'],
  ...['e'.repeat(64), 'E'.repeat(64), '0'.repeat(63), '0'.repeat(128), '.git', 'a*', './a', 'a/', '/a', 'a//b'],
  ...[
    'https://model_signing/signature/v1.0',
    'https://model_signing/Digests/v0.1',
    'https://in-toto.io/Statement/v0.1',
  ],
  ...['application/vnd.in-toto+json', { sha256: '0'.repeat(64) }, 5, 10, 25, 1e7, ['a'], ['.git', 'b']],
];

class Bundles {
  readonly inputs: readonly Buffer[];
  readonly #seeds: readonly Seed[];
  readonly #byId: ReadonlyMap<string, Seed>;
  readonly #signed: ReadonlySet<string>;
  readonly #verifiers = new Map<string, Promise<Verifier>>();
  readonly #key: { readonly pem: Buffer; readonly hint: string };

  constructor(seeds: readonly Seed[]) {
    this.#seeds = seeds;
    this.#byId = new Map(seeds.map((seed) => [seed.vector.id, seed]));
    this.#signed = new Set(seeds.flatMap(({ bundle }) => signedIn(bundle) ?? []));
    const [first] = seeds;
    if (!first) throw new Error('there are no vectors');
    const pem = first.read(KEY);
    const spki = createPublicKey(first.read(PUBLIC_KEY)).export({ type: 'spki', format: 'pem' });
    this.#key = { pem, hint: createHash('sha256').update(spki).digest('hex') };
    const whole = seeds.map(({ vector: { id }, bundle }) => encodeCase({ vector: id }, bundle));
    this.inputs = [...whole, ...seeds.flatMap((seed) => this.#sealed(seed))];
  }

  /** The statement of a vector, to be changed and signed again. */
  #sealed({ vector: { id }, bundle }: Seed): Buffer[] {
    const statement = signedIn(bundle);
    return statement === null ? [] : [encodeCase({ vector: id, seal: 'today' }, Buffer.from(statement, 'latin1'))];
  }

  /** A statement and its model, both valid; what is wrong with them comes from mutating. */
  generate(random: Random): Buffer {
    const seed = random.pick(this.#seeds) as Seed;
    const files = random.chance(0.3) ? { files: 8 + random.below(24) } : {};
    const model = changedModel(seed.model, files);
    const tree = 'tree' in model ? model.tree : [];
    const statement = generateStatement(tree, random);
    const change = random.chance(0.3) ? { change: random.pick(namesIn(model)) ?? '' } : {};
    const header: BundleCase = {
      vector: seed.vector.id,
      seal: random.chance(0.1) ? 'historical' : 'today',
      inputs: inputsBy(random),
      model: { ...files, ...change },
    };
    return encodeCase(header, Buffer.from(JSON.stringify(statement)));
  }

  mutate(input: Uint8Array, random: Random): Buffer {
    const { header, body } = decodeCase(input);
    if (random.chance(0.1)) return encodeCase(this.#otherCase(header, random), body);
    const fixRoot = header.seal ? { fixRoot: random.chance(0.6) } : {};
    return encodeCase({ ...header, ...fixRoot }, this.#mutateBody(body, random));
  }

  #otherCase(header: BundleCase, random: Random): BundleCase {
    const seed = this.#byId.get(header.vector)?.model;
    const own = seed && random.chance(0.5) ? namesIn(changedModel(seed, header.model ?? {})) : [];
    const name = random.pick(own) ?? random.pick(['a', 'b/c', '.git/x', 'é', 'a:0:5', 'z']);
    const model = { [random.pick(['add', 'remove', 'change'])]: name };
    if (random.chance(0.5)) return { ...header, inputs: inputsBy(random) };
    return { ...header, model: { ...header.model, ...model } };
  }

  #mutateBody(body: Buffer, random: Random): Uint8Array {
    if (random.chance(0.1)) return mutateBytes(body, random);
    const other = random.pick(this.#seeds)?.bundle ?? body;
    if (random.chance(0.03)) return splice(body, other, random);
    if (random.chance(0.3)) return Buffer.from(mutateJsonText(body.toString(), random));
    try {
      // The parts of another bundle are as good as any special value.
      const parts = random.chance(0.3) ? partsOf(JSON.parse(other.toString())) : special;
      return Buffer.from(JSON.stringify(mutateJson(JSON.parse(body.toString()), random, parts)) ?? 'null');
    } catch {
      return Buffer.from(mutateJsonText(body.toString(), random));
    }
  }

  async check(input: Uint8Array): Promise<Verdict> {
    const { header, body } = decodeCase(input);
    const seed = this.#byId.get(header.vector);
    if (!seed) throw new Error(`there is no vector ${header.vector}`);
    const sealedInputs = header.seal ? { method: 'key' as const, publicKey: PUBLIC_KEY } : {};
    const inputs: VectorInputs = { ...seed.vector.inputs, ...header.inputs, ...sealedInputs };
    const bundle = header.seal ? seal(body, header, this.#key.pem, this.#key.hint) : body;
    const model = changedModel(seed.model, header.model ?? {});
    const ours = await verifyInMemory(() => this.#verifierFor(seed, inputs), inputs, model, bundle);
    if ('verification' in ours) {
      checkFiles(model, ours.verification);
      if (!header.seal) this.#checkSigned(bundle);
    }
    if (inputs.method !== 'sigstore')
      compare(ours, (bundle) => judgeVerification({ model, inputs, bundle, read: seed.read }), inputs, bundle);
    return 'verification' in ours ? accepted(traitOf(ours.verification)) : ours.refusal;
  }

  #verifierFor({ vector: { id }, read }: Seed, inputs: VectorInputs): Promise<Verifier> {
    const key = `${id} ${inputs.method} ${inputs.publicKey} ${inputs.extensions}`;
    const known = this.#verifiers.get(key);
    if (known) return known;
    const made = verifierOf(inputs, read);
    this.#verifiers.set(key, made);
    return made;
  }

  /** A signature cannot cover anything that was never signed. */
  #checkSigned(bundle: Buffer): void {
    const signed = signedIn(bundle);
    if (signed === null || !this.#signed.has(signed)) throw new WrongVerdict('accepted what was never signed');
  }
}

/** What a bundle says is signed, as Latin-1 text; null if it has no such form. */
function signedIn(bundle: Uint8Array): string | null {
  try {
    const { payload } = JSON.parse(Buffer.from(bundle).toString()).dsseEnvelope;
    return bytesIn(payload, 'base64').toString('latin1');
  } catch {
    return null;
  }
}

function partsOf(value: unknown, found: unknown[] = []): unknown[] {
  if (typeof value !== 'object' || value === null) return found;
  for (const item of Object.values(value)) {
    found.push(item);
    partsOf(item, found);
  }
  return found;
}

function inputsBy(random: Random): Partial<VectorInputs> {
  return {
    ...(random.chance(0.2) ? { strict: true } : {}),
    ...(random.chance(0.2) ? { ignoreUnsignedFiles: true } : {}),
    ...(random.chance(0.2) ? { ignoreGitPaths: false } : {}),
    ...(random.chance(0.2) ? { ignorePaths: [random.pick(['a', 'b', 'b/c', '.git', 'weights'])] } : {}),
    ...(random.chance(0.1) ? { draft: '1.1' } : {}),
  };
}
