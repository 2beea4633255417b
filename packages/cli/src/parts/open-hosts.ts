import type { HashModelOptions } from '@model-signing/core';
import type { Context } from '../context.ts';
import { type CommandError, usageError } from '../failure.ts';
import { readPlanFile } from '../input-file.ts';
import type { NamedModel } from '../model-name.ts';
import type { HostsFlags } from './flags.ts';
import { readHmacKey } from './hmac-key.ts';
import { type HostsEngine, hostsEngine, mergeAnswers } from './merge.ts';
import { MAX_PLAN_BYTES, type Plan, parsePlan } from './plan.ts';

/**
 * The digests of other hosts, if they are asked for; undefined if this one hashes.
 * @param use whether all planned files are needed, as to sign
 * @throws {CommandError} `command/usage`, `command/plan-invalid`, `command/digests-…`
 */
async function openHosts(
  flags: HostsFlags,
  use: 'sign' | 'verify',
  { signal, output }: Context,
): Promise<{ readonly plan: Plan; readonly engine: HostsEngine } | undefined> {
  const { plan: file, digests: directory, replicas = 1, hmacKeyFile } = flags;
  checkTogether(flags);
  if (file === undefined || directory === undefined) return undefined;
  const plan = parsePlan(await readPlanFile(file, MAX_PLAN_BYTES, signal));
  const key = await readHmacKey(hmacKeyFile, signal);
  const merged = await mergeAnswers({ directory, plan, key }, replicas);
  output.debug(`${plan.parts.length - 1} parts by the hosts ${merged.hosts.join(', ')}`);
  return { plan, engine: hostsEngine(plan, merged, use === 'sign') };
}

/**
 * The same, to verify a model.
 * @throws {CommandError} `command/usage` for a model in a store
 */
export async function openHostsFor(
  { source }: Pick<NamedModel, 'source'>,
  flags: HostsFlags,
  context: Context,
): Promise<HostsEngine | undefined> {
  if (flags.plan !== undefined && source !== null) throw inStore();
  return (await openHosts(flags, 'verify', context))?.engine;
}

/**
 * The same, to sign a model, with the options that the plan has decided.
 * @throws {CommandError} `command/usage` for a model in a store
 */
export async function openPlanned(
  { source }: Pick<NamedModel, 'source'>,
  flags: HostsFlags & { readonly allowSymlinks?: boolean },
  context: Context,
): Promise<{ readonly engine: HostsEngine; readonly options: HashModelOptions } | undefined> {
  if (flags.plan !== undefined && source !== null) throw inStore();
  const hosts = await openHosts(flags, 'sign', context);
  if (hosts === undefined) return undefined;
  if (flags.allowSymlinks && !hosts.plan.serialization.allowSymlinks) {
    throw usageError('the plan was made without --allow-symlinks', 'make a new plan with it');
  }
  return { engine: hosts.engine, options: plannedOptions(hosts.plan) };
}

/** The error for a model that is not on this machine. */
function inStore(): CommandError {
  return usageError('--plan is for a model on this machine, and this one is in a store', 'pull it first');
}

function checkTogether({ plan, digests, replicas, hmacKeyFile }: HostsFlags): void {
  if (plan !== undefined && digests === undefined) {
    throw usageError('--plan needs --digests, the directory of what hash has written');
  }
  if (plan !== undefined) return;
  const needing = [
    ['--digests', digests],
    ['--replicas', replicas],
    ['--hmac-key-file', hmacKeyFile],
  ].find(([, value]) => value !== undefined);
  if (needing) throw usageError(`${needing[0]} needs --plan, which says what was hashed`);
}

/** The options of the library that a plan decides. */
function plannedOptions({ serialization }: Plan): HashModelOptions {
  const { method, hashType, shardSize, allowSymlinks, ignorePaths } = serialization;
  return {
    hashAlgorithm: hashType,
    method,
    ...(shardSize !== null && { shardSize }),
    allowSymlinks,
    ignorePaths,
    ignoreGitPaths: false,
  };
}
