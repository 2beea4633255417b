/**
 * Prints what the verdicts find, as Markdown: each defect against the public text by its verdict, what speaks of the binding requirements
 * that no defect breaks, and each choice that a clarification advises against by the clarified verdict.
 */
import { loadAllVectors } from '../../../suite/src/vectors/load.ts';
import { type Beyond, beyondOracle } from './beyond-oracle.ts';
import { alsoPermitted, type ClarifiedFinding, clarifiedFindings } from './clarified-power.ts';
import { type PublicFinding, PublicJudge, unobservable } from './public-power.ts';

const NONE = '**none**';
const loaded = loadAllVectors();

function publicPart(findings: readonly PublicFinding[], missed: readonly PublicFinding[]): string[] {
  const all = new Set(findings.flatMap(({ requirements }) => requirements));
  const found = new Set(findings.filter((each) => !missed.includes(each)).flatMap(({ requirements }) => requirements));
  const unfound = [...all].filter((requirement) => !found.has(requirement));
  return [
    '| role | defect | breaks | found by | found by, with every permitted choice |',
    '|---|---|---|---|---|',
    ...findings.map(({ role, defect, requirements, vector, withChoices }) => {
      const missing = unobservable[defect] ?? NONE;
      return `| ${role} | ${defect} | ${requirements.join(', ')} | ${vector ?? missing} | ${withChoices ?? missing} |`;
    }),
    '',
    `${findings.length - missed.length} of ${findings.length} defects against the public text found`,
    `${found.size} of ${all.size} requirements${unfound.length > 0 ? `; not ${unfound.join(', ')}` : ''}`,
    '',
  ];
}

function beyondPart(beyond: readonly Beyond[]): string[] {
  const named = beyond.filter(({ found }) => typeof found !== 'string').length;
  return [
    '| binding requirement that no defect breaks | found by |',
    '|---|---|',
    ...beyond.map(({ requirement, found }) => `| ${requirement} | ${[found].flat().join(', ') || NONE} |`),
    '',
    `${beyond.length} binding requirements that no defect breaks: ${named} with vectors, ${beyond.length - named} with a reason`,
    '',
  ];
}

function clarifiedPart(findings: readonly ClarifiedFinding[]): string[] {
  const found = findings.filter(({ vector }) => vector !== null).length;
  return [
    '| role | permitted choice | a clarification advises against it | found by the clarified verdict |',
    '|---|---|---|---|',
    ...findings.map(
      ({ role, choice, requirement, vector }) =>
        `| ${role} | ${choice} | ${requirement} | ${vector ?? alsoPermitted[choice] ?? NONE} |`,
    ),
    '',
    `${found} of ${findings.length} choices that the public text permits found by the clarified verdict`,
  ];
}

const findings = [...new PublicJudge(loaded).findings()];
const missed = findings.filter(({ vector, withChoices }) => vector === null || withChoices === null);
const beyond = beyondOracle();
const clarified = [...clarifiedFindings(loaded)];
process.stdout.write(
  `${[...publicPart(findings, missed), ...beyondPart(beyond), ...clarifiedPart(clarified)].join('\n')}\n`,
);
const isComplete =
  findings.every((each) => missed.includes(each) === each.defect in unobservable) &&
  beyond.every(({ found }) => found.length > 0) &&
  clarified.every(({ choice, vector }) => (vector === null) === choice in alsoPermitted);
process.exitCode = isComplete ? 0 : 1;
