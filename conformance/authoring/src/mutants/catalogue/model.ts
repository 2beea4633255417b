import { core, type Mutant, mutant } from '../mutant.ts';

const covers = 'excludes: (name) => excluded.covers(name) && !listsAtOrBelow(manifest, name),';

/** Defects in listing a model and holding it against the manifest: sections 5, 7 and 13. */
export const modelMutants: readonly Mutant[] = [
  mutant(
    'compare/digests-unchecked',
    ['OMS-VERIFY-3', 'OMS-VERIFY-1'],
    'compares names and no digests',
    core('format/manifest.ts', 'if (actual === digest) return [];', 'if (actual.length > 0) return [];'),
  ),
  mutant(
    'compare/digests-unchecked-when-ignoring',
    'OMS-UNSIGNED-3',
    'compares no digests when unsigned files are ignored',
    core(
      'verify.ts',
      '    ...compareDigests(checks, digests),',
      '    ...(ignoreUnsignedFiles ? [] : compareDigests(checks, digests)),',
    ),
  ),
  mutant(
    'compare/digest-prefix',
    'OMS-VERIFY-3',
    'compares the first half of digests',
    core(
      'format/manifest.ts',
      'if (actual === digest) return [];',
      'if (actual.slice(0, 32) === digest.slice(0, 32)) return [];',
    ),
  ),
  mutant(
    'compare/first-file-only',
    'OMS-VERIFY-3',
    'compares the digest of the first file only',
    core('format/manifest.ts', 'return checks.flatMap(', 'return checks.slice(0, 1).flatMap('),
  ),
  mutant(
    'compare/missing-accepted',
    'OMS-VERIFY-2',
    'does not miss listed files',
    core(
      'format/manifest.ts',
      "if (file === null) differences.push({ kind: 'missing', path: signed.name });",
      'if (file === null) continue;',
    ),
  ),
  mutant(
    'compare/missing-accepted-when-ignoring',
    ['OMS-UNSIGNED-3', 'OMS-VERIFY-2'],
    'does not miss listed files when unsigned files are ignored',
    core(
      'verify.ts',
      '    ...differences,\n',
      "    ...(ignoreUnsignedFiles ? differences.filter(({ kind }) => kind !== 'missing') : differences),\n",
    ),
  ),
  mutant(
    'compare/unsigned-accepted',
    'OMS-VERIFY-4',
    'accepts unsigned files without being asked',
    core('verify.ts', 'const excess = ignoreUnsignedFiles ? [] : unsigned;', 'const excess: string[] = [];'),
  ),
  mutant(
    'compare/unsigned-hidden-accepted',
    ['OMS-VERIFY-4', 'OMS-ENUM-1'],
    'does not see hidden files',
    core(
      'node/local-model.ts',
      'const name = directory.prefix + entry.name;',
      "const name = directory.prefix + entry.name;\n      if (entry.name.startsWith('.') && !this.#options.excludes(name)) continue;",
    ),
  ),
  mutant(
    'compare/unsigned-refused',
    'OMS-UNSIGNED-2',
    'refuses unsigned files though they are to be ignored',
    core('verify.ts', 'const excess = ignoreUnsignedFiles ? [] : unsigned;', 'const excess = unsigned;'),
  ),
  mutant(
    'compare/unsigned-untold',
    'OMS-UNSIGNED-4',
    'does not tell which unsigned files it accepted',
    core(
      'verify.ts',
      'unsigned: [...match.unsigned, ...match.unsignedEmpty, ...unsignedEntries].sort(compareNames),',
      'unsigned: [],',
    ),
  ),
  mutant(
    'compare/first-difference-only',
    'OMS-VERIFY-5',
    'reports the first difference only',
    core('verify.ts', '{ differences: sortDifferences(all) }', '{ differences: sortDifferences(all).slice(0, 1) }'),
  ),
  mutant(
    'compare/root-digest-untold',
    'OMS-VERIFY-7',
    'reports another root digest than the verified one',
    core('verify.ts', 'rootDigest: manifest.rootDigest,', "rootDigest: '0'.repeat(64),"),
  ),
  mutant(
    'compare/state-leaks',
    'OMS-VERIFY-6',
    'goes on excluding what an earlier bundle recorded',
    core(
      'verify.ts',
      '    ...manifest.serialization.ignorePaths,\n',
      '    ...leaked(manifest.serialization.ignorePaths),\n',
    ),
    core(
      'verify.ts',
      'function emptyModel(',
      'const earlier: string[] = [];\nfunction leaked(paths: readonly string[]): string[] {\n  earlier.push(...paths);\n  return earlier;\n}\n\nfunction emptyModel(',
    ),
  ),
  mutant(
    'enumerate/top-level-only',
    'OMS-ENUM-1',
    'does not look into directories below the first',
    core(
      'node/local-model.ts',
      'if (below) visits.push(',
      'if (below && visits.length > 1) continue;\n      if (below) visits.push(',
    ),
  ),
  mutant(
    'enumerate/single-file-refused',
    'OMS-ENUM-2',
    'refuses a model that is one file',
    core('node/local-model.ts', 'if (!target.isFile()) throw notAFile(modelPath);', 'throw notAFile(modelPath);'),
  ),
  mutant(
    'enumerate/special-files-skipped',
    ['OMS-ENUM-6', 'OMS-ENUM-5'],
    'skips what is neither a file nor a directory',
    core(
      'node/local-model.ts',
      '    this.#unusable.push({ name, error: notAFile(name) });\n    return null;',
      '    return null;',
    ),
  ),
  mutant(
    'enumerate/special-files-refused',
    'OMS-ENUM-6',
    'refuses a FIFO though unsigned files are ignored',
    core(
      'verify.ts',
      'const refused = unusable.find(({ name }) => !options.ignoreUnsignedFiles || listsAtOrBelow(manifest, name));',
      "const refused = unusable.find(({ name, error }) => !options.ignoreUnsignedFiles || listsAtOrBelow(manifest, name) || error.code === 'model/unsupported-file');",
    ),
  ),
  mutant(
    'enumerate/empty-directories-listed',
    'OMS-ENUM-7',
    'takes an empty directory for an unsigned file',
    core(
      'node/local-model.ts',
      'if (!entries.some(({ name })',
      "if (entries.length === 0 && prefix !== '') this.#files.push({ name: prefix.slice(0, -1), size: 0, content: { path: '/dev/null' } });\n    if (!entries.some(({ name })",
    ),
  ),
  mutant(
    'link/followed-without-asking',
    ['OMS-LINK-1', 'OMS-LINK-9', 'OMS-LINK-2', 'OMS-LINK-3'],
    'follows links without being asked',
    core('node/local-model.ts', 'if (!this.#options.followSymlinks) return refuse(linkRefused(name));', ''),
  ),
  mutant(
    'link/skipped',
    ['OMS-LINK-9', 'OMS-LINK-2'],
    'skips links that it does not follow',
    core(
      'node/local-model.ts',
      'if (!this.#options.followSymlinks) return refuse(linkRefused(name));',
      'if (!this.#options.followSymlinks) return null;',
    ),
  ),
  mutant(
    'link/manifest-decides',
    'OMS-LINK-8',
    'follows links because the manifest says so',
    core(
      'verify.ts',
      'followSymlinks: allowSymlinks && manifest.serialization.allowSymlinks,',
      'followSymlinks: manifest.serialization.allowSymlinks,',
    ),
  ),
  mutant(
    'link/caller-decides',
    'OMS-LINK-8',
    'follows links because the caller says so',
    core(
      'verify.ts',
      'followSymlinks: allowSymlinks && manifest.serialization.allowSymlinks,',
      'followSymlinks: allowSymlinks,',
    ),
  ),
  mutant(
    'link/directory-skipped',
    'OMS-LINK-5',
    'does not look behind a link to a directory',
    core('node/local-model.ts', 'return directoryBelow(parent, name, target);', 'return null;'),
  ),
  mutant(
    'link/outside-followed',
    'OMS-LINK-6',
    'follows links out of the model',
    core(
      'node/local-model.ts',
      "if (!this.#local.allowExternalSymlinks) return refuse(new OmsError('model/symlink-outside', message));",
      '',
    ),
  ),
  mutant(
    'link/outside-prefix',
    'OMS-LINK-6',
    'takes a directory beside the model whose name begins alike for a part of it',
    core(
      'node/local-model.ts',
      "return relative === '' ||",
      "if (target.startsWith(root)) return true;\n  return relative === '' ||",
    ),
  ),
  mutant(
    'link/outside-untold',
    'OMS-LINK-11',
    'does not tell which links it followed out of the model',
    core('node/local-model.ts', 'this.#externalLinks.push(name);', ''),
  ),
  mutant(
    'link/broken-skipped',
    'OMS-LINK-7',
    'skips links that lead to nothing',
    core(
      'node/local-model.ts',
      "return refuse(new OmsError('model/symlink-broken', `the link ${quote(name)} leads to nothing or to itself`));",
      'return null;',
    ),
  ),
  mutant(
    'link/cycle-skipped',
    'OMS-LINK-7',
    'skips links that lead to a directory they lie in',
    core(
      'node/local-model.ts',
      "return refuse(new OmsError('model/symlink-broken', `the link ${quote(name)} leads to a directory it lies in`));",
      'return null;',
    ),
  ),
  mutant(
    'link/model-path-followed',
    'OMS-LINK-10',
    'follows a model path that is a link',
    core(
      'node/local-model.ts',
      'if (found.isSymbolicLink() && !options.followSymlinks) throw modelLinkRefused(modelPath);',
      '',
    ),
  ),
  mutant(
    'link/excluded-refused',
    ['OMS-MATCH-8', 'OMS-LINK-9'],
    'refuses links though they are excluded',
    core(
      'node/local-model.ts',
      'if (this.#options.excludes(name) ||',
      'if ((this.#options.excludes(name) && !entry.isSymbolicLink()) ||',
    ),
  ),
  mutant(
    'link/listed-below-excluded',
    ['OMS-LINK-9', 'OMS-IGNORE-7'],
    'accepts a link in the place of a listed file when unsigned files are ignored',
    core(
      'verify.ts',
      'const refused = unusable.find(({ name }) => !options.ignoreUnsignedFiles || listsAtOrBelow(manifest, name));',
      'const refused = unusable.find(() => !options.ignoreUnsignedFiles);',
    ),
    core(
      'format/manifest.ts',
      "if (file === null) differences.push({ kind: 'missing', path: signed.name });",
      'if (file === null) continue;',
    ),
  ),
  mutant(
    'name/not-utf8-skipped',
    ['OMS-NAME-11', 'OMS-NAME-5'],
    'skips entries whose names are not UTF-8',
    core(
      'node/local-model.ts',
      'else this.#unusable.push({ name: prefix + name, error: nameNotUtf8(prefix + name) });',
      '',
    ),
  ),
  mutant(
    'name/not-utf8-refused',
    'OMS-NAME-11',
    'refuses such entries though unsigned files are ignored',
    core(
      'verify.ts',
      'const refused = unusable.find(({ name }) => !options.ignoreUnsignedFiles || listsAtOrBelow(manifest, name));',
      "const refused = unusable.find(({ name, error }) => !options.ignoreUnsignedFiles || listsAtOrBelow(manifest, name) || error.code === 'model/name-not-utf8');",
    ),
  ),
  mutant(
    'ignore/defaults-forgotten',
    ['OMS-IGNORE-2', 'OMS-IGNORE-9', 'OMS-HIST-3'],
    'excludes no git paths that the manifest does not record',
    core('verify.ts', '...(ignoreGitPaths ? GIT_PATHS : []),', ''),
  ),
  mutant(
    'ignore/defaults-replaced',
    ['OMS-IGNORE-2', 'OMS-IGNORE-6'],
    'forgets the git paths as soon as the manifest records any path',
    core(
      'verify.ts',
      '...(ignoreGitPaths ? GIT_PATHS : []),',
      '...(ignoreGitPaths && manifest.serialization.ignorePaths.length === 0 ? GIT_PATHS : []),',
    ),
  ),
  mutant(
    'ignore/defaults-forced',
    'OMS-IGNORE-2',
    'excludes git paths though they are to be checked',
    core('verify.ts', '...(ignoreGitPaths ? GIT_PATHS : []),', '...GIT_PATHS,'),
  ),
  mutant(
    'ignore/gitattributes-forgotten',
    ['OMS-IGNORE-2', 'OMS-IGNORE-1'],
    'does not know .gitattributes',
    core('format/names.ts', "['.git', '.gitattributes', '.github', '.gitignore']", "['.git', '.github', '.gitignore']"),
  ),
  mutant(
    'ignore/recorded-forgotten',
    'OMS-IGNORE-6',
    'excludes nothing that only the manifest names',
    core('verify.ts', '    ...manifest.serialization.ignorePaths,\n', ''),
  ),
  mutant(
    'ignore/caller-forgotten',
    ['OMS-IGNORE-6', 'OMS-IGNORE-10'],
    'excludes nothing that only the caller names',
    core('verify.ts', '    ...ignorePaths.map(canonicalIgnorePath),\n', ''),
  ),
  mutant(
    'ignore/caller-replaces',
    'OMS-IGNORE-6',
    'forgets what the manifest records as soon as the caller names a path',
    core(
      'verify.ts',
      '    ...manifest.serialization.ignorePaths,\n',
      '    ...(ignorePaths.length === 0 ? manifest.serialization.ignorePaths : []),\n',
    ),
  ),
  mutant(
    'ignore/listed-skipped',
    'OMS-IGNORE-7',
    'does not verify listed files that an exclusion covers',
    core('verify.ts', covers, 'excludes: (name) => excluded.covers(name),'),
    core(
      'verify.ts',
      'const match = matchFiles(forListing(manifest, listing, warnings), listing.files);',
      'const all = forListing(manifest, listing, warnings);\n  const left = new PathSet([...GIT_PATHS, ...all.serialization.ignorePaths, ...(options.ignorePaths ?? [])]);\n  const match = matchFiles({ ...all, files: all.files.filter(({ name }) => !left.covers(name)) }, listing.files);',
    ),
  ),
  mutant(
    'ignore/untold',
    'OMS-IGNORE-8',
    'does not tell which paths it excluded',
    core('verify.ts', 'ignored: listing.excluded.toSorted(compareNames),', 'ignored: [],'),
  ),
  mutant(
    'ignore/signature-checked',
    'OMS-IGNORE-4',
    'takes the signature file for an unsigned file',
    core(
      'node/local-model.ts',
      'if (entry.name === basename) return true;',
      'if (entry.name === basename) return false;',
    ),
    core('node/local-model.ts', 'if (identity === null || entry.name', 'if (identity !== null || entry.name'),
  ),
  mutant(
    'ignore/signature-by-name',
    'OMS-IGNORE-4',
    'excludes every file that is called like the signature file',
    core(
      'node/local-model.ts',
      '(holdsSignature && this.#isSignature(directory, entry))',
      'this.#isSignature(directory, entry)',
    ),
  ),
  mutant(
    'ignore/all-signatures',
    ['OMS-IGNORE-4', 'OMS-VERIFY-4'],
    'excludes every file that ends in .sig',
    core(
      'node/local-model.ts',
      '(holdsSignature && this.#isSignature(directory, entry))',
      "this.#isSignature(directory, entry) || entry.name.endsWith('.sig')",
    ),
  ),
  mutant(
    'match/anywhere',
    ['OMS-MATCH-1'],
    'excludes git paths at every depth',
    core(
      'format/names.ts',
      'covers(name: string): boolean {',
      "covers(name: string): boolean {\n    if (this.#paths.includes('.git') && name.split('/').some((part) => GIT_PATHS.includes(part))) return true;",
    ),
  ),
  mutant(
    'match/basename',
    'OMS-MATCH-3',
    'excludes every entry with the last component of an exclusion',
    core(
      'format/names.ts',
      'covers(name: string): boolean {',
      "covers(name: string): boolean {\n    if (this.#paths.some((path) => !GIT_PATHS.includes(path) && path === name.split('/').at(-1))) return true;",
    ),
  ),
  mutant(
    'match/prefix',
    'OMS-MATCH-3',
    'excludes every path that begins like an exclusion',
    core(
      'format/names.ts',
      "return path.startsWith(directory) && (path.length === directory.length || path[directory.length] === '/');",
      'return path.startsWith(directory);',
    ),
  ),
  mutant(
    'match/file-only',
    'OMS-MATCH-2',
    'excludes a directory and not what lies below it',
    core(
      'format/names.ts',
      "return path.startsWith(directory) && (path.length === directory.length || path[directory.length] === '/');",
      'return path === directory;',
    ),
    core(
      'node/local-model.ts',
      'if (this.#options.excludes(name) ||',
      'if ((this.#options.excludes(name) && !entry.isDirectory()) ||',
    ),
  ),
  mutant(
    'match/case-folded',
    ['OMS-MATCH-3', 'OMS-NAME-7'],
    'excludes without regard to case',
    core(
      'format/names.ts',
      'covers(name: string): boolean {',
      'covers(name: string): boolean {\n    if (this.#paths.some((path) => isAtOrBelow(name.toLowerCase(), path.toLowerCase()))) return true;',
    ),
  ),
  mutant(
    'match/single-file-excluded',
    'OMS-MATCH-9',
    'applies exclusions to the file of a single-file model',
    core(
      'node/local-model.ts',
      'if (!name.isWellFormed()) throw nameNotUtf8(name);',
      "if (!name.isWellFormed()) throw nameNotUtf8(name);\n  if (options.excludes(name)) throw new OmsError('model/empty', 'excluded');",
    ),
  ),
  mutant(
    'match/links-not-excluded',
    'OMS-MATCH-8',
    'excludes files and directories only',
    core(
      'node/local-model.ts',
      'if (this.#options.excludes(name) ||',
      'if ((this.#options.excludes(name) && (entry.isFile() || entry.isDirectory())) ||',
    ),
  ),
  mutant(
    'match/recorded-dot',
    'OMS-MATCH-6',
    'takes a recorded exclusion "."',
    ...laxIgnore('(?:^|/)\\.\\.(?:/|$)|[\\u0000*?\\[\\]]'),
    core(
      'format/manifest.ts',
      'const problem = ignorePathProblem(path);\n',
      "const problem = path === '.' ? null : ignorePathProblem(path);\n",
    ),
  ),
  mutant(
    'match/recorded-dot-dot',
    'OMS-MATCH-6',
    'takes recorded exclusions out of the model',
    ...laxIgnore('[\\u0000*?\\[\\]]'),
    core(
      'format/manifest.ts',
      'const problem = ignorePathProblem(path);\n',
      "const problem = path.includes('..') ? null : ignorePathProblem(path);\n",
    ),
  ),
  mutant(
    'match/recorded-absolute',
    'OMS-MATCH-6',
    'takes recorded exclusions that are absolute',
    ...laxIgnore('(?:^|/)\\.{1,2}(?:/|$)|[\\u0000*?\\[\\]]'),
    core(
      'format/manifest.ts',
      'const problem = ignorePathProblem(path);\n',
      "const problem = path.startsWith('/') ? null : ignorePathProblem(path);\n",
    ),
  ),
  mutant(
    'match/recorded-pattern',
    ['OMS-MATCH-6'],
    'takes recorded exclusions with wildcards',
    ...laxIgnore('(?:^|/)\\.{0,2}(?:/|$)|\\u0000'),
    core('format/manifest.ts', 'const problem = ignorePathProblem(path);\n', 'const problem = nameProblem(path);\n'),
  ),
  mutant(
    'match/recorded-unclean',
    'OMS-MATCH-6',
    'takes recorded exclusions that end in a slash',
    ...laxIgnore('(?:^|/)\\.{1,2}(?:/|$)|^/|[\\u0000*?\\[\\]]'),
    core(
      'format/manifest.ts',
      'const problem = ignorePathProblem(path);\n',
      "const problem = ignorePathProblem(path.replace(/\\/+$/, ''));\n",
    ),
  ),
  mutant(
    'strict/only-warns',
    ['OMS-HIST-5', 'OMS-RES-12', 'OMS-ORDER-3', 'OMS-NAME-10', 'OMS-SHARD-11'],
    'warns in strict mode',
    core('format/errors.ts', 'if (this.#strict) throw', 'if (this.#strict && false) throw'),
  ),
  mutant(
    'strict/always',
    ['OMS-RES-12', 'OMS-ORDER-3', 'OMS-NAME-10', 'OMS-SHARD-11', 'OMS-KEY-7'],
    'is always strict',
    core('format/errors.ts', 'this.#strict = strict;', 'this.#strict = true;'),
  ),
];

function laxIgnore(pattern: string) {
  return [{ schema: 'predicate' as const, pointer: '/$defs/ignorePath', set: { not: { pattern } } }];
}
