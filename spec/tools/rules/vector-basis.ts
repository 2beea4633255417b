import { type Finding, lineOfText } from '../findings.ts';
import { extractRequirements } from '../requirements.ts';
import type { TestVector } from '../vectors.ts';
import type { VersionMaterial } from '../version-material.ts';

/** The levels, from the strictest. */
const STRICTNESS: readonly string[] = ['MUST', 'SHOULD', 'MAY'];

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
    const demanded = STRICTNESS.findIndex((each) => decidedBy.some((id) => levels.get(id)?.startsWith(each)));
    if (demanded >= 0 && demanded <= STRICTNESS.indexOf(level)) return [];
    const message = `it has the level ${level}, but what decides it says ${STRICTNESS[demanded] ?? 'nothing'}`;
    return [at(message, 'Give it that level, or name what demands its outcome in "decidedBy"')];
  });
}
