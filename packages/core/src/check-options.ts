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

/** What each option must be. A value of the right type that the format does not allow is an `OmsError` elsewhere. */
const rules = {
  ignorePaths: strings,
  ignoreGitPaths: trueOrFalse,
  allowSymlinks: trueOrFalse,
  ignoreUnsignedFiles: trueOrFalse,
  strict: trueOrFalse,
  ignoredFiles: reportRefuseOrPaths,
  evidence: oneOf('bytes', 'advertised'),
  method: oneOf('files', 'shards'),
  hashAlgorithm: aString,
  shardSize: aNumber,
  draft: aString,
  annotations: { ...anObject, accepts: (value) => typeof value === 'object' && value !== null },
  threads: count,
  concurrency: count,
  onProgress: aFunction,
  engine: withFunctions(['hash'], ['prepare']),
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
