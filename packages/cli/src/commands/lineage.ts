import { type Draft, OmsError, quote, type Verifier } from '@model-signing/core';
import type { Lineage, LineageCollector } from '@model-signing/core/lineage';
import type { Context } from '../context.ts';
import { CommandError, usageError } from '../failure.ts';
import { collectByPolicy, collectClaims, collectVerified } from '../lineage/collect.ts';
import { lineageFields } from '../lineage/fields.ts';
import { findSources, type LineageSource } from '../lineage/sources.ts';
import { isAllVerified, summaryOf } from '../lineage/summary.ts';
import { treeLines } from '../lineage/tree.ts';
import { Places } from '../lineage/words.ts';
import { listed } from '../output.ts';
import { openPolicy, type PolicySignerFlags } from '../policy-file.ts';
import { type CertificateTrustFlags, certificateTrust } from './verify-certificate.ts';
import { type KeyTrustFlags, keyTrust } from './verify-key.ts';
import type { SigstoreTrustFlags } from './verify-sigstore.ts';

/** The flags of `lineage`. */
export interface LineageFlags
  extends PolicySignerFlags,
    KeyTrustFlags,
    CertificateTrustFlags,
    Partial<SigstoreTrustFlags> {
  readonly operands: readonly string[];
  readonly policy?: string;
  readonly as?: readonly string[];
  readonly requireVerified?: boolean;
  readonly draft?: Draft;
  readonly mermaid?: boolean;
  readonly html?: boolean;
  readonly svg?: boolean;
}

/** How statements were verified. */
type Basis = 'policy' | 'signers' | 'nothing';

/** `lineage`: shows what models were made from. No file of a model is read. */
export async function lineage(_operand: string, flags: LineageFlags, context: Context): Promise<void> {
  checkFlags(flags, context);
  const sources = await findSources(flags.operands, flags.as ?? [], context);
  const { collector, basis } = await collect(sources, flags, context);
  const graph = collector.lineage();
  const isRefused = flags.requireVerified && !isAllVerified(graph);
  if (!isRefused && graph.nodes.length === 0) throw nothingRead(graph, flags.operands);
  if (basis === 'nothing') context.output.info(UNVERIFIED);
  // In JSON, a result says that what was asked for was done.
  if (!(isRefused && context.output.settings.json)) await print(graph, basis, flags, context);
  if (isRefused) throw unverified(graph);
}

function nothingRead(graph: Lineage, operands: readonly string[]): CommandError {
  const [first] = graph.problems;
  const where = listed(operands);
  const why = first === undefined ? '' : `: ${new Places(graph).text(first)}: ${first.message}`;
  return new CommandError('command/not-found', `there is no signature and no attestation in ${where}${why}`);
}

const UNVERIFIED =
  'nothing was verified, so that everything is only claimed: --policy names whose statements are accepted';

function checkFlags({ policy, as, mermaid, html, svg, ...flags }: LineageFlags, { output }: Context): void {
  if (policy === undefined && as !== undefined) throw usageError('--as needs --policy, whose rules are for names');
  if (policy === undefined && (flags.policySigner ?? flags.policySignature) !== undefined) {
    throw usageError('--policy-signer needs --policy, which names the policy that must be signed');
  }
  if (output.settings.json && (mermaid || html || svg))
    throw usageError('--json cannot be combined with another format');
}

async function collect(
  sources: readonly LineageSource[],
  flags: LineageFlags,
  context: Context,
): Promise<{ readonly collector: LineageCollector; readonly basis: Basis }> {
  if (flags.policy !== undefined) {
    const { policy } = await openPolicy(flags.policy, flags, context);
    return { collector: await collectByPolicy(sources, policy, flags, context), basis: 'policy' };
  }
  const verifiers = await openVerifiers(flags, context);
  if (verifiers.length === 0) return { collector: await collectClaims(sources, context), basis: 'nothing' };
  return { collector: await collectVerified(sources, verifiers, flags, context), basis: 'signers' };
}

/** A verifier for each method that the flags name someone for. */
async function openVerifiers(flags: LineageFlags, context: Context): Promise<Verifier[]> {
  const opening: (() => Promise<Verifier>)[] = [];
  const { publicKey, key, certificateChain, systemRoots, identity, identityRegexp, identityProvider } = flags;
  if ((publicKey ?? key) !== undefined) opening.push(keyTrust(flags, context));
  if (certificateChain !== undefined || systemRoots) opening.push(certificateTrust(flags, context));
  if ((identity ?? identityRegexp ?? identityProvider) !== undefined) {
    if (identityProvider === undefined) throw usageError('--identity needs --identity-provider');
    const { sigstoreTrust } = await import('./verify-sigstore.ts');
    opening.push(sigstoreTrust({ ...flags, identityProvider }, context));
  }
  const verifiers: Verifier[] = [];
  for (const open of opening) verifiers.push(await open());
  return verifiers;
}

async function print(graph: Lineage, basis: Basis, flags: LineageFlags, { output }: Context): Promise<void> {
  if (flags.mermaid) output.data((await import('../lineage/mermaid.ts')).mermaid(graph));
  else if (flags.svg) output.data((await import('../lineage/svg.ts')).svgFile(graph));
  else if (flags.html) output.data((await import('../lineage/html.ts')).htmlPage(graph));
  else output.answer('lineage', lineageFields(graph, basis, flags.policy ?? null), () => treeLines(graph));
}

function unverified(graph: Lineage): OmsError {
  const [first] = graph.conflicts;
  const what = first ? ` and claims contradict each other (${quote(first.kind)})` : '';
  return new OmsError('statement/lineage-unverified', `the lineage is not verified: ${summaryOf(graph)}${what}`);
}
