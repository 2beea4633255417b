/** Prints each possible defect of the oracle and the vector that finds it, as a Markdown table. */
import { loadAllVectors } from '../../../suite/src/vectors/load.ts';
import { DefectFinder, unfindable } from './find-defects.ts';

const findings = [...new DefectFinder(loadAllVectors()).find()];
const rows = findings.map(
  ({ role, defect, requirement, vector }) =>
    `| ${role} | ${defect} | ${requirement} | ${vector ?? unfindable[defect] ?? '**none**'} |`,
);
const found = findings.filter(({ vector }) => vector !== null).length;
const requirements = new Set(findings.map(({ requirement }) => requirement)).size;
process.stdout.write(
  `${[
    '| role | defect | breaks | found by |',
    '|---|---|---|---|',
    ...rows,
    '',
    `${found} of ${findings.length} defects found, which break ${requirements} requirements`,
  ].join('\n')}\n`,
);
process.exitCode = findings.every(({ defect, vector }) => (vector === null) === defect in unfindable) ? 0 : 1;
