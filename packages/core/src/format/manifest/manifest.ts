import type { HashAlgorithm } from '../algorithms.ts';
import { OmsError, type RequirementId } from '../errors.ts';
import type { Extension } from '../extensions.ts';
import { quote } from '../text.ts';

/** One entry of a manifest: a file, or under `shards` a byte range of a file, and its digest. */
export interface Resource {
  /** Canonical name of the file, relative to the model root, with `/` between its parts. */
  readonly path: string;
  /** Under `shards`, the byte range `[start, end)`; absent for a whole file. */
  readonly range?: ByteRange;
  /** Lowercase hexadecimal, by the manifest's algorithm. */
  readonly digest: string;
}

/** The bytes from `start` up to, and without, `end`. */
export type ByteRange = readonly [start: number, end: number];

/** How the resources were computed, so that a verifier computes them the same way (section 4.3). */
export interface Serialization {
  readonly method: 'files' | 'shards';
  readonly hashType: HashAlgorithm;
  /** Bytes per shard; null under `files`. */
  readonly shardSize: number | null;
  readonly allowSymlinks: boolean;
  /** Canonical names that were excluded. */
  readonly ignorePaths: readonly string[];
  /** Whether attestation files in the model root are left out; only a draft has a place for it. */
  readonly excludeAttestations?: boolean;
}

/**
 * A draft of the format, made and accepted only where the caller names it. It may change or disappear with any release.
 */
export type Draft = '1.1';

/** Facts about a model that the signature covers: at most 64 strings under short lowercase keys (OMS-ANNOT-2). */
export type Annotations = Readonly<Record<string, string>>;

export interface Manifest {
  readonly serialization: Serialization;
  /** In listed order, which the root digest depends on. */
  readonly resources: readonly Resource[];
  /** SHA-256 over the raw digests, or in a draft over names and digests, in lowercase hexadecimal. */
  readonly rootDigest: string;
  /** The root digest of version 1.0, by which earlier documents refer to the model; only a draft states it beside its own. */
  readonly publishedRootDigest?: string;
  /** The draft of the format that the manifest follows; absent for version 1.0. */
  readonly draft?: Draft;
  /** What the signer states about the model; only a draft has a place for it. */
  readonly annotations?: Annotations;
  /** The extensions that the manifest depends on; only a draft has a place for them. */
  readonly extensions?: readonly Extension[];
  /** The directories whose files are listed in a sub-manifest, and not in `resources`. */
  readonly subManifests?: readonly SubManifest[];
}

/** A directory whose files are listed in a document of its own, the file `oms-manifest.json` in it. */
export interface SubManifest {
  /** Canonical name of the directory. */
  readonly directory: string;
  /** Of the bytes of the document, by the manifest's algorithm, in lowercase hexadecimal. */
  readonly digest: string;
}

/** A manifest as it appears in a statement: the schema accepts it, and everything else is still to be checked. */
export interface StatedManifest extends Omit<Manifest, 'resources' | 'rootDigest'> {
  readonly resources: readonly StatedResource[];
  /** Null in a historical form, which has no place for it. */
  readonly rootDigest: string | null;
}

/** A resource as it appears in a statement; under `shards`, its name ends in `:<start>:<end>`. */
export interface StatedResource {
  readonly name: string;
  readonly digest: string;
}

/** What a root digest covers. */
export type RootContent = Pick<Manifest, 'serialization' | 'resources' | 'subManifests'>;

/** The most resources that a manifest may list (OMS-LIMIT-2). */
export const MAX_RESOURCES = 1_000_000;

/** The name that older signers give to the only resource of a single-file model (OMS-NAME-10). */
export const HISTORICAL_SINGLE_FILE_NAME = '.';

/**
 * The name of a resource as a statement writes it: the path, under `shards` followed by `:<start>:<end>` (OMS-SHARD-7).
 *
 * @example
 * resourceName({ path: 'weights.bin', range: [0, 1000] }); // 'weights.bin:0:1000'
 */
export function resourceName({ path, range }: Omit<Resource, 'digest'>): string {
  return range === undefined ? path : `${path}:${range[0]}:${range[1]}`;
}

/** @param lacks a noun for what the model lacks, such as `file` */
export function emptyModel(name: string, lacks: string, requirement?: RequirementId): OmsError {
  return new OmsError('model/empty', `the model ${quote(name)} has no ${lacks}`, { requirement });
}
