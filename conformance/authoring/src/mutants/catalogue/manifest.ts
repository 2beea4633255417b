import { core, lax, type Mutant, mutant, other } from '../mutant.ts';
import { folded } from './folded.ts';

const items = (algorithm: number) => `/allOf/${algorithm}/then/properties/resources/items/properties`;
/** What puts descriptors in order and finds two of one name. */
const ordered = 'const { sorted, late, twice } = inOrder(resources);';
const lastOfEachName = (twice: string) =>
  `const late = resources.find((resource, i) => i > 0 && byName(resources[i - 1] as Resource, resource) > 0);
  const sorted = [...new Map(resources.toSorted(byName).map((resource) => [resource.name, resource])).values()];
  const twice = ${twice};`;

const anyAlgorithm = [0, 1, 2].map((index) => lax('predicate', `${items(index)}/algorithm`, 'pattern'));

/** Defects in reading the manifest: sections 4 and 6. */
export const manifestMutants: readonly Mutant[] = [
  mutant(
    'manifest/empty',
    'OMS-RES-8',
    'takes a manifest that lists nothing',
    lax('predicate', '/properties/resources', 'minItems'),
  ),
  mutant(
    'manifest/digest-any-length',
    'OMS-RES-4',
    'compares as many digits of a digest as the manifest has',
    ...['hex256', 'hex512'].map((name) => other('predicate', `/$defs/${name}`, { pattern: '^[0-9a-f]*$' })),
    core('format/manifest.ts', 'if (actual === digest) return [];', 'if (actual.startsWith(digest)) return [];'),
  ),
  mutant(
    'manifest/digest-upper-case',
    'OMS-RES-4',
    'takes digests in upper case',
    ...['hex256', 'hex512'].map((name) => other('predicate', `/$defs/${name}`, { pattern: '^[0-9A-Fa-f]*$' })),
    core('format/manifest.ts', 'if (actual === digest) return [];', 'if (actual === digest.toLowerCase()) return [];'),
  ),
  mutant(
    'manifest/digest-not-hexadecimal',
    'OMS-RES-4',
    'skips a prefix of a digest that names the algorithm',
    ...['hex256', 'hex512'].map((name) => lax('predicate', `/$defs/${name}`, 'pattern')),
    core(
      'format/statement.ts',
      'resources: resources.map(({ name, digest }) => ({ name, digest })),\n      rootDigest',
      "resources: resources.map(({ name, digest }) => ({ name, digest: digest.replace(/^sha256:/, '') })),\n      rootDigest",
    ),
  ),
  mutant(
    'manifest/algorithm-unchecked',
    'OMS-RES-6',
    'does not look at the algorithm of a descriptor',
    ...anyAlgorithm,
    other('predicate', '/$defs/plainAlgorithm', { not: { pattern: '^never$' } }),
    core('format/statement.ts', 'if (other) {', 'if (other === null) {'),
  ),
  mutant(
    'manifest/algorithm-first-only',
    'OMS-RES-6',
    'looks at the algorithm of the first descriptor only',
    ...anyAlgorithm,
    other('predicate', '/$defs/plainAlgorithm', { not: { pattern: '^never$' } }),
    core('format/statement.ts', 'const other = resources.find(', 'const other = resources.slice(0, 1).find('),
  ),
  mutant(
    'manifest/suffix-refused',
    'OMS-RES-12',
    'refuses algorithms that repeat the shard size',
    core(
      'format/statement.ts',
      'if (expected === suffixed) {',
      "if (expected === suffixed) {\n    throw new OmsError('manifest/algorithm-mismatch', 'suffix');",
    ),
  ),
  mutant(
    'manifest/suffix-silent',
    'OMS-RES-12',
    'does not warn of algorithms that repeat the shard size',
    core('format/statement.ts', 'if (expected === suffixed) {', 'if (expected === undefined) {'),
  ),
  mutant(
    'manifest/suffix-any-size',
    ['OMS-RES-12', 'OMS-RES-6'],
    'takes any shard size behind the name of an algorithm',
    core(
      'format/statement.ts',
      'const expected = resources[0]?.algorithm === suffixed ? suffixed : hashType;',
      'const expected = resources[0]?.algorithm.startsWith(`${hashType}-sharded-`) ? resources[0].algorithm : hashType;',
    ),
  ),
  mutant(
    'manifest/suffix-under-files',
    ['OMS-RES-12', 'OMS-RES-6'],
    'takes the suffix of shards under files',
    other('predicate', '/$defs/plainAlgorithm', { not: { pattern: '^never$' } }),
    core(
      'format/statement.ts',
      'const suffixed = `${hashType}-sharded-${shardSize}`;',
      'const suffixed = resources[0]?.algorithm.startsWith(`${hashType}-sharded-`) ? resources[0].algorithm : `${hashType}-sharded-${shardSize}`;',
    ),
  ),
  mutant(
    'manifest/suffix-not-strict',
    'OMS-RES-12',
    'only warns of the suffix in strict mode',
    core(
      'format/statement.ts',
      'warnings.add(\'manifest/algorithm-suffix\', `the algorithm is written "${suffixed}" instead of "${hashType}"`);',
      "try {\n      warnings.add('manifest/algorithm-suffix', 'suffix');\n    } catch {}",
    ),
  ),
  mutant(
    'manifest/duplicate-names',
    'OMS-RES-10',
    'lets the last of two descriptors of one name count',
    core('format/manifest.ts', ordered, lastOfEachName('undefined as Resource | undefined')),
  ),
  mutant(
    'manifest/duplicate-names-adjacent',
    'OMS-RES-10',
    'looks for two descriptors of one name side by side only',
    core(
      'format/manifest.ts',
      ordered,
      lastOfEachName('resources.find(({ name }, i) => name === resources[i - 1]?.name)'),
    ),
  ),
  mutant(
    'manifest/unsorted-refused',
    'OMS-ORDER-3',
    'refuses descriptors in another order',
    core('format/manifest.ts', 'if (late) {', "if (late) {\n    throw new OmsError('manifest/unsorted', 'unsorted');"),
  ),
  mutant(
    'manifest/unsorted-silent',
    'OMS-ORDER-3',
    'does not warn of descriptors in another order',
    core('format/manifest.ts', 'if (late) {', 'if (late === null) {'),
  ),
  mutant(
    'manifest/unsorted-utf16',
    ['OMS-ORDER-3', 'OMS-ORDER-1'],
    'sorts by UTF-16 units',
    core(
      'format/names.ts',
      'if (x !== y) return aboveSurrogates(x) - aboveSurrogates(y);',
      'if (x !== y) return x - y;',
    ),
  ),
  mutant(
    'manifest/unsorted-by-component',
    ['OMS-ORDER-3', 'OMS-ORDER-1'],
    'sorts by path component',
    core(
      'format/names.ts',
      'if (x !== y) return aboveSurrogates(x) - aboveSurrogates(y);',
      'if (x !== y) return (x === SLASH ? -1 : aboveSurrogates(x)) - (y === SLASH ? -1 : aboveSurrogates(y));',
    ),
  ),
  mutant(
    'manifest/unknown-members-refused',
    ['OMS-RES-11', 'OMS-BUNDLE-7'],
    'refuses members of a descriptor that it does not know',
    other('predicate', '/$defs/resourceDescriptor', { additionalProperties: false }),
    core('format/statement.ts', 'validateStatement(withFewResources(value))', 'validateStatement(value)'),
  ),
  mutant(
    'serialization/unknown-members-refused',
    'OMS-BUNDLE-7',
    'refuses members of the serialization that it does not know',
    other('predicate', '/$defs/serialization', { additionalProperties: false }),
  ),
  mutant(
    'serialization/method-assumed',
    'OMS-SER-6',
    'takes an unknown method for files',
    lax('predicate', '/$defs/serialization/properties/method', 'enum'),
  ),
  mutant(
    'serialization/shard-size-with-files',
    'OMS-SER-6',
    'ignores a shard size under files',
    lax('predicate', '/$defs/serialization/allOf/1/then/properties', 'shard_size'),
    core(
      'format/statement.ts',
      'shardSize: serialization.shard_size ?? null,',
      "shardSize: serialization.method === 'shards' ? (serialization.shard_size ?? null) : null,",
    ),
  ),
  mutant(
    'serialization/shard-size-assumed',
    ['OMS-SER-6', 'OMS-SER-7'],
    'assumes the default where the shard size is missing',
    lax('predicate', '/$defs/serialization/allOf/0/then', 'required'),
    core(
      'format/statement.ts',
      'shardSize: serialization.shard_size ?? null,',
      "shardSize: serialization.method === 'shards' ? (serialization.shard_size ?? 1_000_000_000) : null,",
    ),
  ),
  mutant(
    'serialization/allow-symlinks-assumed',
    'OMS-SER-6',
    'takes a serialization without allow_symlinks',
    other('predicate', '/$defs/serialization', { required: ['method', 'hash_type'] }),
  ),
  mutant(
    'serialization/allow-symlinks-truthy',
    'OMS-SER-6',
    'takes anything for allow_symlinks',
    lax('predicate', '/$defs/serialization/properties/allow_symlinks', 'type'),
  ),
  mutant(
    'serialization/ignore-paths-required',
    ['OMS-IGNORE-9', 'OMS-HIST-3'],
    'asks for ignore_paths',
    other('predicate', '/$defs/serialization', { required: ['method', 'hash_type', 'allow_symlinks', 'ignore_paths'] }),
  ),
  mutant(
    'serialization/hash-assumed',
    ['OMS-SER-7', 'OMS-ALG-3'],
    'hashes with SHA-256 whatever is recorded',
    core('verify.ts', 'algorithm: serialization.hashType,', "algorithm: 'sha256',"),
  ),
  mutant(
    'serialization/blake2b-short',
    'OMS-ALG-3',
    'computes BLAKE2b with 256 bits of output',
    core(
      'node/hashing/algorithms.ts',
      "return (await loadBlake())?.blake2b ?? nodeAlgorithm(name, 'blake2b512');",
      "return nodeAlgorithm(name, 'blake2s256');",
    ),
  ),
  mutant(
    'serialization/blake3-wrong',
    'OMS-ALG-3',
    'computes BLAKE2s in place of BLAKE3',
    core(
      'node/hashing/algorithms.ts',
      'return (await loadBlake())?.blake3 ?? (await loadSlowBlake3(onSlow));',
      "return nodeAlgorithm(name, 'blake2s256');",
    ),
  ),
  mutant(
    'serialization/algorithm-unknown',
    ['OMS-ALG-2', 'OMS-ALG-1'],
    'takes SHA-512 by a name that the registry does not have',
    other('predicate', '/$defs/algorithm', { enum: ['sha256', 'blake2b', 'blake3', 'sha512'] }),
    core(
      'node/hashing/algorithms.ts',
      "    case 'sha256':\n",
      "    case 'sha512':\n      return nodeAlgorithm(name as never, 'sha512');\n    case 'sha256':\n",
    ),
    core(
      'node/hashing/algorithms.ts',
      '{ sha256: 32, blake2b: 64, blake3: 32 };',
      '{ sha256: 32, blake2b: 64, blake3: 32, sha512: 64 } as never;',
    ),
  ),
  mutant(
    'serialization/algorithm-case',
    ['OMS-ALG-2', 'OMS-ALG-1'],
    'takes the names of algorithms in any case',
    lax('predicate', '/$defs/algorithm', 'enum'),
    ...anyAlgorithm,
    core(
      'format/statement.ts',
      'const statement = value as Statement;',
      `const statement = value as Statement;
  for (const resource of statement.predicate.resources) (resource as { algorithm: string }).algorithm = resource.algorithm.toLowerCase();
  (statement.predicate.serialization as { hash_type: string }).hash_type = statement.predicate.serialization.hash_type.toLowerCase();`,
    ),
  ),
  mutant(
    'name/dot-dot',
    'OMS-NAME-6',
    'takes names with a component ".."',
    ...laxNames('(?:^|/)\\.?(?:/|$)|\\u0000'),
    core('format/names.ts', "if (component === '.' || component === '..')", "if (component === '.')"),
  ),
  mutant(
    'name/dot-dot-leading-only',
    'OMS-NAME-6',
    'looks for "../" at the beginning of names only',
    ...laxNames('^\\.\\./|(?:^|/)\\.?(?:/|$)|\\u0000'),
    core(
      'format/names.ts',
      "if (component === '.' || component === '..')",
      "if (component === '.' || name.startsWith('../'))",
    ),
  ),
  mutant(
    'name/dot',
    'OMS-NAME-6',
    'takes names with a component "."',
    ...laxNames('(?:^|/)\\.\\.(?:/|$)|(?:^|/)(?:/|$)|\\u0000'),
    core('format/names.ts', "if (component === '.' || component === '..')", "if (component === '..')"),
  ),
  mutant(
    'name/absolute',
    'OMS-NAME-6',
    'takes absolute names',
    ...laxNames('(?:^|/)\\.{1,2}(?:/|$)|//|^$|/$|\\u0000'),
    core('format/names.ts', "if (name.startsWith('/')) return 'it is absolute';", ''),
    core(
      'format/names.ts',
      "if (length === 0) return 'it has an empty component';",
      "if (length === 0 && from > 0) return 'it has an empty component';",
    ),
  ),
  mutant(
    'name/empty-component',
    'OMS-NAME-6',
    'takes names with an empty component',
    ...laxNames('(?:^|/)\\.{1,2}(?:/|$)|^/|/$|\\u0000'),
    core('format/names.ts', "if (length === 0) return 'it has an empty component';", ''),
  ),
  mutant(
    'name/trailing-slash',
    'OMS-NAME-6',
    'takes names that end in a slash',
    ...laxNames('(?:^|/)\\.{1,2}(?:/|$)|//|^/|\\u0000'),
    core('format/names.ts', "if (name.endsWith('/')) return 'it ends in \"/\"';", ''),
    core(
      'format/names.ts',
      "if (length === 0) return 'it has an empty component';",
      "if (length === 0 && slash !== -1) return 'it has an empty component';",
    ),
  ),
  mutant(
    'name/nul',
    'OMS-NAME-6',
    'takes names with a NUL character',
    ...laxNames('(?:^|/)\\.{0,2}(?:/|$)'),
    core('format/names.ts', "if (name.includes('\\0')) return 'it contains a NUL character';", ''),
  ),
  mutant(
    'name/empty',
    'OMS-NAME-6',
    'takes an empty name',
    ...laxNames('(?:^|/)\\.{1,2}(?:/|$)|//|^/|/$|\\u0000'),
    core('format/names.ts', "if (name === '') return 'it is empty';", "if (name === '') return null;"),
  ),
  mutant(
    'name/normalised',
    'OMS-NAME-7',
    'normalises Unicode before it compares names',
    folded('name.normalize("NFC")'),
  ),
  mutant('name/case-folded', 'OMS-NAME-7', 'compares names without regard to case', folded('name.toLowerCase()')),
  mutant(
    'name/single-file-any',
    ['OMS-NAME-10', 'OMS-NAME-6'],
    'takes "." as the name of a file in a directory',
    core('verify.ts', 'if (!listing.singleFile || !file) {', 'if (!file) {'),
  ),
  mutant(
    'name/single-file-refused',
    'OMS-NAME-10',
    'refuses "." as the name of a single file',
    core('format/manifest.ts', 'if (path === HISTORICAL_SINGLE_FILE_NAME && fileCount === 1) return;', ''),
  ),
  mutant(
    'name/single-file-silent',
    ['OMS-NAME-10', 'OMS-HIST-5'],
    'does not warn of "." as the name of a single file',
    core(
      'verify.ts',
      "warnings.add('manifest/single-file-name', 'the bundle calls the file \".\" instead of by its name');",
      '',
    ),
  ),
  mutant(
    'name/single-file-among-others',
    'OMS-NAME-10',
    'takes "." beside other names',
    core(
      'format/manifest.ts',
      'if (path === HISTORICAL_SINGLE_FILE_NAME && fileCount === 1) return;',
      'if (path === HISTORICAL_SINGLE_FILE_NAME) return;',
    ),
  ),
  mutant(
    'name/backslash-separates',
    'OMS-NAME-12',
    'takes a backslash for a separator',
    core(
      'format/manifest.ts',
      'serialization.shardSize === null ? sorted :',
      "serialization.shardSize === null ? sorted.map((each) => ({ ...each, name: each.name.replaceAll('\\\\', '/') })).sort(byName) :",
    ),
  ),
  mutant(
    'name/control-characters-refused',
    'OMS-NAME-12',
    'refuses names with control characters',
    core('format/names.ts', "if (name.includes('\\0'))", 'if (/[\\u0000-\\u001f\\u007f]/.test(name))'),
  ),
  mutant(
    'name/colon-refused',
    'OMS-NAME-12',
    'refuses names with a colon',
    core('format/names.ts', "if (name.includes('\\0'))", "if (name.includes('\\0') || name.includes(':'))"),
  ),
];

/** Schemas that refuse in a name what `pattern` says and nothing else; shards are left to the library. */
function laxNames(pattern: string) {
  return [
    other('predicate', '/$defs/canonicalName', { not: { pattern } }),
    other('predicate', '/$defs/shardName', { allOf: [{}] }),
  ];
}
