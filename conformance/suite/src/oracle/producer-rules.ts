import type { RequirementId } from '../vectors/vector.ts';

/** A part of a document that the schema for producers refuses. */
export interface RefusedShape {
  readonly layer: 'bundle' | 'statement';
  /** The requirement that the schema names, which is often that of verifiers. */
  readonly named: RequirementId;
  readonly pointer: string;
  /** The member that is absent or unknown, if that is the fault. */
  readonly member: string | null;
  /** Whether the member is one too many. */
  readonly unknown: boolean;
  readonly value: unknown;
}

/** The rules for producers that correspond to those for verifiers, where one corresponds to one. */
const counterparts: { readonly [id in RequirementId]?: RequirementId } = {
  'OMS-BUNDLE-3': 'OMS-BUNDLE-2',
  'OMS-METHOD-2': 'OMS-METHOD-1',
  'OMS-CERT-3': 'OMS-CERT-1',
  'OMS-SIGSTORE-3': 'OMS-SIGSTORE-2',
  'OMS-SIGSTORE-4': 'OMS-BUNDLE-4',
  'OMS-JSON-6': 'OMS-JSON-5',
  'OMS-DSSE-2': 'OMS-DSSE-1',
  'OMS-DSSE-5': 'OMS-DSSE-4',
  'OMS-DSSE-7': 'OMS-BUNDLE-5',
  'OMS-STMT-2': 'OMS-STMT-1',
  'OMS-SUBJECT-2': 'OMS-SUBJECT-1',
  'OMS-SUBJECT-8': 'OMS-SUBJECT-7',
  'OMS-SUBJECT-10': 'OMS-SUBJECT-9',
  'OMS-SUBJECT-4': 'OMS-SUBJECT-3',
  'OMS-ROOT-3': 'OMS-ROOT-2',
  'OMS-PRED-2': 'OMS-PRED-1',
  'OMS-RES-2': 'OMS-RES-1',
  'OMS-RES-4': 'OMS-RES-3',
  'OMS-RES-6': 'OMS-RES-5',
  'OMS-RES-8': 'OMS-RES-7',
  'OMS-ALG-2': 'OMS-ALG-1',
  'OMS-SHARD-2': 'OMS-SHARD-1',
  'OMS-SHARD-8': 'OMS-SHARD-4',
  'OMS-ANNOT-3': 'OMS-ANNOT-2',
};

/** The rules about the members of `serialization`. */
const ofSerialization: Readonly<Record<string, RequirementId>> = {
  method: 'OMS-SER-1',
  hash_type: 'OMS-SER-2',
  allow_symlinks: 'OMS-SER-3',
  shard_size: 'OMS-SER-4',
};

const ofStatement: Readonly<Record<string, RequirementId>> = {
  _type: 'OMS-STMT-1',
  predicateType: 'OMS-STMT-3',
  subject: 'OMS-SUBJECT-1',
  predicate: 'OMS-PRED-1',
};

/** The rule for producers that a refused part of a document breaks, or null if the format binds only verifiers there. */
export function producerRule(shape: RefusedShape): RequirementId | null {
  const { named, pointer, member, unknown } = shape;
  if (unknown) return 'OMS-BUNDLE-8';
  switch (named) {
    case 'OMS-BUNDLE-6':
      return bundleRule(pointer, member);
    case 'OMS-KEY-6':
      return 'OMS-KEY-9';
    case 'OMS-KEY-10':
      return 'OMS-KEY-2';
    case 'OMS-STMT-4':
      return shape.value === DEPRECATED ? 'OMS-STMT-5' : 'OMS-STMT-3';
    case 'OMS-STMT-6':
      return statementRule(pointer, member);
    case 'OMS-SER-6':
    case 'OMS-SER-9':
      return serializationRule(shape);
    case 'OMS-ALG-2':
      return pointer.endsWith('/hash_type') ? 'OMS-SER-2' : 'OMS-ALG-1';
    case 'OMS-NAME-6':
      return String(shape.value).startsWith('/') ? 'OMS-NAME-2' : 'OMS-NAME-3';
    case 'OMS-MATCH-6':
      return exclusionRule(shape.value);
    default:
      return counterparts[named] ?? named;
  }
}

const DEPRECATED = 'https://model_signing/Digests/v0.1';

function exclusionRule(path: unknown): RequirementId | null {
  if (typeof path !== 'string') return 'OMS-MATCH-4';
  if (/[*?[]/.test(path)) return 'OMS-MATCH-5';
  const components = path.split('/');
  if (path.startsWith('/') || components.includes('..')) return 'OMS-MATCH-4';
  return components.includes('') || components.includes('.') ? 'OMS-MATCH-11' : null;
}

function bundleRule(pointer: string, member: string | null): RequirementId {
  const place = pointer === '' ? `/${member ?? ''}` : pointer;
  if (place === '/mediaType') return 'OMS-BUNDLE-2';
  if (place.startsWith('/dsseEnvelope')) return 'OMS-BUNDLE-5';
  return place.startsWith('/verificationMaterial') ? 'OMS-BUNDLE-4' : 'OMS-BUNDLE-1';
}

function statementRule(pointer: string, member: string | null): RequirementId {
  if (pointer === '') return ofStatement[member ?? ''] ?? 'OMS-STMT-1';
  if (member === 'annotations') return 'OMS-SUBJECT-9';
  return member === 'digest' ? 'OMS-ROOT-2' : 'OMS-SUBJECT-3';
}

function serializationRule({ pointer, member, value }: RefusedShape): RequirementId {
  const name = member ?? pointer.slice(pointer.lastIndexOf('/') + 1);
  if (name === 'shard_size' && value !== undefined && member === null) return 'OMS-SER-5';
  return ofSerialization[name] ?? 'OMS-PRED-1';
}
