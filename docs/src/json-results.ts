import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inCell } from './cells.ts';
import type { Page } from './pages.ts';

interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema | false;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

const SCHEMA = 'result-v1.schema.json';

/** The reference of what `--json` prints, generated from its schema. */
export function jsonResultsPage(root: string): Page {
  const schema: Schema = JSON.parse(readFileSync(path.join(root, 'packages/cli/schemas', SCHEMA), 'utf8'));
  const defs = schema.$defs ?? {};
  const tables = Object.values(defs).filter(({ properties }) => properties);
  const text = [
    '# JSON results',
    '',
    'With `--json`, the command prints exactly one JSON object on one line of standard output: a result, or why there is none.',
    'That is also true of a wrong command line, a signal and a bug. Messages for people go to standard error.',
    '',
    `This page is generated from the JSON Schema, which the package contains: \`@model-signing/cli/schemas/${SCHEMA}\`. The`,
    'schema is exact: a result has no other members. A later version of the command may add members, and new error codes,',
    'under the same `schema`; existing members keep their meaning, and a change of one gets a new `schema`.',
    '',
    ...tables.flatMap((table) => section(table, defs)),
  ];
  return { path: 'reference/json-results.md', text: `${text.join('\n')}\n`, source: null };
}

function section({ title = '', description = '', properties = {}, required = [] }: Schema, defs: Schema['$defs']) {
  return [
    `## ${title} {#${anchorOf(title)}}`,
    '',
    `${description.replace(/^[a-z]/, (letter) => letter.toUpperCase())}.`,
    '',
    '| member | value | meaning |',
    '|---|---|---|',
    ...Object.entries(properties).map(([name, member]) => {
      const optional = required.includes(name) ? '' : ' (optional)';
      const meaning = member.description ?? resolve(member, defs).description ?? '';
      return `| \`${name}\`${optional} | ${typeOf(member, defs)} | ${inCell(meaning)} |`;
    }),
    '',
  ];
}

function resolve(schema: Schema, defs: Schema['$defs'] = {}): Schema {
  if (schema.$ref === undefined) return schema;
  const found = defs[schema.$ref.replace('#/$defs/', '')];
  if (!found) throw new Error(`${schema.$ref} points to nothing`);
  return found;
}

function typeOf(schema: Schema, defs: Schema['$defs']): string {
  const found = resolve(schema, defs);
  if (found.properties) return `[${found.title}](#${anchorOf(found.title ?? '')})`;
  if (found.oneOf) return found.oneOf.map((each) => typeOf(each, defs)).join(' or ');
  if (found.const !== undefined) return `\`${JSON.stringify(found.const)}\``;
  if (found.enum) return found.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  if (found.items) return `list of ${typeOf(found.items, defs)}`;
  return [found.type ?? []].flat().map(inWords).join(' or ');
}

function inWords(type: string): string {
  return { array: 'list', integer: 'whole number' }[type] ?? type;
}

function anchorOf(title: string): string {
  return title.toLowerCase();
}
