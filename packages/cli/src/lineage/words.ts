import { predicateName, quote } from '@model-signing/core';
import type { Lineage, LineageConflict, LineageNode, LineageStatement } from '@model-signing/core/lineage';
import { signerLine } from '../commands/identity.ts';

/** Enough to tell digests apart by eye. Everything is compared by the whole digest. */
const SHOWN_DIGITS = 16;

export function shortDigest(digest: string): string {
  return digest.slice(0, SHOWN_DIGITS);
}

/** The name of a node as it is, which is untrusted; null if nothing names it. */
export function nameOf({ names }: LineageNode): string | null {
  return names[0]?.name ?? null;
}

/** The name of a node in quotes, safe to print. */
export function quotedName(node: LineageNode): string {
  const name = nameOf(node);
  return name === null ? 'without a name' : quote(name);
}

const roleWords = new Map([
  ['base-model', 'base model'],
  ['dataset', 'data set'],
  ['adapter', 'adapter'],
  ['teacher', 'teacher'],
  ['dependency', 'dependency'],
]);

/** A role as it is read. What is none of ours is untrusted, and quoted. */
export function roleText(role: string): string {
  return roleWords.get(role) ?? quote(role);
}

/** Who made a statement, or why it is only claimed. The text is safe to print. */
export function statementText({ state, signer, signedBy, reason }: LineageStatement): string {
  if (state === 'claimed' || signer === null) return reason?.message ?? 'not verified';
  return signedBy === null ? signerLine(signer) : `${quote(signedBy)}, ${signerLine(signer)}`;
}

/** Where statements were found: with the line, if a file has several. */
export class Places {
  readonly #several: ReadonlySet<string>;

  constructor({ statements, problems }: Lineage) {
    const seen = new Set<string>();
    const several = new Set<string>();
    for (const { source, line } of [...statements, ...problems]) {
      if (seen.has(source) || (line ?? 1) > 1) several.add(source);
      seen.add(source);
    }
    this.#several = several;
  }

  text({ source, line }: Pick<LineageStatement, 'source' | 'line'>): string {
    return line !== null && this.#several.has(source) ? `${quote(source)} line ${line}` : quote(source);
  }
}

export function typeText({ kind, predicateType }: LineageStatement): string {
  if (kind === 'signature') return 'signature';
  return predicateType === null ? 'attestation' : `attestation ${quote(predicateName(predicateType))}`;
}

/** A conflict in a sentence without a period, safe to print. */
export function conflictText({ kind, digests, texts }: LineageConflict, labelOf: (digest: string) => string): string {
  const [first = '', ...others] = digests;
  const all = digests.slice(0, MAX_LISTED).map(labelOf).join(', ');
  const rest = digests.length > MAX_LISTED ? ` and ${digests.length - MAX_LISTED} more` : '';
  const words = list(texts.map((text) => quote(text)));
  switch (kind) {
    case 'cycle':
      return `${all}${rest} ${digests.length === 1 ? 'is said to be made from itself' : 'are said to be made from each other'}`;
    case 'base-models':
      return `attestations of ${labelOf(first)} name different base models: ${list([...others.map(labelOf), ...texts.map((text) => quote(text))])}`;
    case 'roles':
      return `${labelOf(first)} has several roles in the making of ${others.map(labelOf).join('')}: ${list(texts.map(roleText))}`;
    case 'names':
      return `${labelOf(first)} has several names: ${words}`;
    case 'domains':
      return `${labelOf(first)} is said to be the digest of different things: ${words}`;
    case 'subject':
      return `a claim in an attestation of ${labelOf(first)} is about something else, ${others.map(labelOf).join('')}`;
  }
}

const MAX_LISTED = 10;

function list(texts: readonly string[]): string {
  const rest = texts.length - MAX_LISTED;
  return texts.slice(0, MAX_LISTED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** The names and short digests of the nodes of a graph, safe to print. */
export function labels({ nodes }: Lineage): (digest: string) => string {
  const named = new Map(nodes.map((node) => [node.digest, nameOf(node)]));
  return (digest) => {
    const name = named.get(digest) ?? null;
    return name === null ? shortDigest(digest) : `${quote(name)} (${shortDigest(digest)})`;
  };
}
