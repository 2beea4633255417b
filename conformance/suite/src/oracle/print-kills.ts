import { loadAllVectors } from '../vectors/load.ts';
import { kills } from './kills.ts';

/** Each defect that the oracle can be given, and the vector that finds it, as a Markdown table with its sum. */
function table(): string {
  const found = kills(loadAllVectors().filter(({ vector }) => !vector.heavy));
  const rows = found.map(
    ({ role, defect, requirement, vector }) => `| ${role} | ${defect} | ${requirement} | ${vector ?? '**none**'} |`,
  );
  const killed = found.filter(({ vector }) => vector !== null).length;
  return [
    '| role | defect | breaks | found by |',
    '|---|---|---|---|',
    ...rows,
    '',
    `${killed} of ${found.length} defects found`,
  ].join('\n');
}

if (import.meta.main) process.stdout.write(`${table()}\n`);
