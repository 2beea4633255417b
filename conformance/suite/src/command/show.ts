import { UsageError } from '../errors.ts';
import { unknownName } from '../nearest.ts';
import { basisTitles } from '../report/wording.ts';
import { controlIn } from '../vectors/control.ts';
import type { LoadedVector } from '../vectors/load.ts';
import { basisSentence, sentenceOf } from '../vectors/sentences.ts';
import { loadSuite } from '../vectors/suite.ts';
import type { TreeNode, Vector } from '../vectors/vector.ts';
import { isBinding } from '../vectors/verdicts.ts';
import { exit, parseFlags } from './usage.ts';

/** `show VECTOR`: prints a vector, what is expected, and the requirements it is about. */
export async function show(args: readonly string[]): Promise<number> {
  const options = { bundle: { type: 'boolean' } } as const;
  const { values, positionals } = parseFlags({ args: [...args], allowPositionals: true, options });
  const [id, ...more] = positionals;
  if (id === undefined || more.length > 0) throw new UsageError('show takes the id of one vector');
  const { byId } = loadSuite();
  const loaded = byId.get(id);
  if (!loaded)
    throw new UsageError(
      `${unknownName(`there is no vector "${id}"`, id, [...byId.keys()])}\nThe vectors: oms-conformance list`,
    );
  if (values.bundle) process.stdout.write(loaded.bundle ?? '');
  else process.stdout.write(`${describe(loaded.vector, loaded.bundle, controlsOf(loaded.vector, byId))}\n`);
  return exit.done;
}

/** The control, and the one of the public verdict if it is another. */
function controlsOf(vector: Vector, byId: ReadonlyMap<string, LoadedVector>): Vector[] {
  const vectors = new Map([...byId].map(([id, loaded]) => [id, loaded.vector]));
  const ids = new Set([vector.control, controlIn('public', vector, vectors)]);
  return [...ids].flatMap((id) => vectors.get(id ?? '') ?? []);
}

function describe(vector: Vector, bundle: Buffer | null, controls: readonly Vector[]): string {
  const [control] = controls;
  const { id, title, kind, profile, level, why, expect, inputs, model, basis, decidedBy } = vector;
  const entries = Object.entries({ ...expect });
  return [
    id,
    `  ${title}`,
    `  ${kind}, profile ${profile}, ${level}`,
    ...(why === undefined ? [] : [`  ${why}`]),
    ...(control === undefined ? [] : [`  differs in one step from ${control.id}, which is accepted`]),
    '',
    ...vector.requirements.map((one) => `[${one}] ${sentenceOf(one, profile)}`),
    '',
    `the outcome rests on: ${basisTitles[basis]}${isBinding(basis) ? '' : '; the public text observes it'}`,
    ...decidedBy.map((one) => `  ${one}: ${basisSentence(one, profile)}`),
    ...controls.map((each) => `  ${each.id}, its control: ${basisTitles[each.basis]}`),
    '',
    `expected: ${entries.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(', ')}`,
    `inputs:   ${JSON.stringify(inputs)}`,
    `model:    ${model.name}`,
    ...('tree' in model ? model.tree.map(nodeLine) : [`  a single file ${JSON.stringify(model.content)}`]),
    ...(model.around ?? []).map((node) => `${nodeLine(node)} (outside the model)`),
    ...(bundle ? ['', 'payload:', payloadOf(bundle)] : []),
  ].join('\n');
}

function nodeLine(node: TreeNode): string {
  const name = 'path' in node ? JSON.stringify(node.path) : `hex ${node.pathHex}`;
  if (node.kind === 'file') return `  ${name} ${JSON.stringify(node.content)}`;
  return `  ${name} ${node.kind}${node.kind === 'symlink' ? ` to ${JSON.stringify(node.target)}` : ''}`;
}

/** The statement, indented, or the start of a bundle that cannot be parsed. */
function payloadOf(bundle: Buffer): string {
  try {
    const { dsseEnvelope } = JSON.parse(bundle.toString());
    return JSON.stringify(JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString()), null, 2);
  } catch {
    return JSON.stringify(bundle.subarray(0, 2000).toString('latin1'));
  }
}
