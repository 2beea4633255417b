import type { HashPartFlags } from '../commands/hash.ts';
import type { PlanFlags } from '../commands/plan.ts';
import type { Command } from '../grammar.ts';
import { hashFlags, model, partReadingFlags } from '../options.ts';
import { partFlags, partsFlag } from '../parts/flags.ts';

/** Flags of hashing that say nothing of which digests there are. */
const notPlanned = ['jobs', 'engine', 'require-pinned'];

/** `plan`. */
export const plan: Command = {
  name: 'plan',
  description: 'divide the hashing of a model into parts, which several hosts can take',
  operand: { ...model, description: 'the model: a directory or a file' },
  flags: [
    partsFlag,
    {
      name: 'output',
      value: 'file',
      description: 'where the plan is written (default: standard output)',
      writes: true,
    },
    {
      name: 'signature',
      value: 'file',
      description: 'a signature to leave out (default: the signatures of the model that are in it)',
      reads: true,
    },
    ...hashFlags.filter(({ name }) => !notPlanned.includes(name)),
  ],
  examples: ['plan my-model --shard-size 64MiB --parts 64 > plan.json'],
  run: async (path, flags: PlanFlags, context) => (await import('../commands/plan.ts')).plan(path, flags, context),
};

/** `hash`. */
export const hash: Command = {
  name: 'hash',
  description: 'compute the digests of one part of a plan',
  operand: { name: 'plan', description: 'the plan', reads: true },
  flags: [...partFlags, ...partReadingFlags],
  examples: [
    'hash plan.json --model my-model --part 0 --out digests',
    'hash plan.json --model my-model --part 0 --replica 1 --out digests --hmac-key-file hmac.key',
  ],
  run: async (path, flags: HashPartFlags, context) => (await import('../commands/hash.ts')).hash(path, flags, context),
};
