import type { Draft } from '@model-signing/core';
import { anyOf, MAX_BUNDLE_BYTES, OmsError, openAttestation, openSignature, type Verifier } from '@model-signing/core';
import { claimedSubjects, LineageCollector, type LineagePlace, type LineageReason } from '@model-signing/core/lineage';
import { type NamedSignature, type Policy, type StatementJudge, statementJudge } from '@model-signing/policy';
import { sigstoreOpener } from '../commands/judge.ts';
import type { Context } from '../context.ts';
import type { LineageSource } from './sources.ts';

/** A bundle, where it was found, and what the caller calls the model that it is beside. */
interface Found extends LineagePlace {
  readonly model: string;
  readonly bundle: Uint8Array;
  /** What it claims to attest something about; null for what is no attestation. */
  readonly subjects: readonly string[] | null;
}

async function* bundlesOf(
  sources: readonly LineageSource[],
  { signal }: Context,
  onUnknown: (place: LineagePlace, reason: LineageReason) => void = () => {},
): AsyncGenerator<Found, void, void> {
  for (const { name, model, entries } of sources) {
    for await (const entry of entries()) {
      signal.throwIfAborted();
      const place = { source: name, line: entry.line };
      if (entry.kind === 'bundle')
        yield { ...place, model, bundle: entry.bytes, subjects: claimedSubjects(entry.bytes) };
      else if (entry.kind === 'unknown') onUnknown(place, { code: null, message: entry.problem });
    }
  }
}

interface Collecting {
  readonly draft?: Draft | undefined;
  readonly refreshTrust?: boolean | undefined;
}

/** Collects everything as claims: no signer was named. */
export async function collectClaims(sources: readonly LineageSource[], context: Context): Promise<LineageCollector> {
  const collector = new LineageCollector();
  const onUnknown = collector.addProblem.bind(collector);
  for await (const found of bundlesOf(sources, context, onUnknown)) await collector.addClaims(found, found.bundle);
  return collector;
}

/** Collects what any of these verifiers accepts as verified. */
export async function collectVerified(
  sources: readonly LineageSource[],
  verifiers: readonly Verifier[],
  { draft }: Collecting,
  context: Context,
): Promise<LineageCollector> {
  const collector = new LineageCollector();
  const { signal } = context;
  const verifier = anyOf(verifiers);
  const onUnknown = collector.addProblem.bind(collector);
  for await (const found of bundlesOf(sources, context, onUnknown)) {
    const { bundle, subjects } = found;
    const opening = subjects
      ? openAttestation(bundle, verifier, { signal })
      : openSignature(bundle, verifier, { draft, signal });
    const opened = await opening.catch(asRefusal);
    if (opened instanceof OmsError) {
      await collector.addClaims(found, bundle, { code: opened.code, message: opened.message });
    } else if ('manifest' in opened) collector.addSignature(found, opened);
    else collector.addAttestation(found, opened);
  }
  return collector;
}

function asRefusal(error: unknown): OmsError {
  if (error instanceof OmsError && !isNoVerdict(error)) return error;
  throw error;
}

/** What is wrong with this machine, a service or the trust root, and not with the bundle. */
function isNoVerdict({ code }: OmsError): boolean {
  return code === 'bundle/out-of-memory' || code === 'signer/service-failed' || code.startsWith('signer/trust-');
}

/**
 * Collects what a policy accepts as verified. Signatures come first: an attestation about a digest is judged by the rules of the models
 * that have an accepted signature over it, and else by the rule of the model that it lies beside.
 */
export async function collectByPolicy(
  sources: readonly LineageSource[],
  policy: Policy,
  { draft, refreshTrust }: Collecting,
  context: Context,
): Promise<LineageCollector> {
  const collector = new LineageCollector();
  const openSigstore = sigstoreOpener(refreshTrust === undefined ? {} : { refreshTrust }, context);
  const judge = statementJudge(policy, { openSigstore, draft, signal: context.signal });
  const models = await addSignatures(collector, sources, judge, context);
  for await (const found of bundlesOf(sources, context)) {
    if (found.subjects) await addAttestation(collector, { ...found, subjects: found.subjects }, judge, models);
  }
  return collector;
}

/** @returns what the caller calls the models that have an accepted signature, by root digest */
async function addSignatures(
  collector: LineageCollector,
  sources: readonly LineageSource[],
  judge: StatementJudge,
  context: Context,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found: (NamedSignature & { readonly place: LineagePlace })[] = [];
  let left = MAX_BUNDLE_BYTES;
  for await (const each of bundlesOf(sources, context, collector.addProblem.bind(collector))) {
    if (each.subjects !== null) continue;
    const { source, line, model, bundle } = each;
    left -= bundle.length;
    if (left < 0)
      throw new OmsError('bundle/too-large', `the signatures have more than ${MAX_BUNDLE_BYTES} bytes together`);
    found.push({ place: { source, line }, name: `${source} line ${line}`, model, bundle });
  }
  const models = new Map<string, Set<string>>();
  for (const [index, judged] of (await judge.signatures(found)).entries()) {
    const { place, model, bundle } = found[index] as (typeof found)[number];
    if ('signed' in judged) {
      collector.addSignature(place, judged.signed, judged.signer);
      const { rootDigest } = judged.signed.manifest;
      models.set(rootDigest, (models.get(rootDigest) ?? new Set()).add(model));
    } else await collector.addClaims(place, bundle, judged);
  }
  return models;
}

/** It must be accepted for each digest that it is about, by the rule of a model that has it. */
async function addAttestation(
  collector: LineageCollector,
  found: Found & { readonly subjects: readonly string[] },
  judge: StatementJudge,
  models: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<void> {
  const { bundle, model, source, line } = found;
  const named = new Set(found.subjects.map((digest) => JSON.stringify([...(models.get(digest) ?? [model])].sort())));
  const given = { name: `${source} line ${line}`, bundle };
  let accepted: Awaited<ReturnType<typeof firstAccepting>> | undefined;
  for (const names of named.size > 0 ? named : [JSON.stringify([model])]) {
    accepted = await firstAccepting(judge, JSON.parse(names), given);
    if ('code' in accepted) break;
  }
  if (accepted === undefined) return;
  if ('code' in accepted) await collector.addClaims(found, bundle, accepted);
  else collector.addAttestation(found, accepted.attestation, accepted.signer);
}

/** What the first rule says that accepts it, else the first refusal. */
async function firstAccepting(
  judge: StatementJudge,
  names: readonly string[],
  given: Parameters<StatementJudge['attestation']>[1],
) {
  const [first, ...others] = names as [string, ...string[]];
  const judged = await judge.attestation(first, given);
  if (!('code' in judged)) return judged;
  for (const name of others) {
    const another = await judge.attestation(name, given);
    if (!('code' in another)) return another;
  }
  return judged;
}
