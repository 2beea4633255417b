import { createHash } from 'node:crypto';
import { digestOf } from '../../../conformance/suite/src/oracle/digest.ts';
import { Judge } from '../../../conformance/suite/src/oracle/judgement.ts';
import { lengthOf } from '../../../conformance/suite/src/vectors/content.ts';
import type { Content } from '../../../conformance/suite/src/vectors/vector.ts';
import type { Random } from '../random.ts';

const judge = new Judge(new Set());

interface Resource {
  readonly name: string;
  readonly algorithm: string;
  readonly digest: string;
}

/** A statement that is right for these files. */
export function generateStatement(
  tree: readonly { readonly path: string; readonly content: Content }[],
  random: Random,
): object {
  const algorithm = random.pick(['sha256', 'sha256', 'blake2b', 'blake3'] as const);
  const shardSize = random.chance(0.5) ? random.pick([3, 5, 10, 25, 1000]) : null;
  const written = random.chance(0.1) && shardSize !== null ? `${algorithm}-sharded-${shardSize}` : algorithm;
  const resources = tree
    .flatMap(({ path, content }) => rangesOf(path, content, shardSize))
    .map(({ name, content, start, end }): Resource => {
      return { name, algorithm: written, digest: digestOf(algorithm, content, start, end, judge) };
    })
    .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  if (random.chance(0.1)) resources.reverse();
  const root = createHash('sha256');
  for (const { digest } of resources) root.update(Buffer.from(digest, 'hex'));
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'model', digest: { sha256: root.digest('hex') } }],
    predicateType: 'https://model_signing/signature/v1.0',
    predicate: {
      serialization: {
        method: shardSize === null ? 'files' : 'shards',
        hash_type: algorithm,
        ...(shardSize === null ? {} : { shard_size: shardSize }),
        allow_symlinks: random.chance(0.2),
        ...(random.chance(0.5) ? { ignore_paths: random.pick([[], ['.git'], ['a'], ['b', 'b/c'], ['x/y', 'z']]) } : {}),
      },
      resources,
    },
  };
}

/** A part of a file that is hashed. */
interface Range {
  readonly name: string;
  readonly content: Content;
  readonly start: number;
  readonly end: number;
}

/** Each is at most so long, and an empty file has none. */
function rangesOf(path: string, content: Content, shardSize: number | null): Range[] {
  const length = lengthOf(content);
  if (shardSize === null) return [{ name: path, content, start: 0, end: length }];
  const count = Math.min(1000, Math.ceil(length / shardSize));
  return Array.from({ length: count }, (_, i) => {
    const [start, end] = [i * shardSize, Math.min((i + 1) * shardSize, length)];
    return { name: `${path}:${start}:${end}`, content, start, end };
  });
}
