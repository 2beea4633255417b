import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { partAt } from './schema-documents.ts';

/** A descriptor of the example model. */
export interface ExampleResource {
  readonly name: string;
  readonly digest: string;
  readonly algorithm: 'sha256';
}

/** The predicate of the example model. */
export interface ExamplePredicate {
  readonly serialization: Readonly<Record<string, unknown>>;
  readonly resources: readonly ExampleResource[];
  readonly annotations?: unknown;
}

const EXCLUDED = ['.git', '.gitattributes', '.github', '.gitignore'];

/** The SHA-256 of some bytes as lowercase hexadecimal. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The predicate of the model in a folder by the method `files`. */
export function filesPredicate(folder: string): ExamplePredicate {
  const resources = modelFiles(folder).map(({ name, bytes }) => resource(name, bytes));
  return {
    serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false, ignore_paths: EXCLUDED },
    resources: inCodePointOrder(resources),
  };
}

/** The predicate of the model in a folder by the method `shards`. */
export function shardsPredicate(folder: string, shardSize: number): ExamplePredicate {
  const resources = modelFiles(folder).flatMap(({ name, bytes }) =>
    ranges(bytes.length, shardSize).map(([start, end]) =>
      resource(`${name}:${start}:${end}`, bytes.subarray(start, end)),
    ),
  );
  return {
    serialization: {
      method: 'shards',
      hash_type: 'sha256',
      shard_size: shardSize,
      allow_symlinks: false,
      ignore_paths: EXCLUDED,
    },
    resources: inCodePointOrder(resources),
  };
}

/** The root digest of a predicate as a version computes it, and the requirement that says so. */
export interface RootRule {
  readonly requirement: string;
  readonly digest: (predicate: ExamplePredicate) => string;
}

/** How a version computes root digests; a version that is not listed uses the rule of the latest one listed. */
function rootRule(version: string): RootRule {
  if (version === 'v1.0') return { requirement: 'OMS-ROOT-1', digest: ({ resources }) => digestOfDigests(resources) };
  return { requirement: 'OMS-ROOT-4', digest: digestOfRootText };
}

const PUBLISHED = 'https://model_signing/signature/v1.0';

/** The root digests of the subjects of a version, in their order: its own alone, or that of version 1.0 before it. */
export function rootRules(version: string, count: number): readonly RootRule[] {
  const own = rootRule(version);
  return count === 1 ? [own] : [{ ...rootRule('v1.0'), requirement: 'OMS-ROOT-9' }, own];
}

/** The subjects of a statement as its schema has them: one, or one for each root digest, which say which it is. */
export function exampleSubjects(name: string, predicate: ExamplePredicate, version: string, schema: unknown): object[] {
  const rules = rootRules(version, Number(partAt(schema, '/properties/subject/maxItems') ?? 1));
  const own = partAt(schema, '/properties/predicateType/const');
  return rules.map(({ digest }, index) => ({
    name,
    digest: { sha256: digest(predicate) },
    ...(rules.length > 1 && {
      annotations: { modelSigning: { digest: 'root', predicateType: index === 0 ? PUBLISHED : own } },
    }),
  }));
}

/** The SHA-256 of all digests, as raw bytes, in the order given. */
function digestOfDigests(resources: readonly ExampleResource[]): string {
  return sha256(Buffer.concat(resources.map(({ digest }) => Buffer.from(digest, 'hex'))));
}

function digestOfRootText({ serialization, resources }: ExamplePredicate): string {
  const lines = resources.map(({ name, digest }) => `${Buffer.byteLength(name)} ${name} ${digest}\n`);
  return sha256(['OMS root v1.1\n', `${serialization.hash_type}\n`, ...lines].join(''));
}

function modelFiles(folder: string): { name: string; bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = `${entry.parentPath}${sep}${entry.name}`;
      return { name: relative(folder, path).split(sep).join('/'), bytes: readFileSync(path) };
    });
}

function resource(name: string, bytes: Uint8Array): ExampleResource {
  return { name, digest: sha256(bytes), algorithm: 'sha256' };
}

function ranges(size: number, shardSize: number): [start: number, end: number][] {
  const count = Math.ceil(size / shardSize);
  return Array.from({ length: count }, (_, index) => [index * shardSize, Math.min(size, (index + 1) * shardSize)]);
}

function inCodePointOrder(resources: readonly ExampleResource[]): ExampleResource[] {
  return resources.toSorted((one, other) => Buffer.compare(Buffer.from(one.name), Buffer.from(other.name)));
}
