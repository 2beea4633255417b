import { existsSync, readdirSync } from 'node:fs';
import { readJson, SPEC_FOLDER } from './layout.ts';
import { isObject } from './schema-documents.ts';
import type { TestVector } from './vectors.ts';

/** An extension of a draft: what a version has of it is exported only by its identifier. */
export interface Extension {
  /** The name of its part of the prose and of its rationale. */
  readonly name: string;
  readonly identifier: string;
  /** The area of its requirements, which no other part of the version uses: `SUB` for `OMS-SUB-1`. */
  readonly area: string;
}

/** The extensions of a version, of which most have none. */
export function readExtensions(version: string, folder: string = SPEC_FOLDER): readonly Extension[] {
  const path = `${version}/extensions.json`;
  if (!existsSync(folder + path)) return [];
  const list = readJson(path, folder);
  if (Array.isArray(list) && list.every(isExtension)) return list;
  throw new Error(`${path} is not a list of extensions, each with a name, an identifier and an area`);
}

function isExtension(value: unknown): value is Extension {
  if (!isObject(value)) return false;
  return ['name', 'identifier', 'area'].every((member) => typeof value[member] === 'string');
}

/** The path of the page with the reasons for an extension, relative to the package. */
export function rationaleOf(version: string, { name }: Extension): string {
  return `${version}/rationale/${name}.md`;
}

/** The pages with the reasons for a version, relative to the package, without those for extensions that are not named. */
export function rationalesOf(version: string, named: readonly string[], folder: string = SPEC_FOLDER): string[] {
  const pages = `${version}/rationale`;
  if (!existsSync(folder + pages)) return [];
  const left = readExtensions(version, folder).filter(({ identifier }) => !named.includes(identifier));
  const without = new Set(left.map((each) => rationaleOf(version, each)));
  const all = readdirSync(folder + pages).map((name) => `${pages}/${name}`);
  return all.filter((page) => !without.has(page)).sort();
}

/** The marks around the part of the prose that is about an extension. */
export function marksOf({ name }: Extension): { readonly begin: string; readonly end: string } {
  return { begin: `<!-- extension: ${name} -->\n\n`, end: '<!-- /extension -->\n\n' };
}

/** What is left of a version without some of its extensions. */
export class WithoutExtensions {
  readonly #left: readonly Extension[];

  /** @param left the extensions to leave out */
  constructor(left: readonly Extension[]) {
    this.#left = left;
  }

  /** The extensions of a version other than the named ones; throws on a name that it does not have. */
  static except(named: readonly string[], version: string, folder?: string): WithoutExtensions {
    const all = readExtensions(version, folder);
    const unknown = named.find((one) => !all.some(({ identifier }) => identifier === one));
    if (unknown !== undefined) {
      const known = all.map(({ identifier }) => identifier).join(', ');
      throw new Error(`${version} has no extension ${unknown}; it has ${known || 'none'}`);
    }
    return new WithoutExtensions(all.filter(({ identifier }) => !named.includes(identifier)));
  }

  prose(text: string): string {
    let kept = text;
    for (const each of this.#left) {
      const { begin, end } = marksOf(each);
      const from = kept.indexOf(begin);
      const until = kept.indexOf(end, from);
      if (from === -1 || until === -1) throw new Error(`the prose has no part for the extension ${each.name}`);
      kept = kept.slice(0, from) + kept.slice(until + end.length);
    }
    return kept;
  }

  /** A list of requirements as JSON. */
  requirements(text: string): string {
    const list = JSON.parse(text) as { readonly id: string }[];
    return this.#left.length === 0 ? text : json(list.filter(({ id }) => !this.hasRequirement(id)));
  }

  /** A schema as JSON, without every part whose `$comment` begins with a requirement of an extension, and what refers to it. */
  schema(text: string): string {
    if (this.#left.length === 0) return text;
    const document: unknown = JSON.parse(text);
    const defs = isObject(document) && isObject(document.$defs) ? document.$defs : {};
    const gone = new Set(Object.keys(defs).filter((name) => this.#isOfExtension(defs[name])));
    const refers = ({ $ref }: Readonly<Record<string, unknown>>) => gone.has(String($ref).replace('#/$defs/', ''));
    const keep = (value: unknown) => !this.#isOfExtension(value) && !(isObject(value) && refers(value));
    return json(filtered(document, keep));
  }

  /** The vectors that are about none of them, and do not begin with one that is. */
  vectors<Vector extends Pick<TestVector, 'id' | 'control' | 'requirements'>>(all: readonly Vector[]): Vector[] {
    const byId = new Map(all.map((each) => [each.id, each]));
    const isKept = ({ requirements, control }: Vector): boolean => {
      if (requirements.some((id) => this.hasRequirement(id))) return false;
      const from = control === null ? undefined : byId.get(control);
      return from === undefined || isKept(from);
    };
    return all.filter(isKept);
  }

  hasRequirement(id: string): boolean {
    return this.#left.some(({ area }) => id.startsWith(`OMS-${area}-`));
  }

  #isOfExtension(value: unknown): boolean {
    return isObject(value) && typeof value.$comment === 'string' && this.hasRequirement(value.$comment);
  }
}

function filtered(value: unknown, keep: (value: unknown) => boolean): unknown {
  if (Array.isArray(value)) return value.filter(keep).map((each) => filtered(each, keep));
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, each]) => keep(each));
  return Object.fromEntries(kept.map(([name, each]) => [name, filtered(each, keep)]));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
