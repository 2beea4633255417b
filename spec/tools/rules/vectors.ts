import { type Finding, lineOfText } from '../findings.ts';
import { type ExtractedRequirement, extractRequirements } from '../requirements.ts';
import { readReviews, reviewsPath, textDigest } from '../reviews.ts';
import { isObject } from '../schema-documents.ts';
import type { TestVector } from '../vectors.ts';
import type { VersionMaterial } from '../version-material.ts';

/** How a requirement can be seen to be kept: by what a verifier accepts and refuses, and by what a signer makes. */
const OBSERVATIONS = ['accepting', 'refusing', 'signing'] as const;

type Observation = (typeof OBSERVATIONS)[number];

/** Where the reasons stand why something cannot be observed, relative to the package. */
const WAIVERS = '../conformance/suite/vectors/waivers.json';

/**
 * Every requirement that binds has its vectors or a reason why not, and vectors were held against its present text. What a
 * version says in the words of the one before is tried by the vectors of that one as well.
 */
export function vectorFindings(
  material: VersionMaterial,
  vectors: readonly TestVector[],
  inherited: readonly TestVector[] = [],
): Finding[] {
  const requirements = extractRequirements(material.prose);
  if (vectors.length === 0) return [];
  const known = new Set<string>(requirements.map(({ id }) => id));
  const strangers = vectors.flatMap(({ requirements: ids, path, source }) =>
    ids
      .filter((id) => !known.has(id))
      .map((id) =>
        at(path, lineOfText(source, `"${id}"`), id, 'no requirement has this identifier', 'Correct the recipe'),
      ),
  );
  const waivers = readWaivers(material);
  const carried = carriedIn(material);
  return [
    ...strangers,
    ...requirements.flatMap((requirement) => [
      ...missingFindings(requirement, carried(requirement) ? [...inherited, ...vectors] : vectors, waivers, material),
      ...reviewFindings(requirement, vectors, material),
    ]),
  ];
}

/** Whether a requirement stands in the version before in the same words. */
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
  if (level === 'MAY') return []; // it binds nobody
  const found = observationsOf(id, vectors);
  const missing = wanted(role).filter((each) => !found.has(each) && !waivers.get(id)?.includes(each));
  if (missing.length === 0) return [];
  const mend = `Add them with oms-spec vector add --requirement ${id}, or say in conformance/suite/vectors/waivers.json why not`;
  return [at(material.layout.prose, lineOf(id, material), id, `it has no ${missing.join(' and no ')} vector`, mend)];
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
    // What a refusal is held against is accepted for the same requirement.
    if (control !== null) found.add('accepting');
  }
  return found;
}

function reviewFindings(
  { id, text }: ExtractedRequirement,
  vectors: readonly TestVector[],
  material: VersionMaterial,
): Finding[] {
  const { layout } = material;
  const about = vectors.filter(({ requirements }) => requirements.includes(id));
  if (about.length === 0) return [];
  const reviewed = readReviews(layout.version, layout.folder)[id];
  if (reviewed === textDigest(text)) return [];
  const what = reviewed === undefined ? 'nobody has held' : 'its text changed since somebody held';
  const message = `${what} its ${about.length} vectors against it (${reviewsPath(layout.version)})`;
  const mend = `Read ${about
    .slice(0, 3)
    .map((vector) => vector.id)
    .join(
      ', ',
    )}${about.length > 3 ? ', …' : ''}, then run oms-spec vector review ${layout.version.slice(1)} --requirement ${id}`;
  return [at(layout.prose, lineOf(id, material), id, message, mend)];
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

function at(path: string, line: number, requirement: string, message: string, mend: string): Finding {
  return { path, line, requirement, message, mend };
}
