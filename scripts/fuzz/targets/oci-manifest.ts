import { isDeepStrictEqual } from 'node:util';
import { parseManifest } from '../../../packages/sources/src/oci/manifest.ts';
import { type OciView, viewFor, viewOf } from '../../../packages/sources/src/oci/views.ts';
import { mutateBytes } from '../mutate/bytes.ts';
import { leaves, mutateJson } from '../mutate/json.ts';
import type { Random } from '../random.ts';
import { accepted, refusalBy, type Target, type Verdict, WrongVerdict } from '../target.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const TITLE = 'org.opencontainers.image.title';
const keys = ['org.cncf.model.filepath', 'org.cnai.model.filepath', TITLE] as const;

const mediaTypes = [
  'application/vnd.cncf.model.weight.v1.raw',
  'application/octet-stream',
  'application/vnd.oci.image.layer.v1.tar',
  'application/vnd.cncf.model.weight.v1.tar+gzip',
] as const;

const names = [
  'a',
  'a/b',
  'config.json',
  'layer_000.tar.gz',
  '../a',
  '/a',
  'a//b',
  '.',
  '',
  '\u0000',
  '\ud800',
  'é',
] as const;

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

interface Layer {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Manifests of registries. Whatever is accepted must have names and digests that nothing could be made of but one model. */
export function ociManifestTarget(): Target {
  return {
    name: 'oci-manifest',
    description: 'manifests of registries: an accepted one is one model, with one canonical name for each digest',
    seeds: () => seeds.map(encode),
    generate: (random) => encode(manifestOf(Array.from({ length: random.below(5) }, () => layer(random)))),
    mutate,
    check,
  };
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value) ?? 'null');

function manifestOf(layers: readonly Layer[]): object {
  const config = { mediaType: 'application/vnd.cncf.model.config.v1+json', digest: digest('c'), size: 2 };
  return { schemaVersion: 2, mediaType: MANIFEST, config, layers };
}

const seeds = [
  manifestOf([]),
  ...keys.map((key) => manifestOf([{ ...base('1'), annotations: { [key]: 'a/b' } }])),
  manifestOf([
    { ...base('1'), annotations: { [TITLE]: 'a', [keys[0]]: 'a' } },
    { ...base('2'), annotations: { [TITLE]: 'b', 'io.deis.oras.content.unpack': 'true' } },
  ]),
  { ...manifestOf([base('1')]), subject: base('2'), artifactType: 'application/x', annotations: { a: 'b' } },
];

function base(digit: string): Layer {
  return { mediaType: mediaTypes[0], digest: digest(digit), size: 1 };
}

function layer(random: Random): Layer {
  const annotations: Record<string, string> = {};
  const name = random.pick(names);
  for (const key of keys) if (random.chance(0.4)) annotations[key] = random.chance(0.8) ? name : random.pick(names);
  return { ...base(random.pick(['1', '2', 'a'])), mediaType: random.pick(mediaTypes), annotations };
}

function mutate(input: Uint8Array, random: Random): Uint8Array {
  if (random.chance(0.2)) return mutateBytes(input, random);
  try {
    const value: unknown = JSON.parse(Buffer.from(input).toString());
    return encode(mutateJson(value, random, [...leaves, ...names, ...mediaTypes, digest('f'), 'sha256:55', 2 ** 60]));
  } catch {
    return mutateBytes(input, random);
  }
}

function check(input: Uint8Array): Verdict {
  let parsed: ReturnType<typeof parseManifest>;
  try {
    parsed = parseManifest(input, 'manifest');
  } catch (error) {
    return refusalBy(error);
  }
  const document = JSON.parse(Buffer.from(input).toString()) as {
    readonly layers: readonly Layer[];
    readonly config: Layer;
  };
  const stated = [document.config, ...document.layers];
  for (const [index, { digest: found, size }] of [parsed.config, ...parsed.layers].entries()) {
    if (found !== stated[index]?.digest || size !== stated[index]?.size) throw new WrongVerdict('it has other layers');
    if (!/^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/.test(found)) throw new WrongVerdict('a digest is not whole');
  }
  return accepted((['files', 'layers'] as const).map((view) => checkView(parsed, view, stated)).join());
}

/** Checks the names of one view, and returns what became of it. */
function checkView(parsed: ReturnType<typeof parseManifest>, view: OciView, stated: readonly Layer[]): string {
  let files: ReturnType<typeof viewOf>;
  try {
    files = viewOf(parsed, view, 'manifest');
  } catch (error) {
    return refusalBy(error).trait;
  }
  const found = files.map(({ name }) => name);
  const wanted = view === 'files' ? stated.slice(1).map(fileName) : ['config.json', ...stated.slice(1).map(layerName)];
  if (!isDeepStrictEqual(found, wanted)) throw new WrongVerdict(`its ${view} have other names`);
  if (new Set(found).size !== found.length) throw new WrongVerdict('two of its files have one name');
  if (!found.every(isCanonical)) throw new WrongVerdict('the name of a file is not canonical');
  const chosen = viewOf(parsed, viewFor(parsed, found, 'manifest'), 'manifest');
  if (!isDeepStrictEqual(new Set(chosen.map(({ name }) => name)), new Set(found))) {
    throw new WrongVerdict('a signature of all its names is of another view');
  }
  return `${view} ${found.length}`;
}

function fileName({ annotations, mediaType }: Layer): string | null {
  if (/gzip|zstd/i.test(mediaType)) throw new WrongVerdict('a compressed layer is a file');
  const all = new Set(keys.flatMap((key) => annotations?.[key] || []));
  return all.size === 1 ? ([...all][0] as string) : null;
}

function layerName({ annotations }: Layer, index: number): string {
  return annotations?.[TITLE] || `layer_${index.toString().padStart(3, '0')}.tar.gz`;
}

function isCanonical(name: string): boolean {
  const parts = name.split('/');
  return (
    name.length <= 4096 && name.isWellFormed() && !name.includes('\0') && !parts.some((part) => /^\.{0,2}$/.test(part))
  );
}
