import { Ajv2020 } from 'ajv/dist/2020.js';
import { schemaCompiler } from '../compile-validators.ts';
import type { Finding, Material } from '../findings.ts';
import { LAYERS, schemaPath } from '../layout.ts';

/** Every schema satisfies the metaschema, compiles in strict mode, and refers only to what exists. */
export function strictFindings({ layout, schemas }: Material): Finding[] {
  const metaschema = new Ajv2020();
  const found = LAYERS.flatMap((layer) => {
    if (metaschema.validateSchema(schemas[layer])) return [];
    const { instancePath = '', message = '' } = metaschema.errors?.[0] ?? {};
    return [fault(schemaPath(layout, layer), `#${instancePath} ${message}`, 'Correct the keyword')];
  });
  if (found.length > 0) return found;
  for (const layer of LAYERS) {
    try {
      schemaCompiler(schemas).getSchema(`${schemas[layer].$id}#/$defs/produced`);
      schemaCompiler(schemas).getSchema(String(schemas[layer].$id));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return [fault(schemaPath(layout, layer), `it does not compile: ${message}`, 'Correct the schema')];
    }
  }
  return [];
}

function fault(path: string, message: string, fix: string): Finding {
  return { path, line: 1, requirement: null, message, fix };
}
