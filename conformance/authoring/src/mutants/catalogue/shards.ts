import { core, lax, type Mutant, mutant, other } from '../mutant.ts';

/** Defects in reading and comparing shards: section 8.2. */
export const shardMutants: readonly Mutant[] = [
  mutant(
    'shards/size-zero',
    'OMS-SHARD-2',
    'takes a shard size of zero',
    lax('predicate', '/$defs/serialization/properties/shard_size', 'minimum'),
  ),
  mutant(
    'shards/size-fraction',
    'OMS-SHARD-2',
    'rounds a shard size that is no integer',
    other('predicate', '/$defs/serialization/properties/shard_size', { type: 'number' }),
    core(
      'format/statement.ts',
      'shardSize: serialization.shard_size ?? null,',
      'shardSize: serialization.shard_size === undefined ? null : Math.floor(serialization.shard_size),',
    ),
  ),
  mutant(
    'shards/size-text',
    'OMS-SHARD-2',
    'takes a shard size in quotes',
    other('predicate', '/$defs/serialization/properties/shard_size', { type: ['integer', 'string'] }),
    core(
      'format/statement.ts',
      'shardSize: serialization.shard_size ?? null,',
      'shardSize: serialization.shard_size === undefined ? null : Number(serialization.shard_size),',
    ),
  ),
  mutant(
    'shards/size-huge',
    'OMS-SHARD-2',
    'takes a shard size that is not exact',
    lax('predicate', '/$defs/serialization/properties/shard_size', 'maximum'),
  ),
  mutant(
    'shards/range-first-colon',
    'OMS-SHARD-7',
    'reads the range from the first colons of a name',
    core(
      'format/manifest.ts',
      "const endColon = name.lastIndexOf(':');",
      "const endColon = name.indexOf(':', name.indexOf(':') + 1);",
    ),
    core(
      'format/manifest.ts',
      "const startColon = name.lastIndexOf(':', endColon - 1);",
      "const startColon = name.indexOf(':');",
    ),
  ),
  mutant(
    'shards/range-leading-zero',
    'OMS-SHARD-8',
    'takes numbers with leading zeros',
    other('predicate', '/$defs/shardName', { pattern: '[^/]:[0-9]+:[0-9]+$' }),
    core(
      'format/manifest.ts',
      'value >= 0 && String(value) === digits ? value : null;',
      'value >= 0 && /^[0-9]+$/.test(digits) ? value : null;',
    ),
  ),
  mutant(
    'shards/range-sign',
    'OMS-SHARD-8',
    'takes numbers with a sign',
    other('predicate', '/$defs/shardName', { pattern: '[^/]:[+]?[0-9]+:[+]?[0-9]+$' }),
    core(
      'format/manifest.ts',
      'value >= 0 && String(value) === digits ? value : null;',
      "value >= 0 && `${value}` === digits.replace('+', '') ? value : null;",
    ),
  ),
  mutant(
    'shards/range-empty',
    ['OMS-SHARD-8', 'OMS-SHARD-9'],
    'takes a range that ends where it starts',
    other('predicate', '/$defs/shardName', { pattern: '[^/]:(?:0|[1-9][0-9]*):(?:0|[1-9][0-9]*)$' }),
    core('format/manifest.ts', 'end === null || end <= start) {', 'end === null || end < start) {'),
  ),
  mutant(
    'shards/range-missing',
    'OMS-SHARD-8',
    'takes a name without a range for the whole file',
    lax('predicate', '/$defs/shardName', 'pattern'),
    core(
      'format/manifest.ts',
      'if (startColon <= 0 || start === null || end === null || end <= start) {',
      'if (startColon <= 0) {\n    files.set(name, digest);\n    return;\n  }\n  if (start === null || end === null || end <= start) {',
    ),
  ),
  mutant(
    'shards/gap',
    'OMS-SHARD-9',
    'takes ranges with a gap between them',
    core(
      'format/manifest.ts',
      'if (start !== expected || wrongLength) {',
      'if (start < expected || length > shardSize) {',
    ),
  ),
  mutant(
    'shards/overlap',
    'OMS-SHARD-9',
    'takes ranges that overlap',
    core(
      'format/manifest.ts',
      'if (start !== expected || wrongLength) {',
      'if (start > expected || length > shardSize) {',
    ),
  ),
  mutant(
    'shards/first-missing',
    'OMS-SHARD-9',
    'takes ranges that do not begin at zero',
    core('format/manifest.ts', '  let expected = 0;\n', '  let expected = ranges[0]?.start ?? 0;\n'),
  ),
  mutant(
    'shards/other-size',
    'OMS-SHARD-9',
    'takes ranges that the shard size does not give',
    core('format/manifest.ts', 'if (start !== expected || wrongLength) {', 'if (start !== expected) {'),
  ),
  mutant(
    'shards/last-too-long',
    'OMS-SHARD-9',
    'does not look at the length of the last range',
    core('format/manifest.ts', ': length > shardSize;', ': false;'),
  ),
  mutant(
    'shards/file-longer',
    'OMS-SHARD-10',
    'does not see what was appended to a file',
    core(
      'format/manifest.ts',
      'else if (signed.ranges.at(-1)?.end !== sizeOf(file))',
      'else if ((signed.ranges.at(-1)?.end ?? 0) > sizeOf(file))',
    ),
  ),
  mutant(
    'shards/file-longer-ignored',
    'OMS-SHARD-10',
    'takes what was appended for an unsigned file',
    core(
      'format/manifest.ts',
      'else if (signed.ranges.at(-1)?.end !== sizeOf(file)) differences.push(sizeDifference(file, signed));',
      'else if ((signed.ranges.at(-1)?.end ?? 0) > sizeOf(file)) differences.push(sizeDifference(file, signed));\n    else if ((signed.ranges.at(-1)?.end ?? 0) < sizeOf(file)) {\n      unsigned.push(file.name);\n      for (const range of signed.ranges) checks.push({ file, ...range });\n    }',
    ),
  ),
  mutant(
    'shards/digest-unchecked',
    ['OMS-SHARD-5', 'OMS-VERIFY-3', 'OMS-UNSIGNED-3'],
    'checks the first shard of a file only',
    core(
      'format/manifest.ts',
      'else for (const range of signed.ranges) checks.push({ file, ...range });',
      'else checks.push({ file, ...(signed.ranges[0] as SignedRange) });',
    ),
  ),
  mutant(
    'shards/empty-file-refused',
    'OMS-SHARD-11',
    'refuses empty files that no shard can list',
    core(
      'format/manifest.ts',
      "(method === 'shards' && sizeOf(file) === 0 ? unsignedEmpty : unsigned).push(file.name);",
      'unsigned.push(file.name);',
    ),
  ),
  mutant(
    'shards/empty-file-silent',
    'OMS-SHARD-11',
    'does not warn of empty files that no shard can list',
    core('verify.ts', 'if (!options.ignoreUnsignedFiles) warnOfEmptyFiles(match.unsignedEmpty, warnings);', ''),
  ),
  mutant(
    'shards/unsigned-accepted',
    ['OMS-SHARD-11', 'OMS-VERIFY-4'],
    'takes every unsigned file for an empty one',
    core(
      'format/manifest.ts',
      "(method === 'shards' && sizeOf(file) === 0 ? unsignedEmpty : unsigned).push(file.name);",
      "(method === 'shards' ? unsignedEmpty : unsigned).push(file.name);",
    ),
  ),
  mutant(
    'shards/empty-file-under-files',
    ['OMS-SHARD-11', 'OMS-VERIFY-4'],
    'accepts unsigned empty files under files too',
    core(
      'format/manifest.ts',
      "(method === 'shards' && sizeOf(file) === 0 ? unsignedEmpty : unsigned).push(file.name);",
      '((statSizeOf(file)) === 0 ? unsignedEmpty : unsigned).push(file.name);',
    ),
    core(
      'format/manifest.ts',
      'function sizeDifference(',
      "import { statSync } from 'node:fs';\nfunction statSizeOf(file: ModelFile): number {\n  return file.size ?? statSync((file.content as { path: string }).path).size;\n}\n\nfunction sizeDifference(",
    ),
  ),
];
