import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { requirements } from '@model-signing/spec/requirements';
import type { LoadedVector } from './load.ts';
import { type AnyRequirement, newInDraft } from './sentences.ts';
import { isDraft, type Vector } from './vector.ts';

const WAIVERS_FILE = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../vectors/waivers.json');

/** The ways to observe that a requirement is met: what a verifier accepts, what it refuses, and what a signer produces. */
export const observations = ['accepting', 'refusing', 'signing'] as const;
export type Observation = (typeof observations)[number];

/** Why an observation is impossible or not wanted. */
export interface Waiver {
  readonly requirement: string;
  /** The waived observations; all if absent. */
  readonly observations?: readonly Observation[];
  readonly reason: string;
}

/** The coverage of one requirement: vectors by observation, missing observations, and waived ones with the reason. */
export interface Coverage {
  readonly requirement: AnyRequirement;
  readonly vectors: Readonly<Record<Observation, readonly string[]>>;
  readonly missing: readonly Observation[];
  readonly waived: readonly Observation[];
  readonly reason: string | null;
}

export function readWaivers(): Waiver[] {
  return JSON.parse(readFileSync(WAIVERS_FILE, 'utf8'));
}

/** The coverage of each requirement with MUST or SHOULD. MAY requires nothing and is left out. */
export function coverageOf(loaded: readonly LoadedVector[], waivers: readonly Waiver[]): Coverage[] {
  return cover(requirements, loaded, waivers);
}

/** The same for the requirements that the draft adds or changes. */
export function draftCoverageOf(loaded: readonly LoadedVector[], waivers: readonly Waiver[]): Coverage[] {
  return cover(newInDraft, loaded.filter(isDraft), waivers);
}

function cover(
  wanted: readonly AnyRequirement[],
  loaded: readonly LoadedVector[],
  waivers: readonly Waiver[],
): Coverage[] {
  const vectors = loaded.map(({ vector }) => vector);
  const waived = new Map(waivers.map((waiver) => [waiver.requirement, waiver]));
  return wanted
    .filter(({ level }) => level !== 'MAY')
    .map((requirement) => {
      const found = {
        accepting: idsOf(vectors, requirement, accepts),
        refusing: idsOf(vectors, requirement, refuses),
        signing: idsOf(vectors, requirement, isSigning),
      };
      const waiver = waived.get(requirement.id);
      const given = waiver ? (waiver.observations ?? observations) : [];
      const needed = wantedOf(requirement);
      return {
        requirement,
        vectors: found,
        missing: needed.filter((one) => found[one].length === 0 && !given.includes(one)),
        waived: needed.filter((one) => given.includes(one)),
        reason: waiver?.reason ?? null,
      };
    });
}

function wantedOf({ role }: AnyRequirement): Observation[] {
  if (role === 'producer') return ['signing'];
  return role === 'verifier' ? ['accepting', 'refusing'] : ['accepting', 'refusing', 'signing'];
}

function idsOf(vectors: readonly Vector[], { id }: AnyRequirement, observes: (vector: Vector) => boolean): string[] {
  const about = vectors.filter((vector) => vector.requirements.includes(id));
  const direct = about.filter(observes);
  if (observes !== accepts) return direct.map((vector) => vector.id);
  // The control of a refusal is accepted for the same requirement.
  const controls = about.filter(refuses).flatMap(({ control }) => control ?? []);
  return [...new Set([...direct.map((vector) => vector.id), ...controls])];
}

const accepts = ({ kind, expect }: Vector): boolean => kind !== 'sign' && expect.outcome === 'accept';
const refuses = ({ kind, expect }: Vector): boolean => kind !== 'sign' && expect.outcome === 'reject';
const isSigning = ({ kind }: Vector): boolean => kind === 'sign' || kind === 'roundtrip';

/** Waivers that are not needed: their requirement does not exist or is covered. */
export function needlessWaivers(coverage: readonly Coverage[], waivers: readonly Waiver[]): string[] {
  return waivers
    .filter((waiver) => {
      const found = coverage.find(({ requirement }) => requirement.id === waiver.requirement);
      if (!found) return true;
      return found.waived.length === 0 || found.waived.every((one) => found.vectors[one].length > 0);
    })
    .map(({ requirement }) => requirement);
}
