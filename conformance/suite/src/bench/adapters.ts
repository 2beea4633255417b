import { existsSync, rmSync } from 'node:fs';
import { defaultLimits } from '../adapter/answer.ts';
import type { Capabilities } from '../adapter/capabilities.ts';
import { type Adapter, adapterName } from '../adapter/command-session.ts';
import { connect } from '../adapter/connect.ts';
import { type Call, commandWords } from '../adapter/flags.ts';
import type { Case, Hash } from './cases.ts';
import { CommandFailed, measure } from './measure.ts';
import type { Skipped } from './report.ts';
import type { Job, Subject } from './subjects.ts';

/** Adapters as subjects, and the features that are not measured because an adapter does not declare them. */
export interface Introduced {
  readonly subjects: readonly Subject[];
  readonly skipped: readonly Skipped[];
}

/**
 * Asks each adapter for its capabilities, in an empty directory. The others are compared with the first.
 * @throws {CannotRun}
 */
export async function introduceAdapters(
  adapters: readonly Adapter[],
  { directory, signal }: { directory: string; signal: AbortSignal },
): Promise<Introduced> {
  const subjects: Subject[] = [];
  const skipped: Skipped[] = [];
  const names: string[] = [];
  for (const [index, adapter] of adapters.entries()) {
    const name = adapterName(adapter, names);
    names.push(name);
    const asked = { adapter, maxLevel: 1, reasons: null, limits: defaultLimits, directory, signal } as const;
    const { capabilities } = await connect(asked);
    subjects.push(adapterSubject(adapter, index, name, capabilities));
    skipped.push(...undeclared(name, capabilities));
  }
  return { subjects, skipped };
}

/** An adapter that is started once per signature, as in level 0 of the protocol. */
export function adapterSubject(adapter: Adapter, index: number, name: string, capabilities: Capabilities): Subject {
  return {
    party: index === 0 ? 'adapter' : `adapter-${index + 1}`,
    takesPart: (benchCase) => takesPart(benchCase, capabilities),
    label: () => name,
    run: async (job, launcher) => {
      // Remove the file of an earlier run, which would hide that nothing was written.
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

/** An adapter verifies only its own signatures, so it needs both roles. */
function signs({ roles }: Capabilities): boolean {
  return roles === null || (roles.includes('sign') && roles.includes('verify'));
}

function hashes(hash: Hash, { flags, hashAlgorithms, profiles }: Capabilities): boolean {
  if (hash === 'sha256') return true;
  const isDeclared = (list: readonly string[] | null) => list === null || list.includes(hash);
  return flags.includes('hash-algorithm') && isDeclared(hashAlgorithms) && isDeclared(profiles);
}

function shards({ flags, profiles }: Capabilities): boolean {
  const isDeclared = profiles === null || profiles.includes('shards');
  return isDeclared && flags.includes('serialization') && flags.includes('shard-size');
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
      // An adapter that declares no flags gets none.
      ...(hash === 'sha256' ? {} : { 'hash-algorithm': hash }),
      ...(shardSize === null ? {} : { serialization: 'shards', 'shard-size': String(shardSize) }),
    },
  };
}
