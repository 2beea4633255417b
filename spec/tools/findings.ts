import { posix } from 'node:path';
import type { Layer, Layout, TextOf } from './layout.ts';
import type { Prose } from './prose.ts';
import type { Registry } from './registry.ts';
import type { SchemaDocuments } from './schema-documents.ts';

/** One thing that is wrong, where it is, and how to fix it. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly requirement: string | null;
  readonly message: string;
  readonly fix: string;
}

/** What the rules look at; a test breaks one part of it and leaves the others as they are. */
export interface Material {
  readonly layout: Layout;
  readonly prose: Prose;
  readonly schemas: SchemaDocuments;
  readonly schemaTexts: Readonly<Record<Layer, string>>;
  readonly registry: Registry;
  readonly publicText: unknown;
  readonly publicTextSource: string;
  readonly basis: unknown;
  readonly basisSource: string;
  readonly textOf: TextOf;
}

/** The line, counted from 1, on which a text first contains another one; 1 if it does not. */
export function lineOfText(source: string, needle: string): number {
  const offset = source.indexOf(needle);
  return offset < 0 ? 1 : source.slice(0, offset).split('\n').length;
}

/** A finding as one line for a terminal, its path relative to the repository. */
export function formatFinding({ path, line, requirement, message, fix }: Finding): string {
  const subject = requirement === null ? '' : ` ${requirement}:`;
  return `${repositoryPath(path)}:${line}:${subject} ${message}. ${fix}.`;
}

/** A path relative to the package `spec` as one relative to the repository. */
export function repositoryPath(path: string): string {
  return posix.join('spec', path);
}
