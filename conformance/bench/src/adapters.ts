import { existsSync, rmSync } from 'node:fs';
import { defaultLimits } from '../../suite/src/adapter/answer.ts';
import type { Capabilities } from '../../suite/src/adapter/capabilities.ts';
import type { Adapter } from '../../suite/src/adapter/command-session.ts';
import { connect } from '../../suite/src/adapter/connect.ts';
import { type Call, commandWords } from '../../suite/src/adapter/flags.ts';
import { adapterName } from '../../suite/src/command/usage.ts';
import type { Contestant, Job } from './contestants.ts';
import type { Case, Hash } from './matrix.ts';
import { CommandFailed, measure } from './measure.ts';
import type { Skipped } from './report.ts';

/** Adapters as contestants, and what they do not declare. */
export interface Introduced {
  readonly contestants: readonly Contestant[];
  readonly skipped: readonly Skipped[];
}

/**
 * Asks each adapter what it can do, in an empty directory. The first is what the others are held against.
 * @throws {AdapterUnusable}
 */
export async function introduceAdapters(
  adapters: readonly Adapter[],
  { directory, signal }: { directory: string; signal: AbortSignal },
): Promise<Introduced> {
  const contestants: Contestant[] = [];
  const skipped: Skipped[] = [];
  const names: string[] = [];
  for (const [index, adapter] of adapters.entries()) {
    const name = adapterName(adapter, names);
    names.push(name);
    const asked = { adapter, maxLevel: 1, reasons: null, limits: defaultLimits, directory, signal } as const;
    const { capabilities } = await connect(asked);
    contestants.push(adapterContestant(adapter, index, name, capabilities));
    skipped.push(...undeclared(name, capabilities));
  }
  return { contestants, skipped };
}

/** An adapter that is started once for each signature, as level 0 of the protocol has it. */
export function adapterContestant(
  adapter: Adapter,
  index: number,
  name: string,
  capabilities: Capabilities,
): Contestant {
  return {
    party: index === 0 ? 'adapter' : `adapter-${index + 1}`,
    takesPart: (benchCase) => takesPart(benchCase, capabilities),
    label: () => name,
    run: async (job, launcher) => {
      // What an earlier run has left would hide that nothing was written.
      if (job.operation === 'sign') rmSync(job.signature, { force: true });
      const run = await measure([...adapter, ...commandWords(callOf(job))], launcher);
      if (!existsSync(job.signature)) throw new CommandFailed('it ended with 0 and wrote no signature');
      return run;
    },
  };
}

function takesPart({ operation, hash, shardSize }: Case, capabilities: Capabilities): boolean {
  if (operation !== 'sign' && operation !== 'verify') return false;
  return signs(capabilities) && hashes(hash, capabilities) && (shardSize === null || shards(capabilities));
}

/** What it verifies is a signature of its own. */
function signs({ roles }: Capabilities): boolean {
  return roles === null || (roles.includes('sign') && roles.includes('verify'));
}

function hashes(hash: Hash, { flags, hashAlgorithms }: Capabilities): boolean {
  if (hash === 'sha256') return true;
  return flags.includes('hash-algorithm') && (hashAlgorithms === null || hashAlgorithms.includes(hash));
}

function shards({ flags }: Capabilities): boolean {
  return flags.includes('serialization') && flags.includes('shard-size');
}

function undeclared(name: string, capabilities: Capabilities): Skipped[] {
  if (!signs(capabilities)) return [{ what: name, reason: 'it does not declare both roles, to sign and to verify' }];
  const missing = [
    ...(['blake2b', 'blake3'] as const).filter((hash) => !hashes(hash, capabilities)),
    ...(shards(capabilities) ? [] : ['shards']),
  ];
  return missing.length === 0 ? [] : [{ what: `${name}, ${missing.join(', ')}`, reason: 'it does not declare them' }];
}

function callOf({ operation, model, signature, keys, hash, shardSize }: Job): Call {
  if (operation !== 'sign') {
    const args = { method: 'key', 'model-path': model, bundle: signature, 'public-key': keys.publicKey };
    return { operation: 'verify', args };
  }
  return {
    operation,
    args: {
      method: 'key',
      'model-path': model,
      'output-bundle': signature,
      'private-key': keys.privateKey,
      // An adapter that declares no flags is sent none.
      ...(hash === 'sha256' ? {} : { 'hash-algorithm': hash }),
      ...(shardSize === null ? {} : { serialization: 'shards', 'shard-size': String(shardSize) }),
    },
  };
}
