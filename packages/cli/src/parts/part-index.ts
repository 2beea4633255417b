import { quote } from '@model-signing/core';
import { usageError } from '../failure.ts';

/** The variables in which engines that run many jobs number them from 0. */
const indexVariables = [
  'SLURM_ARRAY_TASK_ID',
  'JOB_COMPLETION_INDEX',
  'AWS_BATCH_JOB_ARRAY_INDEX',
  'OMPI_COMM_WORLD_RANK',
] as const;

/**
 * Which part of a plan to hash: the given one, or the one that the environment names.
 * @param count how many parts there are
 * @throws {CommandError} `command/usage`
 */
export function partIndex(given: number | undefined, count: number, environment: NodeJS.ProcessEnv): number {
  const { index, from } = given === undefined ? indexIn(environment) : { index: given, from: '--part' };
  if (index < count) return index;
  throw usageError(`${from} is ${index}, and the plan has ${count} parts`, `parts are numbered from 0 to ${count - 1}`);
}

function indexIn(environment: NodeJS.ProcessEnv): { readonly index: number; readonly from: string } {
  const found = indexVariables.flatMap((name) => {
    const text = environment[name];
    if (text === undefined || text === '') return [];
    if (!/^[0-9]{1,9}$/.test(text)) throw usageError(`${name} is ${quote(text)}, and not the number of a part`);
    return [{ index: Number(text), from: name }];
  });
  const [first] = found;
  if (first === undefined) {
    throw usageError('no part is named', 'add --part INDEX', `or set one of ${indexVariables.join(', ')}`);
  }
  const other = found.find(({ index }) => index !== first.index);
  if (other === undefined) return first;
  throw usageError(
    `${first.from} and ${other.from} name different parts, ${first.index} and ${other.index}`,
    'add --part INDEX, which comes before both',
  );
}
