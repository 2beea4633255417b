import { type HashEngine, type HashJob, quote } from '@model-signing/core';
import { CommandError } from '../failure.ts';
import { formatCount } from '../sizes.ts';
import { type Answer, fileNameOf } from './answer.ts';
import { type AnswerFolder, answersIn, compareAnswers } from './answer-files.ts';
import { digestsOf, lengthOf } from './documents.ts';
import type { Plan } from './plan.ts';
import { checkUnchanged, outdated } from './planned-files.ts';

/** The digests of a whole plan, as several hosts computed them. */
export interface Merged {
  /** In the order of the plan. */
  readonly digests: readonly string[];
  /** What the hosts call themselves, in lower case and in order, each once. */
  readonly hosts: readonly string[];
}

/**
 * Puts all answers in a folder together: every part must have one, and all answers for a part must agree.
 * @param replicas how many different hosts must have computed each part
 * @throws {CommandError} `command/digests-…`
 */
export async function mergeAnswers(folder: AnswerFolder, replicas: number): Promise<Merged> {
  const { plan } = folder;
  const first = new Map<number, Answer>();
  const hostsOf = new Map<number, Set<string>>();
  for await (const answer of answersIn(folder)) {
    const before = first.get(answer.part);
    if (before === undefined) first.set(answer.part, answer);
    else compareAnswers(before, answer, plan);
    hostsOf.set(answer.part, (hostsOf.get(answer.part) ?? new Set()).add(sameInAnyCase(answer.host)));
  }
  const digests: string[] = [];
  const names = new Set<string>();
  for (let part = 0; part < plan.parts.length - 1; part++) {
    const answer = first.get(part);
    const by = hostsOf.get(part) ?? new Set();
    if (answer === undefined) throw missing(plan, part, first.size);
    const count = differentHosts(by).length;
    if (count < replicas) throw tooFew(part, count, [...by], replicas);
    for (const digest of answer.digests) digests.push(digest);
    for (const name of by) names.add(name);
  }
  return { digests, hosts: differentHosts(names).sort() };
}

/** One name for what a host is called: names of hosts are the same in any case, and it must not count as two. */
function sameInAnyCase(host: string): string {
  return host.toLowerCase();
}

/**
 * The names of different hosts. A name and the same with more labels, such as `node1` and `node1.cluster.example`, are of one host: Slurm
 * may know it by one, and itself by the other.
 */
function differentHosts(names: ReadonlySet<string>): string[] {
  const isLonger = (name: string) => {
    for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
      if (names.has(name.slice(0, dot))) return true;
    }
    return false;
  };
  return [...names].filter((name) => !isLonger(name));
}

function missing({ parts }: Plan, part: number, found: number): CommandError {
  const count = parts.length - 1;
  const none = count - found;
  const message = `${none} of ${formatCount(count, 'part')} ${none === 1 ? 'has no answer:' : 'have no answer, the first is'} part ${part}`;
  return new CommandError('command/digests-missing', message, {
    hints: [
      `model-signing hash PLAN --model MODEL --part ${part} --out DIGESTS writes ${fileNameOf({ part, replica: null })}`,
    ],
  });
}

function tooFew(part: number, count: number, names: readonly string[], replicas: number): CommandError {
  const which = names.map((name) => quote(name)).join(', ');
  const message = `part ${part} was hashed by ${count} of ${replicas} different hosts: ${which}`;
  const hints = ['hash the part on another host, with another number for --replica'];
  if (count < names.length) hints.push('a host is the same with and without its domain; --host gives it another name');
  return new CommandError('command/digests-missing', message, { hints });
}

/** The engine that a verb takes digests from that were computed elsewhere. */
export interface HostsEngine extends HashEngine {
  readonly hashedBy: 'hosts';
  /** How many hosts there are. */
  readonly hosts: number;
}

/**
 * An engine that reads no file, and looks at each whether it is as it was planned.
 * @param isWhole whether every planned file must be asked for, as when a model is signed
 */
export function hostsEngine(plan: Plan, { digests, hosts }: Merged, isWhole: boolean): HostsEngine {
  const { serialization } = plan;
  const places = new Map<string, { readonly first: number; readonly index: number }>();
  let next = 0;
  for (const [index, { name, size }] of plan.files.entries()) {
    places.set(name, { first: next, index });
    next += digestsOf(size, serialization);
  }
  const digestOf = (job: HashJob): string => {
    const place = places.get(job.file.name);
    if (place === undefined) throw outdated(`${quote(job.file.name)} was added since the plan was made`);
    return digests[place.first + numberOf(job, plan)] as string;
  };
  return {
    hashedBy: 'hosts',
    hosts: hosts.length,
    async hash(jobs, { algorithm, onProgress, signal }) {
      if (algorithm !== serialization.hashType) throw otherDigests(`${serialization.hashType}, and not ${algorithm}`);
      const found = jobs.map(digestOf);
      const files = new Map(jobs.map(({ file }) => [file.name, file]));
      if (isWhole) checkWhole(plan, files);
      for (const [name, file] of files) {
        checkUnchanged(file, plan.files[places.get(name)?.index as number] as Plan['files'][number]);
        signal?.throwIfAborted();
      }
      const bytes = jobs.reduce((sum, job) => sum + plannedLength(job, plan, places), 0);
      onProgress?.({ bytes, totalBytes: bytes, jobs: jobs.length, totalJobs: jobs.length });
      return found;
    },
  };
}

function plannedLength(job: HashJob, plan: Plan, places: ReadonlyMap<string, { readonly index: number }>): number {
  if (job.end !== null) return lengthOf(job);
  return plan.files[places.get(job.file.name)?.index as number]?.size ?? 0;
}

/** Which digest of its file a job is for. */
function numberOf({ file, start, end }: HashJob, { serialization: { shardSize } }: Plan): number {
  if (shardSize === null) {
    if (start === 0 && (end === null || end === file.size)) return 0;
    throw otherDigests('digests of whole files, and not of shards');
  }
  const isShard = end !== null && start % shardSize === 0 && end - start <= shardSize;
  if (isShard && (end - start === shardSize || end === file.size)) return start / shardSize;
  throw otherDigests(`digests of shards of ${shardSize} bytes, and of no others`);
}

function otherDigests(has: string): CommandError {
  return new CommandError('command/plan-outdated', `the plan has ${has}`, {
    hints: ['make the plan with the --hash and the --shard-size of the signature, which inspect shows'],
  });
}

function checkWhole({ files }: Plan, found: ReadonlyMap<string, unknown>): void {
  const gone = files.find(({ name }) => !found.has(name));
  if (gone) throw outdated(`there is no ${quote(gone.name)} in the model any more`);
}
