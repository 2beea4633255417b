import { layoutOf, readJson, SPEC_FOLDER, textIn } from './layout.ts';
import type { ExtractedRequirement } from './requirements.ts';
import { readVersions } from './versions.ts';

/** The list of every identifier that was ever given to a requirement, relative to the package. */
export const IDENTIFIERS = 'identifiers.json';

/** When an identifier was introduced and, if it was withdrawn, when and why. */
export interface IdentifierRecord {
  readonly since: string;
  readonly withdrawn?: string;
  readonly reason?: string;
}

/** Every identifier ever used. Entries are added by `generate` and withdrawn by an author; none is ever removed. */
export type Identifiers = Readonly<Record<string, IdentifierRecord>>;

/** Reads the list of identifiers; empty if there is none yet. */
export function readIdentifiers(folder: string = SPEC_FOLDER): Identifiers {
  return JSON.parse(textIn(folder, IDENTIFIERS) ?? '{}') as Identifiers;
}

/** The requirements of a version, as `generate` took them from its prose. */
export function requirementsOf(version: string, folder: string = SPEC_FOLDER): ExtractedRequirement[] {
  return readJson(layoutOf(version, folder).requirements, folder) as ExtractedRequirement[];
}

/** The text of the list with the identifiers that are new in some version. */
export function identifiersText(folder: string = SPEC_FOLDER): string {
  const known: Record<string, IdentifierRecord> = { ...readIdentifiers(folder) };
  for (const { version } of readVersions(folder)) {
    for (const { id } of requirementsOf(version, folder)) known[id] ??= { since: version };
  }
  const lines = Object.entries(known).map(([id, record]) => `  ${JSON.stringify(id)}: ${oneLine(record)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

function oneLine(record: IdentifierRecord): string {
  const members = Object.entries(record).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `{ ${members.join(', ')} }`;
}
