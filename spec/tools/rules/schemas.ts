import { type Finding, lineOfText, type Material } from '../findings.ts';
import { LAYERS, type Layer, schemaPath } from '../layout.ts';
import { blocks } from '../prose.ts';
import { requirementParts } from '../requirements.ts';
import { type Place, places } from '../schema-documents.ts';

const BASE = 'https://model-signing.example/spec';

/** Keywords that can refuse a value. */
const CONSTRAINTS = ['type', 'required', 'const', 'enum', 'pattern', 'not', 'anyOf', 'oneOf', 'additionalProperties'];
const LIMITS = [
  ...['minItems', 'maxItems', 'minProperties', 'maxProperties', 'minimum', 'maximum', 'minLength', 'maxLength'],
];

/** Constraints whose error message consists of the description. */
const NEED_WORDS = ['pattern', 'not', 'anyOf', ...LIMITS];

/** A failure inside these is reported by the schema around them. */
const INNER = /\/(?:if|not|anyOf\/\d+|oneOf\/\d+)(?:\/|$)|\/\$defs\/(?:hashed|sharded)(?:\/|$)/;

/** Every constraint of a schema names the requirement it enforces and has a description for the error message. */
export function schemaFindings(material: Material): Finding[] {
  const known = new Set(blocks(material.prose).flatMap((block) => requirementParts(block)?.ids ?? []));
  return LAYERS.flatMap((layer) => {
    const found = [...places(material.schemas[layer])].flatMap((place) =>
      placeFindings(place, schemaPath(material.layout, layer), known, material.schemaTexts[layer]),
    );
    return [...identifierFindings(layer, material), ...found];
  });
}

function placeFindings({ pointer, schema }: Place, path: string, known: ReadonlySet<string>, text: string): Finding[] {
  const comment = typeof schema.$comment === 'string' ? schema.$comment : null;
  const ids = comment?.match(/\bOMS-[A-Z0-9]+-[0-9]+\b/g) ?? [];
  const line = comment === null ? 1 : lineOfText(text, comment);
  const report = (requirement: string | null, message: string, fix: string): Finding => ({
    path,
    line,
    requirement,
    message: `#${pointer}: ${message}`,
    fix,
  });
  const found = ids
    .filter((id) => !known.has(id))
    .map((id) => report(id, 'the prose has no such requirement', 'Correct the identifier in $comment'));
  if (INNER.test(pointer)) return found;
  const uses = (keywords: readonly string[]) => keywords.find((keyword) => schema[keyword] !== undefined);
  const constraint = uses([...CONSTRAINTS, ...LIMITS]);
  if (constraint !== undefined && !/^OMS-/.test(comment ?? '')) {
    found.push(report(null, `${constraint} names no requirement`, 'Add a $comment that begins with its identifier'));
  }
  const worded = uses(NEED_WORDS);
  const sharesWords = pointer === '' || typeof schema.description === 'string';
  if (worded !== undefined && !sharesWords) {
    found.push(report(ids[0] ?? null, `${worded} has no description`, 'Describe what is expected, as a noun phrase'));
  }
  return found;
}

function identifierFindings(layer: Layer, { layout, schemas }: Material): Finding[] {
  const expected = `${BASE}/${layout.version}/${layer}.schema.json`;
  if (schemas[layer].$id === expected) return [];
  const message = `$id is ${schemas[layer].$id}`;
  return [{ path: schemaPath(layout, layer), line: 1, requirement: null, message, fix: `Write ${expected}` }];
}
