import { type Finding, lineOfText } from '../findings.ts';
import { extractRequirements } from '../requirements.ts';
import type { TestVector } from '../vectors.ts';
import type { VersionMaterial } from '../version-material.ts';

/**
 * The outcome of each vector is demanded by requirements that it names, as strictly as it says.
 *
 * What a vector rests on is computed from these requirements, so that a wrong one charges implementations wrongly.
 */
export function vectorBasisFindings({ prose }: VersionMaterial, vectors: readonly TestVector[]): Finding[] {
  const levels = new Map(extractRequirements(prose).map(({ id, level }) => [id, level]));
  return vectors.flatMap((vector) => {
    const { outcome, decidedBy, requirements, level, path, source } = vector;
    const at = (message: string, fix: string): Finding => ({
      ...{ path, line: lineOfText(source, '"decidedBy"'), requirement: decidedBy[0] ?? null, message, fix },
    });
    const unnamed = decidedBy.filter((id) => !requirements.includes(id));
    if (decidedBy.length === 0 || unnamed.length > 0) {
      const what = unnamed.length === 0 ? 'nothing decides its outcome' : `it does not name ${unnamed.join(', ')}`;
      return [at(what, 'List in "decidedBy" some of its requirements')];
    }
    if (outcome === 'either') return [];
    const deciding = decidedBy.map((id) => levels.get(id) ?? '');
    if (deciding.every((each) => each === 'MAY'))
      return [at('its outcome is only permitted', 'Expect either, or name what demands it in "decidedBy"')];
    if (level !== 'MUST' || deciding.some((each) => each.startsWith('MUST'))) return [];
    return [at('its outcome is only recommended', 'Give it the level SHOULD, or name what demands it in "decidedBy"')];
  });
}
