import { accept, directory, type Recipe, reject, type VerifyRecipe, variant } from '../recipe.ts';
import { plainFiles } from './models.ts';

const PLAIN = 'bundle_plain';
const GIT = ['.git', '.gitattributes', '.github', '.gitignore'];
const record = (...paths: string[]) => ({ listing: { ignorePaths: [...GIT, ...paths] } });
const unsigned = reject(['model/unsigned']);

/** Recorded exclusions that some programs take for patterns. */
export function exclusionPatternRecipes(): readonly Recipe[] {
  return [...patterns, ...wildcards];
}

const ODD = 'model_recorded-exclusion-odd-names';
/** Recorded exclusions that some programs take for patterns, and names that are covered only if they do. */
const readings: [reading: string, title: string, path: string, covered: string][] = [
  ['pattern', 'as a regular expression', '.+(x)', '.abx'],
  ['dot', 'if a dot stood for any character', 'run.log', 'run-log'],
  ['braces', 'if braces held alternatives', '{a,b}.log', 'a.log'],
  ['extended', 'as an extended glob', '@(a|b).bin', 'a.bin'],
  ['percent', 'if it were decoded like a URL', 'e%20f', 'e f'],
  ['composed', 'if its letters were composed', 'cafe\u0301', 'caf\u00e9'],
  ['contained', 'if it could be anywhere in a name', 'cache', 'mycache'],
  ['trimmed', 'without the spaces at its ends', ' g ', 'g'],
  ['undotted', 'without the dot in front of it', '.hidden', 'hidden'],
];
const oddPaths = [...readings.map(([, , path]) => path), 'kept', '!kept/here', '#comment'];

// biome-ignore format: each vector is a row of a table
const patterns: readonly VerifyRecipe[] = [
  variant(PLAIN, ODD, 'recorded exclusions have the characters of patterns', ['OMS-IGNORE-6', 'OMS-MATCH-3'],
    record(...oddPaths)),
  variant(ODD, 'model_recorded-exclusion-odd-files', 'files have exactly the names of the recorded exclusions',
    ['OMS-IGNORE-6', 'OMS-MATCH-3'],
    { model: directory({ ...plainFiles, ...Object.fromEntries(oddPaths.map((path) => [path, 'x'])) }) }),
  variant(ODD, 'model_recorded-exclusion-negated',
    'a file is below an excluded directory, and another recorded exclusion is "!" and its name',
    ['OMS-MATCH-2', 'OMS-MATCH-3'], { model: directory({ ...plainFiles, 'kept/here': 'x' }) }),
  ...readings.map(
    ([reading, title, , covered]) => variant(ODD, `model_recorded-exclusion-not-${reading}`,
      `a file is added that a recorded exclusion would cover ${title}`, ['OMS-MATCH-3', 'OMS-VERIFY-4'],
      { model: directory({ ...plainFiles, [covered]: 'x' }) }, unsigned)),
];

/** Recorded exclusions with a wildcard or a backslash, either of which a verifier may refuse, in place of the name of the file that is there. */
const globs: [id: string, title: string, pattern: string, file: string][] = [
  ['star', 'the exclusion is "*.log"', '*.log', 'run.log'],
  ['star-alone', 'the exclusion is "*"', '*', 'run.log'],
  ['star-directory', 'the exclusion is "logs/*"', 'logs/*', 'logs/run.log'],
  ['star-twice', 'the exclusion is "**/run.log"', '**/run.log', 'logs/run.log'],
  ['question-mark', 'the exclusion is "run.lo?"', 'run.lo?', 'run.log'],
  ['set', 'the exclusion is "run.[a-z]og"', 'run.[a-z]og', 'run.log'],
  ['escape', 'the exclusion is "run\\\\.log"', 'run\\.log', 'run.log'],
  ['separator', 'the exclusion is "logs\\\\run.log"', 'logs\\run.log', 'logs/run.log'],
];

// biome-ignore format: each vector is a row of a table
const wildcards: readonly VerifyRecipe[] = [
  ...['run.log', 'logs/run.log'].map((path) => variant(PLAIN, globControl(path),
    'a file is excluded by its name, which is recorded', ['OMS-IGNORE-6'],
    { ...record(path), model: directory({ ...plainFiles, [path]: 'x' }) }, accept({ report: { ignored: [path] } }))),
  ...globs.map(([id, title, pattern, path]) => variant(globControl(path), `model_recorded-exclusion-glob-${id}`,
    `${title}, and would cover the file as a pattern`, ['OMS-MATCH-3', 'OMS-VERIFY-4', 'OMS-MATCH-6'],
    record(pattern), ['model/unsigned', 'manifest/ignore-path-invalid', 'manifest/malformed'])),
];

function globControl(path: string): string {
  return `model_recorded-exclusion-named${path.includes('/') ? '-below' : ''}`;
}
