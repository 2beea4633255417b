import { lengthOf } from '../vectors/content.ts';
import type { Content, RequirementId, Vector } from '../vectors/vector.ts';
import { digestOf } from './digest.ts';
import { isHex } from './encoding.ts';
import type { Found } from './enumerate.ts';
import type { FaultList } from './fault.ts';
import { Judge, Refusal } from './judgement.ts';
import { canonicalPath, findToSign, listFound } from './list.ts';
import { covers, isGitPath, nameFault } from './names.ts';
import type { ProducedResource, ProducedStatement } from './read-produced.ts';

/** The name that the subject should have, and whether the resources are exactly those of the oracle's own listing. */
export interface Listing {
  readonly subject: string;
  readonly exact: boolean;
}

const reference = new Judge(new Set());

/** The most resources that a listing is compared with; a tiny shard size would make more of a large file. */
const MOST_SHARDS = 1_000_000;

/** The listed resources must be those of the oracle's own listing. `hash` is null if digests cannot be compared. */
export function judgeListing(
  vector: Vector,
  hash: string | null,
  statement: ProducedStatement,
  faults: FaultList,
): Listing {
  const found = foundToSign(vector);
  const subject = found.basename;
  const shardSize = shardSizeOf(vector, statement);
  const many = shardSize !== null && shardsOf(found, shardSize) > MOST_SHARDS;
  if (many) return { subject, exact: false };
  const expected = listFound(found, shardSize, hash ?? 'sha256', reference);
  const listing = new Comparison({ vector, found, shards: shardSize !== null, hash }, statement, faults);
  return { subject, exact: listing.compare(expected) };
}

/** A model whose path is a link is judged as if the link were followed, since it was signed. */
function foundToSign(vector: Vector): Found {
  try {
    return findToSign(vector, reference);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return findToSign(vector, new Judge(new Set(['model-path-link-followed'])));
  }
}

function shardSizeOf({ inputs }: Vector, { method, shardSize }: ProducedStatement): number | null {
  const shards = method === 'shards' || (method !== 'files' && inputs.serialization === 'shards');
  if (!shards) return null;
  const written = shardSize !== null && Number.isSafeInteger(shardSize) && shardSize > 0 ? shardSize : null;
  return written ?? inputs.shardSize ?? 1_000_000_000;
}

function shardsOf({ files }: Found, shardSize: number): number {
  return [...files.values()].reduce((sum, content) => sum + Math.ceil(lengthOf(content) / shardSize), 0);
}

interface Ground {
  readonly vector: Vector;
  readonly found: Found;
  readonly shards: boolean;
  readonly hash: string | null;
}

class Comparison {
  readonly #ground: Ground;
  readonly #statement: ProducedStatement;
  readonly #faults: FaultList;

  constructor(ground: Ground, statement: ProducedStatement, faults: FaultList) {
    this.#ground = ground;
    this.#statement = statement;
    this.#faults = faults;
  }

  /** Whether the resources are exactly those. */
  compare(expected: readonly ProducedResource[]): boolean {
    const { resources } = this.#statement;
    const wanted = new Map(expected.map(({ name, digest }) => [name, digest]));
    const listed = new Map(resources.map((each) => [each.name, each]));
    this.#duplicates();
    const extra = [...listed.values()].filter(({ name }) => !wanted.has(name));
    const missing = expected.filter(({ name }) => !listed.has(name));
    for (const { name, digest } of listed.values()) this.#digest(name, digest, wanted.get(name));
    const absent = new Map(missing.map((each) => [each.name, each]));
    for (const each of extra) {
      const meant = [...absent.values()].find((candidate) => this.#renamed(each, candidate));
      if (meant === undefined) this.#extra(each);
      else absent.delete(meant.name);
    }
    for (const { name } of absent.values()) this.#missing(name);
    return extra.length + missing.length === 0;
  }

  #duplicates(): void {
    const names = new Set<string>();
    for (const { name } of this.#statement.resources) {
      if (names.has(name)) this.#faults.add('OMS-RES-13', `${quote(name)} is listed twice`);
      names.add(name);
    }
  }

  #digest(name: string, digest: string, wanted: string | undefined): void {
    const { hash, shards } = this.#ground;
    // A digest of another form is already a fault of its own.
    if (hash === null || wanted === undefined || digest === wanted || !isHex(digest, wanted.length)) return;
    this.#faults.add(
      shards ? 'OMS-SHARD-5' : 'OMS-FILES-2',
      `the digest of ${quote(name)} is ${digest} instead of ${wanted}`,
    );
  }

  /** Whether a listed name stands for an expected one, of which it is another spelling. */
  #renamed(actual: ProducedResource, expected: ProducedResource): boolean {
    const rule = this.#spellingRule(actual, expected);
    if (rule === null) return false;
    // A name that is not canonical is already a fault of its own.
    if (nameFault(actual.name) === null) {
      this.#faults.add(rule, `it lists ${quote(actual.name)} instead of ${quote(expected.name)}`);
    }
    return true;
  }

  #spellingRule(actual: ProducedResource, expected: ProducedResource): RequirementId | null {
    const { shards, found } = this.#ground;
    const [a, e] = [actual.name, expected.name];
    if (shards && pathOf(a) === pathOf(e) && a !== pathOf(a)) {
      return actual.digest === expected.digest ? 'OMS-SHARD-4' : 'OMS-SHARD-3';
    }
    if (a === e.replaceAll('/', '\\')) return 'OMS-NAME-1';
    if (a === e.replaceAll('\\', '/')) return 'OMS-NAME-12';
    if (folded(a) === folded(e)) return 'OMS-NAME-7';
    if (actual.digest !== expected.digest) return null;
    if (found.singleFile) return 'OMS-NAME-4';
    if (canonicalPath(a) === e) return 'OMS-NAME-3';
    return a.endsWith(`/${e}`) || e.endsWith(`/${a}`) ? 'OMS-NAME-2' : null;
  }

  #extra({ name, digest }: ProducedResource): void {
    const { shards, found } = this.#ground;
    const path = shards ? pathOf(name) : name;
    if (shards && path !== name && found.files.get(path) !== undefined) {
      const empty = lengthOf(found.files.get(path) as Content) === 0;
      this.#faults.add(empty ? 'OMS-SHARD-6' : 'OMS-SHARD-3', `it lists ${quote(name)}, which it should not`);
    } else if (nameFault(path) === null) {
      this.#faults.add(this.#extraRule(path, digest), `it lists ${quote(name)}, which it should not`);
    }
  }

  #extraRule(path: string, digest: string): RequirementId {
    const { found, vector } = this.#ground;
    if (path === found.signatureName) return 'OMS-IGNORE-3';
    const { inputs } = vector;
    const callers = (inputs.ignorePaths ?? []).map(canonicalPath);
    if (callers.includes(path)) return 'OMS-MATCH-3';
    if (callers.some((each) => covers(each, path, reference))) return 'OMS-MATCH-2';
    if ((inputs.ignoreGitPaths ?? true) && isGitPath(path, reference)) return 'OMS-IGNORE-1';
    const unusable = found.unusable.find(({ name }) => path === name || path.startsWith(`${name}/`));
    if (unusable?.reason === 'model/symlink') return digest === this.#digestOfLink(path) ? 'OMS-LINK-3' : 'OMS-LINK-1';
    if (unusable?.reason === 'model/symlink-outside') return 'OMS-LINK-6';
    if (unusable?.reason === 'model/symlink-broken') return 'OMS-LINK-7';
    if (unusable !== undefined) return 'OMS-RES-9';
    const directory = [...found.files.keys()].some((name) => name.startsWith(`${path}/`));
    if (directory) return 'OMS-RES-9';
    return this.#isDirectory(path) ? 'OMS-ENUM-7' : 'OMS-FILES-1';
  }

  /** The digest of the target's path, which a program would hash that takes a link for a file. */
  #digestOfLink(path: string): string | null {
    const { vector, hash } = this.#ground;
    const nodes = 'tree' in vector.model ? vector.model.tree : [];
    const link = nodes.find((node) => 'path' in node && node.path === path);
    if (link?.kind !== 'symlink' || hash === null) return null;
    const content = { utf8: link.target };
    return digestOf(hash, content, 0, lengthOf(content), reference);
  }

  #isDirectory(path: string): boolean {
    const { model } = this.#ground.vector;
    return 'tree' in model && model.tree.some((node) => 'path' in node && node.kind === 'dir' && node.path === path);
  }

  #missing(name: string): void {
    const { shards } = this.#ground;
    const path = shards ? pathOf(name) : name;
    const git = isGitPath(path, reference);
    // The public text lets a program exclude more than it must, and names this file (6.2).
    const recorded = [...this.#statement.ignorePaths, '.gitmodules'];
    const further = !git && recorded.some((each) => covers(canonicalPath(each), path, reference));
    const rule = further ? 'OMS-IGNORE-15' : this.#missingRule(path, git);
    this.#faults.add(rule, `it does not list ${quote(name)}`);
  }

  #missingRule(path: string, git: boolean): RequirementId {
    const { shards, vector } = this.#ground;
    if (git) return 'OMS-IGNORE-16';
    const linked = linksOf(vector).find((link) => path === link || path.startsWith(`${link}/`));
    if (linked !== undefined) return linked === path ? 'OMS-LINK-4' : 'OMS-LINK-5';
    const partly = this.#statement.resources.some((each) => pathOf(each.name) === path);
    return shards && partly ? 'OMS-SHARD-3' : 'OMS-FILES-1';
  }
}

function linksOf({ model }: Vector): string[] {
  if (!('tree' in model)) return [];
  return model.tree.flatMap((node) => (node.kind === 'symlink' && 'path' in node ? [node.path] : []));
}

/** The path of a shard's name, without the range. */
function pathOf(name: string): string {
  const parts = name.split(':');
  return parts.length < 3 ? name : parts.slice(0, -2).join(':');
}

function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function quote(text: string): string {
  return JSON.stringify(text);
}
