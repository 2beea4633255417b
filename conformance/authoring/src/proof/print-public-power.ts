/** Prints each defect of the oracle against the public text, and the vectors whose public verdict finds it, as a Markdown table. */
import { loadAllVectors } from '../../../suite/src/vectors/load.ts';
import { PublicJudge, unobservable } from './public-power.ts';

const findings = [...new PublicJudge(loadAllVectors()).findings()];
const rows = findings.map(({ role, defect, requirements, vector, withChoices }) => {
  const missing = unobservable[defect] ?? '**none**';
  return `| ${role} | ${defect} | ${requirements.join(', ')} | ${vector ?? missing} | ${withChoices ?? missing} |`;
});
const missed = findings.filter(({ vector, withChoices }) => vector === null || withChoices === null);
const all = new Set(findings.flatMap(({ requirements }) => requirements));
const found = new Set(findings.filter((each) => !missed.includes(each)).flatMap(({ requirements }) => requirements));
const unfound = [...all].filter((requirement) => !found.has(requirement));
process.stdout.write(
  `${[
    '| role | defect | breaks | found by | found by, with every permitted choice |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    `${findings.length - missed.length} of ${findings.length} defects against the public text found`,
    `${found.size} of ${all.size} requirements${unfound.length > 0 ? `; not ${unfound.join(', ')}` : ''}`,
  ].join('\n')}\n`,
);
process.exitCode = missed.every(({ defect }) => defect in unobservable) ? 0 : 1;
