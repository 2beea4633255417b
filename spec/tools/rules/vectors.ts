import { type Finding, lineOfText, repositoryPath } from '../findings.ts';
import { VECTORS } from '../layout.ts';
import { type ExtractedRequirement, extractRequirements } from '../requirements.ts';
import { readReviews, reviewsPath, textDigest } from '../reviews.ts';
import { isObject } from '../schema-documents.ts';
import type { TestVector } from '../vectors.ts';
import type { VersionMaterial } from '../version-material.ts';

/** How a requirement can be observed: by what a verifier accepts and refuses, and by what a signer produces. */
const OBSERVATIONS = ['accepting', 'refusing', 'signing'] as const;

type Observation = (typeof OBSERVATIONS)[number];

/** The requirements that cannot be observed, with the reasons, relative to the package. */
const WAIVERS = `${VECTORS}/waivers.json`;

/**
 * Every binding requirement has vectors that were reviewed for its present text, or a reason why it has none. The vectors
 * of the previous version also count for a requirement that has not changed since.
 */
export function vectorFindings(
  material: VersionMaterial,
  vectors: readonly TestVector[],
  inherited: readonly TestVector[] = [],
): Finding[] {
  const requirements = extractRequirements(material.prose);
  if (vectors.length === 0) return [];
  const known = new Set<string>(requirements.map(({ id }) => id));
  const unknownIds = vectors.flatMap(({ requirements: ids, path, source }) =>
    ids
      .filter((id) => !known.has(id))
      .map((id) =>
        at(path, lineOfText(source, `"${id}"`), id, 'no requirement has this identifier', 'Correct the recipe'),
      ),
  );
  const waivers = readWaivers(material);
  const carried = carriedIn(material);
  return [
    ...unknownIds,
    ...requirements.flatMap((requirement) => [
      ...missingFindings(requirement, carried(requirement) ? [...inherited, ...vectors] : vectors, waivers, material),
      ...reviewFindings(requirement, vectors, material),
    ]),
  ];
}

/** Whether the previous version has a requirement with the same text. */
function carriedIn({ base }: VersionMaterial): (requirement: ExtractedRequirement) => boolean {
  const before = new Map(base === null ? [] : extractRequirements(base.prose).map(({ id, text }) => [id, text]));
  return ({ id, text }) => before.get(id) === text;
}

function missingFindings(
  requirement: ExtractedRequirement,
  vectors: readonly TestVector[],
  waivers: ReadonlyMap<string, readonly Observation[]>,
  material: VersionMaterial,
): Finding[] {
  const { id, level, role } = requirement;
  if (level === 'MAY') return []; // it binds no one
  const found = observationsOf(id, vectors);
  const missing = wanted(role).filter((each) => !found.has(each) && !waivers.get(id)?.includes(each));
  if (missing.length === 0) return [];
  const fix = `Add them with oms-spec vector add --requirement ${id} --stage STAGE, or say in ${repositoryPath(WAIVERS)} why not`;
  return [at(material.layout.prose, lineOf(id, material), id, `it has no ${missing.join(' and no ')} vector`, fix)];
}

function wanted(role: ExtractedRequirement['role']): readonly Observation[] {
  if (role === 'producer') return ['signing'];
  return role === 'verifier' ? ['accepting', 'refusing'] : OBSERVATIONS;
}

function observationsOf(id: string, vectors: readonly TestVector[]): Set<Observation> {
  const found = new Set<Observation>();
  for (const { kind, outcome, requirements, control } of vectors) {
    if (!requirements.includes(id)) continue;
    if (kind === 'sign' || kind === 'roundtrip') found.add('signing');
    if (kind === 'sign') continue;
    if (outcome === 'accept') found.add('accepting');
    if (outcome !== 'reject') continue;
    found.add('refusing');
    // The control of a refusal is accepted for the same requirement.
    if (control !== null) found.add('accepting');
  }
  return found;
}

function reviewFindings(
  { id, text }: ExtractedRequirement,
  vectors: readonly TestVector[],
  material: VersionMaterial,
): Finding[] {
  const { layout, textOf } = material;
  const about = vectors.filter(({ requirements }) => requirements.includes(id));
  if (about.length === 0) return [];
  const reviewed = readReviews(layout.version, textOf)[id];
  if (reviewed === textDigest(text)) return [];
  const what = reviewed === undefined ? 'were not reviewed' : 'were reviewed for an earlier text';
  const message = `its ${about.length} vectors ${what} (${reviewsPath(layout.version)})`;
  const fix = `Read ${about
    .slice(0, 3)
    .map((vector) => vector.id)
    .join(
      ', ',
    )}${about.length > 3 ? ', …' : ''}, then run oms-spec vector review ${layout.version.slice(1)} --requirement ${id}`;
  return [at(layout.prose, lineOf(id, material), id, message, fix)];
}

function readWaivers({ textOf }: VersionMaterial): Map<string, readonly Observation[]> {
  const list: unknown = JSON.parse(textOf(WAIVERS) ?? '[]');
  const entries = Array.isArray(list) ? list.filter(isObject) : [];
  return new Map(
    entries
      .filter(({ reason }) => typeof reason === 'string' && reason.trim() !== '')
      .map(({ requirement, observations = OBSERVATIONS }) => [String(requirement), observations as Observation[]]),
  );
}

function lineOf(id: string, { prose }: VersionMaterial): number {
  return lineOfText(prose.source, `[${id}]`);
}

function at(path: string, line: number, requirement: string, message: string, fix: string): Finding {
  return { path, line, requirement, message, fix };
}
