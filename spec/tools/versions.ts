import { readJson, SPEC_FOLDER } from './layout.ts';
import { isObject } from './schema-documents.ts';

/** The list of versions, relative to the package. */
export const VERSIONS = 'versions.json';

/** What a version is to its readers: a proposal, the one to implement, or the same and unchangeable. */
export type Status = 'draft' | 'current' | 'frozen';

/** A version of the format. */
export interface Version {
  /** Its name, such as `v1.0`. */
  readonly version: string;
  readonly status: Status;
  /** The version that it was made from; null for the first. */
  readonly from: string | null;
}

/** Every version of the format, the oldest first; throws on a list that is malformed. */
export function readVersions(folder: string = SPEC_FOLDER): Version[] {
  const list = readJson(VERSIONS, folder);
  if (!Array.isArray(list) || !list.every(isVersion)) throw new Error(`${VERSIONS} is not a list of versions`);
  return list;
}

/** The version of that name; throws, naming those that there are. */
export function findVersion(name: string, folder: string = SPEC_FOLDER): Version {
  const versions = readVersions(folder);
  const found = versions.find(({ version }) => version === versionName(name));
  if (found !== undefined) return found;
  throw new Error(`there is no version ${name}; there are ${versions.map(({ version }) => version).join(', ')}`);
}

/** The name of a version that people call `1.1` or `v1.1`; throws on any other form. */
export function versionName(text: string): string {
  const number = /^v?((?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*))$/.exec(text)?.[1];
  if (number === undefined) throw new Error(`${text} is not a version; write it like 1.1`);
  return `v${number}`;
}

function isVersion(entry: unknown): entry is Version {
  if (!isObject(entry)) return false;
  const { version, status, from } = entry;
  const named = typeof version === 'string' && /^v\d+\.\d+$/.test(version);
  return (
    named && ['draft', 'current', 'frozen'].includes(String(status)) && (from === null || typeof from === 'string')
  );
}
