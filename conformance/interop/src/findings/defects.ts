import { readFileSync } from 'node:fs';

/** A defect of an implementation that was confirmed by hand: one cause, and the vectors that show it. */
export interface Defect {
  readonly id: string;
  /** A sentence without its full stop. */
  readonly title: string;
  /** What follows from it, in one sentence. */
  readonly consequence: string;
  /** Expressions for the ids of the vectors; a vector belongs to the first defect that names it. */
  readonly vectors: readonly string[];
  /** The model that the commands find: `plain` is that of most vectors. */
  readonly model: 'plain' | 'none';
  /** At most three lines of shell with the line for the model, for an empty folder. VECTORS is the folder of the vectors. */
  readonly commands: readonly string[];
  /** The exit code of the last command. */
  readonly exit: number;
  /** An expression for what the commands print. */
  readonly prints: string;
}

/** The line that makes the model of most vectors. */
const PLAIN =
  "mkdir -p model/weights && printf '{}\\n' > model/config.json && printf aaaa > model/weights/a.bin && printf bbbb > model/weights/b.bin";

const MOST_LINES = 3;

const MEMBERS: Readonly<Record<keyof Defect, (value: unknown) => boolean>> = {
  id: (value) => typeof value === 'string' && /^[a-z0-9.-]+$/.test(value),
  title: (value) => typeof value === 'string' && /^[A-Z].*[^.]$/.test(value),
  consequence: (value) => typeof value === 'string' && /^[A-Z].*\.$/.test(value),
  vectors: (value) => Array.isArray(value) && value.length > 0 && value.every(isPattern),
  model: (value) => value === 'plain' || value === 'none',
  commands: (value) => Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string'),
  exit: (value) => Number.isInteger(value),
  prints: isPattern,
};

/**
 * Reads the defects of an implementation.
 * @throws {Error} that names the entry and the member that is wrong
 */
export function readDefects(file: string): Defect[] {
  const list: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(list)) throw new Error(`${file} is not an array`);
  const ids = new Set<string>();
  for (const entry of list) {
    const name = JSON.stringify(entry?.id);
    for (const [member, isRight] of Object.entries(MEMBERS)) {
      if (!isRight(entry?.[member])) throw new Error(`defect ${name}: "${member}" is missing or malformed`);
    }
    const unknown = Object.keys(entry).find((member) => !Object.hasOwn(MEMBERS, member));
    if (unknown !== undefined) throw new Error(`defect ${name}: "${unknown}" is unknown`);
    if (ids.has(entry.id)) throw new Error(`defect ${name} is listed twice`);
    if (linesOf(entry).length > MOST_LINES) throw new Error(`defect ${name}: it takes more than ${MOST_LINES} lines`);
    ids.add(entry.id);
  }
  return list;
}

/** The lines of shell that show a defect. */
export function linesOf({ model, commands }: Pick<Defect, 'model' | 'commands'>): string[] {
  return [...(model === 'plain' ? [PLAIN] : []), ...commands];
}

/** The defect that explains a failure of a vector. */
export function defectOf(vector: string, defects: readonly Defect[]): Defect | undefined {
  return defects.find(({ vectors }) => vectors.some((pattern) => new RegExp(pattern).test(vector)));
}

function isPattern(value: unknown): boolean {
  try {
    return typeof value === 'string' && value !== '' && new RegExp(value).source !== '';
  } catch {
    return false;
  }
}
