import { Ajv2020 } from 'ajv/dist/2020.js';
import { type Finding, lineOfText, type Material } from '../findings.ts';
import { schemaPath } from '../layout.ts';
import { registryTables, withTables } from '../registry.ts';
import { partAt } from '../schema-documents.ts';

const COMMON = {
  identifier: { type: 'string', pattern: '^[a-z0-9-]+$' },
  name: { type: 'string', minLength: 1 },
  support: { enum: ['required', 'optional'] },
  reference: { type: 'string', minLength: 1 },
  url: { type: 'string', pattern: '^https://' },
};

const REGISTRY_SCHEMA = {
  type: 'object',
  required: ['digests', 'signatures'],
  additionalProperties: false,
  properties: {
    digests: listOf({ ...COMMON, bits: { type: 'integer', multipleOf: 8 }, default: { type: 'boolean' } }),
    signatures: listOf({
      ...COMMON,
      curve: { type: 'string', pattern: '^P-[0-9]+$' },
      hash: { type: 'string', pattern: '^SHA-[0-9]+$' },
      encoding: { type: 'string', minLength: 1 },
      methods: { type: 'array', items: { enum: ['key', 'certificate'] } },
    }),
  },
};

function listOf(properties: Readonly<Record<string, unknown>>) {
  const items = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
  return { type: 'array', minItems: 1, items };
}

/** The registry is well formed, and the predicate's schema and the tables of the prose say the same. */
export function registryFindings(material: Material): Finding[] {
  const validate = new Ajv2020().compile(REGISTRY_SCHEMA);
  if (!validate(material.registry)) {
    const { instancePath = '', message = '' } = validate.errors?.[0] ?? {};
    return [
      finding(material.layout.registry, 1, null, `${instancePath} ${message}`, 'Give each entry the same members'),
    ];
  }
  return [...schemaFindings(material), ...tableFindings(material)];
}

function schemaFindings({ layout, registry, schemas, schemaTexts }: Material): Finding[] {
  const path = schemaPath(layout, 'predicate');
  const identifiers = registry.digests.map(({ identifier }) => identifier);
  const named = partAt(schemas.predicate, '/$defs/algorithm/enum') as string[];
  const found: Finding[] = [];
  if (identifiers.join() !== named.join()) {
    const line = lineOfText(schemaTexts.predicate, '"enum": ["');
    const message = `the algorithms are ${named.join(', ')}, those of the registry ${identifiers.join(', ')}`;
    found.push(finding(path, line, 'OMS-CONF-6', message, 'Make the two the same, in the same order'));
  }
  for (const { identifier, bits } of registry.digests) {
    const branch = (schemas.predicate.allOf as unknown[]).find(
      (part) => partAt(part, '/if/$ref') === `#/$defs/hashed/${identifier}`,
    );
    const members = partAt(branch, '/then/properties/resources/items/properties');
    const length = partAt(members, '/digest/$ref');
    if (length === `#/$defs/hex${bits}` && String(partAt(members, '/algorithm/pattern')).startsWith(`^${identifier}(`))
      continue;
    const fix = `Add an allOf branch for ${identifier} with digests of ${bits} bits`;
    found.push(finding(path, 1, 'OMS-RES-4', `the length of ${identifier} digests is not checked`, fix));
  }
  return found;
}

function tableFindings({ layout, prose, registry }: Material): Finding[] {
  const expected = withTables(prose.source, registryTables(registry));
  if (expected === prose.source) return [];
  const line = lineOfText(prose.source, '<!-- generated:');
  return [finding(layout.prose, line, null, 'the algorithm tables differ from the registry', 'Run npm run fix')];
}

function finding(path: string, line: number, requirement: string | null, message: string, fix: string): Finding {
  return { path, line, requirement, message, fix };
}
