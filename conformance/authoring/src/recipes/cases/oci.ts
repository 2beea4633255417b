import type { VectorModel } from '../../../../suite/src/vectors/vector.ts';
import { accept, directory, type Recipe, type VerifyRecipe, variant } from '../recipe.ts';
import { digestOf } from '../signed-model.ts';
import { plainFiles } from './models.ts';

const FILES = 'model_oci-files';
const LAYERS = 'model_oci-layers';
const IGNORING = 'model_oci-unsigned-ignored';
const GIT = 'model_oci-git-path';

/** Models that an OCI image manifest lists: section 13.4.2. */
export function ociRecipes(): readonly Recipe[] {
  return [...views, ...differences, ...names, ...digests];
}

const FILEPATH = 'org.cncf.model.filepath';
const OLDER_FILEPATH = 'org.cnai.model.filepath';
const TITLE = 'org.opencontainers.image.title';
const RAW = 'application/vnd.cncf.model.weight.v1.raw';
const TAR = 'application/vnd.cncf.model.weight.v1.tar';
const UNPACK = 'io.deis.oras.content.unpack';

interface Layer {
  readonly content: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly mediaType?: string;
  readonly digest?: string;
}

const sha256 = (content: string) => `sha256:${digestOf('sha256', Buffer.from(content))}`;
const CONFIG = '{"descriptor":{"name":"model"}}';

function descriptorOf({ content, annotations, mediaType = RAW, digest = sha256(content) }: Layer) {
  return { mediaType, digest, size: content.length, ...(annotations ? { annotations } : {}) };
}

/** The file of a manifest in place of the model. */
function manifest(layers: readonly Layer[], change: (text: string) => string = (text) => text): VectorModel {
  const value = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    artifactType: 'application/vnd.cncf.model.manifest.v1+json',
    config: descriptorOf({ content: CONFIG, mediaType: 'application/vnd.cncf.model.config.v1+json' }),
    layers: layers.map(descriptorOf),
  };
  return { name: 'model.json', content: { utf8: change(`${JSON.stringify(value, null, 2)}\n`) } };
}

const plain: readonly Layer[] = Object.entries(plainFiles).map(([name, content]) => ({
  content,
  annotations: { [FILEPATH]: name },
}));
const named = (key: string) => plain.map(({ content }, index) => ({ content, annotations: { [key]: nameAt(index) } }));
const nameAt = (index: number) => Object.keys(plainFiles)[index] ?? '';
const titled = named(TITLE);
const unpacked = (layer: Layer): Layer => ({ ...layer, annotations: { ...layer.annotations, [UNPACK]: 'true' } });
const changed = (at: number, change: Partial<Layer>) =>
  plain.map((layer, index) => (index === at ? { ...layer, ...change } : layer));

const path = (name: string): Layer => ({ content: 'x', annotations: { [FILEPATH]: name } });
const further = path('run.py');

const report = { verdict: 'advertised', advertised: Object.keys(plainFiles), unchecked: 0 } as const;
const asPeersSign = directory({ 'config.json': CONFIG, 'tokenizer.json': 't', 'layer_001.tar.gz': 'w' });
const peers: readonly Layer[] = [
  { content: 't', annotations: { [TITLE]: 'tokenizer.json' } },
  { content: 'w', annotations: { [FILEPATH]: 'weights.bin' } },
];

// biome-ignore format: each vector is a row of a table
const views: readonly VerifyRecipe[] = [
  variant('bundle_plain', FILES, 'an OCI manifest lists the files, each with its path',
    ['OMS-VERDICT-1', 'OMS-VERDICT-4', 'OMS-ADVERT-4', 'OMS-OCI-2'],
    { profile: 'advertised', signed: directory(plainFiles), model: manifest(plain), inputs: { ociManifest: true } },
    accept({ report })),
  variant(FILES, 'model_oci-files-older-key', 'the paths have the key that was used before', ['OMS-OCI-2'],
    { model: manifest(named(OLDER_FILEPATH)) }, accept({ report })),
  variant(FILES, 'model_oci-files-titles', 'the layers have titles only', ['OMS-OCI-2'],
    { model: manifest(titled) }, accept({ report })),
  variant(FILES, 'model_oci-files-reordered', 'the layers are in another order', ['OMS-OCI-2'],
    { model: manifest(plain.toReversed()) }, accept({ report })),
  variant(FILES, 'model_oci-files-named', 'the caller names one of the files', ['OMS-VERDICT-1', 'OMS-VERDICT-4'],
    { inputs: { only: ['weights/a.bin'] } },
    accept({ report: { verdict: 'advertised', advertised: ['weights/a.bin'], unchecked: 2 } })),
  variant('model_oci-files-named', 'model_oci-files-named-beside', 'the digest of another layer differs, and there is a further one',
    ['OMS-PARTIAL-8'], { model: manifest([...changed(2, { digest: sha256('bbbB') }), further]) },
    accept({ report: { verdict: 'advertised', advertised: ['weights/a.bin'], unchecked: 2 } })),
  variant('model_oci-files-named', 'model_oci-files-named-modified', 'the digest of that file differs',
    ['OMS-ADVERT-2', 'OMS-PARTIAL-3'], { model: manifest(changed(1, { digest: sha256('aaaA') })) }, ['model/modified']),
  variant(FILES, LAYERS, 'the config and the layers are signed as the peers name them', ['OMS-OCI-2'],
    { signed: asPeersSign, model: manifest(peers) },
    accept({ report: { verdict: 'advertised', advertised: ['config.json', 'layer_001.tar.gz', 'tokenizer.json'] } })),
  variant(LAYERS, 'model_oci-layers-modified', 'the digest of the config differs', ['OMS-ADVERT-2'],
    { model: manifest(peers, (text) => text.replace(sha256(CONFIG), sha256('{}'))) }, ['model/modified']),
  variant(LAYERS, 'model_oci-layers-archive', 'a layer is an archive', ['OMS-OCI-2', 'OMS-OCI-5'],
    { model: manifest(peers.map((layer) => ({ ...layer, mediaType: TAR }))) },
    accept({ report: { verdict: 'advertised' } })),
  variant(LAYERS, 'model_oci-views-mixed', 'the config is signed beside layers by their paths', ['OMS-OCI-2'],
    { signed: directory({ 'config.json': CONFIG, 'tokenizer.json': 't', 'weights.bin': 'w' }), model: manifest(peers) },
    ['model/missing', 'model/unsigned']),
];

// biome-ignore format: each vector is a row of a table
const differences: readonly VerifyRecipe[] = [
  variant(FILES, 'model_oci-modified', 'the digest of a layer differs', ['OMS-ADVERT-2'],
    { model: manifest(changed(2, { digest: sha256('bbbB') })) }, ['model/modified']),
  variant(FILES, 'model_oci-similar', 'the last digits of the digest of a layer differ', ['OMS-ADVERT-2'],
    { model: manifest(changed(2, { digest: sha256('bbbb').replace(/.{8}$/, '00000000') })) }, ['model/modified']),
  variant(FILES, 'model_oci-unsigned', 'the manifest has a further layer', ['OMS-ADVERT-4'],
    { model: manifest([...plain, further]) }, ['model/unsigned']),
  variant(FILES, GIT, 'the manifest has a further layer, which is a git path', ['OMS-ADVERT-4', 'OMS-IGNORE-2'],
    { model: manifest([...plain, path('.gitattributes')]) }, accept({ report: { ...report, ignored: ['.gitattributes'] } })),
  variant(GIT, 'model_oci-git-path-below', 'that path is below a directory', ['OMS-ADVERT-4', 'OMS-MATCH-1'],
    { decidedBy: ['OMS-ADVERT-4'], model: manifest([...plain, path('weights/.gitattributes')]) }, ['model/unsigned']),
  variant(FILES, IGNORING, 'the manifest has a further layer, and unsigned files are ignored',
    ['OMS-ADVERT-4', 'OMS-UNSIGNED-2', 'OMS-UNSIGNED-4'], { model: manifest([...plain, further]), inputs: { ignoreUnsignedFiles: true } },
    accept({ report: { ...report, unsigned: ['run.py'] } })),
];

// biome-ignore format: each vector is a row of a table
const names: readonly VerifyRecipe[] = [
  variant(FILES, 'model_oci-name-twice', 'a layer with another digest and the name of the last one comes before it',
    ['OMS-OCI-3'], { model: manifest([{ content: 'x', annotations: { [FILEPATH]: 'weights/b.bin' } }, ...plain]) },
    ['model/listing-invalid']),
  variant(FILES, 'model_oci-name-twice-after', 'a layer with another digest and the name of the first one comes after it',
    ['OMS-OCI-3'], { model: manifest([...plain, { content: 'x', annotations: { [FILEPATH]: 'config.json' } }]) },
    ['model/listing-invalid']),
  variant(LAYERS, 'model_oci-name-of-config', 'a layer has the name of the config, and its digest is the signed one',
    ['OMS-OCI-3'], {
      signed: directory({ 'config.json': 'evil' }),
      model: manifest([{ content: 'evil', annotations: { [TITLE]: 'config.json' }, mediaType: TAR }]),
    }, ['model/listing-invalid', 'model/digest-unavailable']),
  variant(IGNORING, 'model_oci-name-escape', 'the further layer has a path that escapes the model', ['OMS-OCI-3'],
    { model: manifest([...plain, { content: 'x', annotations: { [FILEPATH]: '../run.py' } }]) }, ['model/listing-invalid']),
  variant(IGNORING, 'model_oci-name-absolute', 'the further layer has an absolute path', ['OMS-OCI-3'],
    { model: manifest([...plain, { content: 'x', annotations: { [FILEPATH]: '/run.py' } }]) }, ['model/listing-invalid']),
  variant(IGNORING, 'model_oci-nameless', 'the further layer has no name', ['OMS-OCI-3'],
    { model: manifest([...plain, { content: 'x' }]) }, ['model/listing-invalid', 'model/digest-unavailable']),
  variant(FILES, 'model_oci-two-names', 'a layer has another title than path', ['OMS-OCI-6'], {
    level: 'SHOULD',
    model: manifest(changed(2, { annotations: { [FILEPATH]: 'weights/b.bin', [TITLE]: 'weights/c.bin' } })),
  }, ['model/listing-invalid']),
  variant(FILES, 'model_oci-two-equal-names', 'a layer has the same title and path', ['OMS-OCI-6'], {
    level: 'SHOULD',
    model: manifest(changed(2, { annotations: { [FILEPATH]: 'weights/b.bin', [TITLE]: 'weights/b.bin' } })),
  }, accept({ report })),
  variant(FILES, 'model_oci-archive', 'a layer is an archive with the digest that is signed for its path', ['OMS-OCI-5'],
    { model: manifest(changed(2, { mediaType: TAR })) },
    ['model/digest-unavailable', 'model/listing-invalid', 'model/missing', 'model/unsigned', 'model/modified']),
  variant(FILES, 'model_oci-compressed', 'a layer is compressed and has the digest that is signed for its path', ['OMS-OCI-5'],
    { model: manifest(changed(2, { mediaType: `${RAW}+gzip` })) },
    ['model/digest-unavailable', 'model/listing-invalid', 'model/missing', 'model/unsigned', 'model/modified']),
  variant(IGNORING, 'model_oci-archive-further', 'the further layer is an archive', ['OMS-OCI-5'],
    { model: manifest([...plain, { ...further, mediaType: TAR }]) }, ['model/digest-unavailable', 'model/listing-invalid']),
  variant('model_oci-files-titles', 'model_oci-unpacked', 'a layer is to be unpacked, and has the digest that is signed for its title',
    ['OMS-OCI-5'], { model: manifest(titled.map((layer, at) => (at === 2 ? unpacked(layer) : layer))) },
    ['model/digest-unavailable', 'model/listing-invalid', 'model/missing', 'model/unsigned', 'model/modified']),
];

// biome-ignore format: each vector is a row of a table
const digests: readonly VerifyRecipe[] = [
  variant(FILES, 'model_oci-digest-capitals', 'the digest of a layer is in capitals', ['OMS-OCI-4'],
    { model: manifest(changed(2, { digest: `sha256:${sha256('bbbb').slice(7).toUpperCase()}` })) },
    ['model/listing-invalid', 'model/modified']),
  variant(FILES, 'model_oci-digest-of-other', 'the digest of a layer names another algorithm', ['OMS-OCI-4'],
    { model: manifest(changed(2, { digest: sha256('bbbb').replace('sha256', 'sha3-256') })) },
    ['model/listing-invalid', 'model/modified', 'model/digest-unavailable']),
  variant(IGNORING, 'model_oci-digest-short', 'the digest of the further layer is short', ['OMS-OCI-4'],
    { model: manifest([...plain, { content: 'x', annotations: { [FILEPATH]: 'run.py' }, digest: 'sha256:55' }]) },
    ['model/listing-invalid']),
  variant('manifest_blake3', 'model_oci-blake3', 'an OCI manifest states the signed digests, which are of another algorithm',
    ['OMS-ADVERT-3'], {
      signed: directory(plainFiles),
      model: manifest(plain.map((layer) => ({ ...layer, digest: `sha256:${digestOf('blake3', Buffer.from(layer.content))}` }))),
      inputs: { ociManifest: true },
    }, ['model/digest-unavailable', 'model/modified']),
];
