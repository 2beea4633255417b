import type { Plugin } from 'rolldown';

/** What only describes a schema is a third of it. */
const describing = new Set(['title', 'description', 'examples', 'meta:enum', '$comment', 'deprecated']);

/** Schemas of other projects, whose texts the command does not print. */
export const leanSchemas: Plugin = {
  name: 'lean-schemas',
  transform: {
    filter: { id: /\/vendor\/cyclonedx-1\.6\/.*\.json$/ },
    handler: (code) => ({
      code: `export default JSON.parse(${JSON.stringify(JSON.stringify(lean(JSON.parse(code))))});`,
      moduleType: 'js',
    }),
  },
};

/** A schema without its descriptions; what is called like one of them, as a property is, stays. */
function lean(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(lean);
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([name]) => !describing.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, named.has(name) ? leanEach(value) : lean(value)]));
}

/** Members whose own members are called as the document wants. */
const named = new Set(['properties', 'definitions', 'patternProperties', 'dependencies']);

function leanEach(schemas: object): object {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, lean(schema)]));
}
