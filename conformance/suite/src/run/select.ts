import { UsageError } from '../errors.ts';
import { unknownName } from '../nearest.ts';
import { controlIn } from '../vectors/control.ts';
import type { LoadedVector } from '../vectors/load.ts';
import { isDraft, type Profile, type Vector } from '../vectors/vector.ts';
import { isGraded, verdictNames } from '../vectors/verdicts.ts';

export interface Selection {
  /** Ids, ids with `*` for any text, or requirements. Empty for all. */
  readonly only: readonly string[];
  /** Empty for all. */
  readonly profiles: readonly Profile[];
  /** Whether vectors that take long or need much space are left out. */
  readonly light: boolean;
  /** Whether the vectors of the draft are included; those selected by id or by profile always are. */
  readonly drafts: boolean;
  /** The vectors to choose from; all if it is absent. */
  readonly among?: ReadonlySet<string>;
}

/** The requested vectors, and those that judging them requires. */
export interface Selected {
  readonly asked: readonly LoadedVector[];
  /** All vectors that must run: the requested ones, their controls, and refusals that make acceptances count. */
  readonly needed: readonly LoadedVector[];
}

/**
 * Chooses vectors, together with those that judging them depends on.
 * @throws {UsageError} if a pattern matches nothing, or nothing is left
 */
export function select(all: readonly LoadedVector[], { only, profiles, light, drafts, among }: Selection): Selected {
  for (const pattern of only) {
    if (!all.some(({ vector }) => matches(vector, pattern))) {
      const names = all.flatMap(({ vector: { id, requirements } }) => [id, ...requirements]);
      const message = `no vector is called "${pattern}" or covers a requirement of that name`;
      throw new UsageError(unknownName(message, pattern, [...new Set(names)]));
    }
  }
  const asked = all.filter(
    ({ vector }) =>
      (only.length === 0 || only.some((pattern) => matches(vector, pattern))) &&
      (profiles.length === 0 || profiles.includes(vector.profile)) &&
      !(light && vector.heavy) &&
      (among?.has(vector.id) ?? true) &&
      (!isDraft({ vector }) || drafts || among !== undefined || profiles.includes('draft') || only.includes(vector.id)),
  );
  if (asked.length === 0) throw new UsageError('no vector is left');
  const needed = new Set(asked.map(({ vector }) => vector.id));
  const byId = new Map(all.map(({ vector }) => [vector.id, vector]));
  for (const { vector } of asked) for (const id of needs(vector, all, byId)) needed.add(id);
  return { asked, needed: all.filter(({ vector }) => needed.has(vector.id)) };
}

function matches({ id, requirements }: Vector, pattern: string): boolean {
  if (pattern.includes('*')) return hasPieces(id, pattern.split('*'));
  return id === pattern || (requirements as readonly string[]).includes(pattern);
}

/** Whether a text starts with the first piece, ends with the last, and contains the others in between, in order. */
function hasPieces(text: string, pieces: readonly string[]): boolean {
  const first = pieces[0] as string;
  const last = pieces.at(-1) as string;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at <= text.length - last.length;
}

/**
 * The controls of a refusal in each verdict; for an acceptance, refusals that make it count in each verdict. A signature counts by
 * itself.
 */
function needs(vector: Vector, all: readonly LoadedVector[], byId: ReadonlyMap<string, Vector>): string[] {
  const { id, kind, basis, expect } = vector;
  const controls = controlsOf(vector, byId);
  if (expect.outcome !== 'accept' || kind === 'sign') return controls;
  const refusals = verdictNames
    .filter((verdict) => isGraded(basis, verdict))
    .flatMap((verdict) => {
      const isRefusal = (other: LoadedVector) => refuses(other) && isGraded(other.vector.basis, verdict);
      const isVariant = (other: LoadedVector) => controlIn(verdict, other.vector, byId) === id;
      return all.find((other) => isRefusal(other) && isVariant(other)) ?? all.find(isRefusal) ?? [];
    });
  return [...controls, ...refusals.flatMap(({ vector: one }) => [one.id, ...controlsOf(one, byId)])];
}

function controlsOf(vector: Vector, byId: ReadonlyMap<string, Vector>): string[] {
  return verdictNames.flatMap((verdict) => controlIn(verdict, vector, byId) ?? []);
}

const refuses = ({ vector }: LoadedVector) => vector.expect.outcome === 'reject' && !vector.heavy;
