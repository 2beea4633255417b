import {
  aFunction,
  aNumber,
  anAbortSignal,
  anObject,
  aString,
  checkEach,
  count,
  oneOf,
  type Rule,
  strings,
  trueOrFalse,
  withFunctions,
} from '@model-signing/x509/options';

const reportOrRefuse = oneOf('report', 'refuse');

const reportRefuseOrPaths: Rule = {
  ...reportOrRefuse,
  expected: `${reportOrRefuse.expected} or an array of strings`,
  accepts: (value) => reportOrRefuse.accepts(value) || strings.accepts(value),
};

const countOrNone: Rule = {
  expected: 'a whole number of at least 0',
  accepts: (value) => value === 0 || count.accepts(value),
};

function areSubManifests(value: unknown): boolean {
  const isOne = (each: { directory?: unknown; document?: unknown } | null) =>
    typeof each?.directory === 'string' && each.document instanceof Uint8Array;
  return Array.isArray(value) && value.every(isOne);
}

/** What each option must be. A value of the right type that the format does not allow is an `OmsError` elsewhere. */
const rules = {
  ignorePaths: strings,
  ignoreGitPaths: trueOrFalse,
  allowSymlinks: trueOrFalse,
  ignoreUnsignedFiles: trueOrFalse,
  strict: trueOrFalse,
  ignoredFiles: reportRefuseOrPaths,
  perFile: trueOrFalse,
  excludeAttestations: trueOrFalse,
  evidence: oneOf('bytes', 'advertised'),
  method: oneOf('files', 'shards'),
  hashAlgorithm: aString,
  shardSize: aNumber,
  draft: aString,
  extensions: strings,
  subManifests: {
    expected: 'an array of sub-manifests, each with a `directory` and a `document`',
    accepts: areSubManifests,
  },
  annotations: { ...anObject, accepts: (value) => typeof value === 'object' && value !== null },
  threads: count,
  concurrency: count,
  cacheBytes: countOrNone,
  readAhead: count,
  maxUnitBytes: count,
  onProgress: aFunction,
  engine: withFunctions(['hash'], ['prepare', 'openReader']),
  signal: anAbortSignal,
} satisfies Readonly<Record<string, Rule>>;

/** The options that are checked: those of every verb. */
export type CheckedOption = keyof typeof rules;

/**
 * Checks the options of a verb before anything is read.
 * @returns a copy, so that what was checked is what is used
 * @throws {TypeError} that names the option, what it must be, and what it is
 */
export function checkOptions<Options extends { readonly [Name in CheckedOption]?: unknown }>(
  options: Options,
): Options {
  const copy = checkEach(options, rules);
  if (copy.method === 'files' && copy.shardSize !== undefined) {
    throw new TypeError('the option shardSize needs the method "shards", and the method is "files"');
  }
  if (copy.strict === true && copy.evidence === 'advertised') {
    throw new TypeError('the option strict needs the evidence "bytes", and the evidence is "advertised"');
  }
  return copy;
}
