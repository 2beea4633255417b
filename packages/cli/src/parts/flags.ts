import { type Flag, InvalidValue } from '../grammar.ts';
import { MAX_PARTS, MAX_REPLICA } from './limits.ts';

/** The flags for digests that other hosts have computed. */
export interface HostsFlags {
  readonly plan?: string;
  readonly digests?: string;
  readonly replicas?: number;
  readonly hmacKeyFile?: string;
}

/** Whether the digests of other hosts are asked for, so that what reads them has to be loaded. */
export function asksForHosts({ plan, digests, replicas, hmacKeyFile }: HostsFlags): boolean {
  return [plan, digests, replicas, hmacKeyFile].some((value) => value !== undefined);
}

/** How the digests of other hosts are authenticated. */
const hmacKeyFlag: Flag = {
  name: 'hmac-key-file',
  value: 'file',
  description: 'a file with a key of at least 32 bytes that authenticates the digests of a part',
  reads: true,
};

/** The flag that says how many parts there are. */
export const partsFlag: Flag = {
  name: 'parts',
  value: 'count',
  description: 'how many parts, which are numbered from 0',
  required: true,
  parse: (text) => wholeNumber(text, 'A number of parts', 1, MAX_PARTS),
};

/** The flags that say which part is hashed, and where its digests go. */
export const partFlags: readonly Flag[] = [
  { name: 'model', value: 'directory', description: 'where the model is on this host', required: true },
  {
    name: 'part',
    value: 'index',
    description:
      'the part to hash, from 0 (default: SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX, AWS_BATCH_JOB_ARRAY_INDEX or OMPI_COMM_WORLD_RANK)',
    parse: (text) => wholeNumber(text, 'A part', 0, MAX_PARTS - 1),
  },
  { name: 'out', value: 'directory', description: 'where part-INDEX.json is written', required: true },
  {
    name: 'replica',
    value: 'number',
    description: 'write part-INDEX.NUMBER.json, for a part that several hosts hash',
    parse: (text) => wholeNumber(text, 'A replica', 0, MAX_REPLICA),
  },
  {
    name: 'host',
    value: 'name',
    description: 'what this host is called in the answer (default: SLURMD_NODENAME or the name of the host)',
  },
  hmacKeyFlag,
];

/** The flags for digests that other hosts have computed. */
export function hostsFlags(conflicts: readonly string[]): readonly Flag[] {
  return [
    {
      name: 'plan',
      value: 'file',
      description: 'take the digests that other hosts have computed for this plan, with --digests',
      reads: true,
      conflicts,
    },
    { name: 'digests', value: 'directory', description: 'the directory of what hash has written' },
    {
      name: 'replicas',
      value: 'count',
      description: 'how many different hosts must agree on each part (default: 1)',
      parse: (text) => wholeNumber(text, 'A number of replicas', 1, MAX_REPLICA + 1),
    },
    hmacKeyFlag,
  ];
}

function wholeNumber(text: string, what: string, least: number, most: number): number {
  const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : -1;
  if (value >= least && value <= most) return value;
  throw new InvalidValue(`${what} is a whole number from ${least} to ${most}.`);
}
