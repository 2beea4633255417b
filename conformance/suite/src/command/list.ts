import { UsageError } from '../errors.ts';
import { sentenceOf } from '../vectors/sentences.ts';
import { loadSuite } from '../vectors/suite.ts';
import { isDraft, type Profile, profiles, type Vector, type VectorBasis, vectorBases } from '../vectors/vector.ts';
import { exit, parseFlags } from './usage.ts';

/** The flags of `list`. */
export const listOptions = {
  json: { type: 'boolean' },
  profile: { type: 'string' },
  requirement: { type: 'string' },
  basis: { type: 'string' },
} as const;

/** `list`: the vectors, one a line, or with `--json` as data, in the form of list.schema.json. */
export async function list(args: readonly string[]): Promise<number> {
  const { json, profile, requirement, basis } = parseFlags({ args: [...args], options: listOptions }).values;
  if (profile !== undefined && !profiles.includes(profile as Profile)) {
    throw new UsageError(`there is no profile "${profile}"; there are ${profiles.join(', ')}`);
  }
  if (requirement !== undefined && sentenceOf(requirement) === null) {
    throw new UsageError(`there is no requirement "${requirement}"`);
  }
  if (basis !== undefined && !vectorBases.includes(basis as VectorBasis)) {
    throw new UsageError(`there is no basis "${basis}"; there are ${vectorBases.join(', ')}`);
  }
  const vectors = loadSuite()
    .vectors.map(({ vector }) => vector)
    .filter((vector) => profile === undefined || vector.profile === profile)
    .filter((vector) => basis === undefined || vector.basis === basis)
    .filter((vector) => requirement === undefined || vector.requirements.some((id) => id === requirement));
  if (json) {
    const document = { schema: 'model-signing/conformance-list/v1', vectors: vectors.map(rowOf) };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return exit.done;
  }
  process.stdout.write(`${listLines(vectors, process.stdout.isTTY ?? false).join('\n')}\n`);
  return exit.done;
}

/** The vectors, one a line; on a terminal with what the columns are, and how many vectors there are. */
export function listLines(vectors: readonly Vector[], isTerminal: boolean): string[] {
  const row = (id: string, kind: string, outcome: string, basis: string, title: string) =>
    `${id.padEnd(44)} ${kind.padEnd(10)} ${outcome.padEnd(7)} ${basis.padEnd(13)} ${title}`;
  const rows = vectors.map(({ id, title, kind, basis, expect }) => row(id, kind, expect.outcome, basis, title));
  if (!isTerminal) return rows;
  const drafts = vectors.filter((vector) => isDraft({ vector })).length;
  const count = `${vectors.length} ${vectors.length === 1 ? 'vector' : 'vectors'}`;
  const ofDraft = drafts === 0 ? '' : `, ${drafts} of them of the draft, which judge only those that declare it`;
  return [row('vector', 'kind', 'outcome', 'rests on', 'title'), ...rows, '', `${count}${ofDraft}`];
}

function rowOf({ id, title, kind, profile, level, basis, requirements, decidedBy, expect }: Vector) {
  return { id, title, kind, profile, level, outcome: expect.outcome, basis, requirements, decidedBy };
}
