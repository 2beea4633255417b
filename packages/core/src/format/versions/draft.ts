import { STATEMENT_TYPE } from '@model-signing/spec';
import type * as DraftSpec from '@model-signing/spec/v1.1';
import { sha256 } from '../../node/crypto.ts';
import { encodeUtf8 } from '../encoding.ts';
import { OmsError, quote } from '../errors.ts';

/**
 * A draft of the format, made and accepted only where the caller names it. Nothing is promised for it: it may change or
 * vanish with any release.
 */
export type Draft = '1.1';

/** Facts about a model that the signature covers: at most 64 strings under short lowercase keys (OMS-ANNOT-2). */
export type Annotations = Readonly<Record<string, string>>;

/** The predicate type of the draft, under a reserved domain, so that no published version can be meant by it. */
export const DRAFT_PREDICATE_TYPE: typeof DraftSpec.PREDICATE_TYPE =
  'https://model-signing.example/draft/signature/v1.1';

let loaded: typeof DraftSpec | null = null;

/**
 * Loads the validators of a draft, which nobody should wait for who follows none.
 * @throws {TypeError} for a draft that this release does not know
 */
export async function loadDraft(draft: unknown): Promise<void> {
  if (draft === undefined) return;
  if (draft !== '1.1') throw new TypeError('the only draft is "1.1"');
  loaded ??= await import('@model-signing/spec/v1.1');
}

/** The validators that {@link loadDraft} has loaded. */
export function draftValidators(): Pick<typeof DraftSpec, 'validateStatement' | 'validateProducedStatement'> {
  if (loaded === null) throw new Error('a draft is used that was not loaded');
  return loaded;
}

/**
 * Refuses annotations that cannot be signed, before a model is read for nothing.
 * @throws {OmsError} `manifest/annotations-invalid`
 * @throws {TypeError} for annotations without a draft
 */
export function checkAnnotations(annotations: Annotations | undefined, draft: Draft | undefined): void {
  if (annotations === undefined) return;
  if (draft === undefined) throw new TypeError('annotations need the draft of version 1.1');
  // The schema knows the bounds; everything else in this statement is as it should be.
  const result = draftValidators().validateProducedStatement(statementWith(annotations));
  if (!result.ok) throw invalid(result.issues[0]?.message ?? 'they break the schema');
  for (const [key, value] of Object.entries(annotations)) {
    if (!value.isWellFormed()) throw invalid(`the value of ${quote(key)} is not valid Unicode`);
  }
}

function invalid(problem: string): OmsError {
  return new OmsError('manifest/annotations-invalid', `the annotations cannot be signed: ${problem}`, {
    requirement: 'OMS-ANNOT-2',
  });
}

function statementWith(annotations: Annotations): unknown {
  const digest = '0'.repeat(64);
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: 'model', digest: { sha256: digest } }],
    predicateType: DRAFT_PREDICATE_TYPE,
    predicate: {
      serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false },
      resources: [{ name: 'file', digest, algorithm: 'sha256' }],
      annotations,
    },
  };
}

/** The root digest of the draft, which binds names, algorithm and boundaries: the SHA-256 of the root text (OMS-ROOT-4). */
export function draftRootDigest(
  hashType: string,
  resources: Iterable<{ readonly name: string; readonly digest: string }>,
): string {
  return sha256(rootText(hashType, resources));
}

function* rootText(
  hashType: string,
  resources: Iterable<{ readonly name: string; readonly digest: string }>,
): Generator<Uint8Array> {
  yield encodeUtf8(`OMS root v1.1\n${hashType}\n`);
  for (const { name, digest } of resources) {
    const bytes = encodeUtf8(name);
    yield encodeUtf8(`${bytes.length} `);
    yield bytes;
    yield encodeUtf8(` ${digest}\n`);
  }
}
