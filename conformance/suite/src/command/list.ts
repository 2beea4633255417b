import { UsageError } from '../errors.ts';
import { sentenceOf } from '../vectors/sentences.ts';
import { loadSuite } from '../vectors/suite.ts';
import { type Profile, profiles } from '../vectors/vector.ts';
import { exit, parseFlags } from './usage.ts';

/** The flags of `list`. */
export const listOptions = {
  json: { type: 'boolean' },
  profile: { type: 'string' },
  requirement: { type: 'string' },
} as const;

/** `list`: the vectors, one a line, or with `--json` as data, in the form of list.schema.json. */
export async function list(args: readonly string[]): Promise<number> {
  const { json, profile, requirement } = parseFlags({ args: [...args], options: listOptions }).values;
  if (profile !== undefined && !profiles.includes(profile as Profile)) {
    throw new UsageError(`there is no profile "${profile}"; there are ${profiles.join(', ')}`);
  }
  if (requirement !== undefined && sentenceOf(requirement) === null) {
    throw new UsageError(`there is no requirement "${requirement}"`);
  }
  const vectors = loadSuite()
    .vectors.map(({ vector }) => vector)
    .filter((vector) => profile === undefined || vector.profile === profile)
    .filter((vector) => requirement === undefined || vector.requirements.some((id) => id === requirement));
  if (json) {
    const rows = vectors.map(({ id, title, kind, profile: of, level, requirements: ids, expect: { outcome } }) => ({
      id,
      title,
      kind,
      profile: of,
      level,
      outcome,
      requirements: ids,
    }));
    process.stdout.write(
      `${JSON.stringify({ schema: 'model-signing/conformance-list/v1', vectors: rows }, null, 2)}\n`,
    );
    return exit.done;
  }
  for (const { id, title, kind, expect } of vectors) {
    process.stdout.write(`${id.padEnd(44)} ${kind.padEnd(10)} ${expect.outcome.padEnd(7)} ${title}\n`);
  }
  return exit.done;
}
