import { schemas } from '@model-signing/spec/schemas';
import { schemas as draftSchemas } from '@model-signing/spec/v1.1/schemas';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { RequirementId } from '../vectors/vector.ts';
import { producerRule } from './producer-rules.ts';

/** What is wrong with the shape of a document, by the schema of what a producer writes. */
export interface ShapeIssue {
  readonly pointer: string;
  readonly requirement: RequirementId;
  readonly message: string;
}

type Layer = 'bundle' | 'statement';

const validators = new Map<string, ValidateFunction>();

/** Every issue with the shape of a bundle or of a statement, each by the rule for producers that it breaks. */
export function shapeIssues(layer: Layer, value: unknown, draft: boolean): ShapeIssue[] {
  const validate = validatorOf(layer, draft);
  if (validate(value)) return [];
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if');
  const own = errors.filter((error) => !isOfBranch(error, errors) && !isOfClosing(error));
  const issues = own.flatMap((error) => issueOf(layer, error, value) ?? []);
  const known = new Set<string>();
  return issues.filter(({ pointer, requirement }) => {
    const key = `${pointer} ${requirement}`;
    return known.has(key) ? false : known.add(key);
  });
}

function validatorOf(layer: Layer, draft: boolean): ValidateFunction {
  const documents = draft ? draftSchemas : schemas;
  const id = `${documents[layer].$id}#/$defs/produced`;
  const known = validators.get(id);
  if (known !== undefined) return known;
  const ajv = new Ajv2020({ strict: false, allErrors: true, verbose: true });
  for (const document of Object.values(documents)) ajv.addSchema(document);
  const validate = ajv.getSchema(id);
  if (validate === undefined) throw new Error(`there is no schema ${id}`);
  validators.set(id, validate);
  return validate;
}

/** Whether an error only says why one of several alternatives does not apply, which the error of their group sums up. */
function isOfBranch({ instancePath, schemaPath }: ErrorObject, errors: readonly ErrorObject[]): boolean {
  const groups = errors.filter(({ keyword }) => keyword === 'oneOf' || keyword === 'anyOf');
  return groups.some((group) => {
    const branches = group.schema as readonly { readonly $ref?: string }[];
    const paths = branches.map(({ $ref }, index) => `${$ref ?? `${group.schemaPath}/${index}`}/`);
    return instancePath.startsWith(group.instancePath) && paths.some((path) => schemaPath.startsWith(path));
  });
}

/** Whether an error repeats, in the part of the schema that closes an object, that the value is no object at all. */
function isOfClosing({ keyword, parentSchema }: ErrorObject): boolean {
  return keyword === 'type' && String(parentSchema?.$comment).startsWith('OMS-BUNDLE-8');
}

function issueOf(layer: Layer, error: ErrorObject, root: unknown): ShapeIssue | null {
  const { instancePath: pointer, parentSchema, keyword, params, message } = error;
  const named = /^OMS-[A-Z0-9]+-[0-9]+/.exec(String(parentSchema?.$comment ?? ''))?.[0];
  const member = params.missingProperty ?? params.additionalProperty;
  const requirement = producerRule({
    layer,
    named: (named ?? (layer === 'bundle' ? 'OMS-BUNDLE-6' : 'OMS-STMT-6')) as RequirementId,
    pointer,
    member: typeof member === 'string' ? member : null,
    unknown: keyword === 'additionalProperties',
    value: valueAt(root, pointer),
  });
  if (requirement === null) return null;
  const what = typeof member === 'string' ? `: ${JSON.stringify(member)}` : '';
  const wanted = parentSchema?.description === undefined ? '' : `, expected ${parentSchema.description}`;
  return { pointer, requirement, message: `the ${layer} at ${pointer || '/'} ${message}${what}${wanted}` };
}

function valueAt(root: unknown, pointer: string): unknown {
  const steps = pointer.split('/').slice(1);
  return steps.reduce<unknown>((value, step) => {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  }, root);
}
