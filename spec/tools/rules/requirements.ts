import type { Finding, Material } from '../findings.ts';
import { type Block, blocks } from '../prose.ts';
import { keyWords, REQUIREMENT_ID, type RequirementParts, requirementParts, roleOf } from '../requirements.ts';

/** The section that explains the key words, and therefore contains them. */
const CONVENTIONS = '1.1';

/** A finding in the prose. */
type Fault = Omit<Finding, 'path'>;

/** Every normative sentence is one requirement: one new identifier, one bound party, one key word. */
export function requirementFindings({ layout, prose }: Material): Finding[] {
  const firstLines = new Map<string, number>();
  const text = blocks(prose);
  const found = text.flatMap((block) => {
    const parts = requirementParts(block);
    return parts === null ? unnumberedFindings(block) : numberedFindings(parts, firstLines);
  });
  const all = [...found, ...text.flatMap((block) => mentionFindings(block, firstLines))];
  return all.map((fault) => ({ path: layout.prose, ...fault }));
}

function unnumberedFindings(block: Block): Fault[] {
  if (block.section === CONVENTIONS || keyWords(block.source).length === 0) return [];
  const [word] = keyWords(block.source);
  return [
    at(
      block,
      null,
      `${word} is used in a sentence without an identifier`,
      'Number the requirement, or use other words',
    ),
  ];
}

function numberedFindings(
  { block, ids, text, clarification }: RequirementParts,
  firstLines: Map<string, number>,
): Fault[] {
  const id = ids[0] ?? null;
  const words = keyWords(text);
  const found: Fault[] = [];
  const report = (message: string, fix: string) => found.push(at(block, id, message, fix));
  if (ids.length !== 1) report(`it carries ${ids.length} identifiers`, 'Split it into one requirement for each');
  for (const each of ids) {
    if (!REQUIREMENT_ID.test(each)) report(`the identifier ${each} is malformed`, 'Write OMS-AREA-1, in capitals');
    const earlier = firstLines.get(each);
    if (earlier !== undefined) report(`line ${earlier} has the same identifier`, 'Take the next number of the area');
    firstLines.set(each, earlier ?? block.line);
  }
  if (words.length !== 1) {
    report(
      `it has ${words.length} key words${words.length > 0 ? ` (${words.join(', ')})` : ''}`,
      'Give each requirement one',
    );
  }
  if (roleOf(text) === null)
    report('it does not say who is bound', 'Begin with "A producer", "A verifier" or "An implementation"');
  const [stray] = keyWords(clarification ?? '');
  if (stray !== undefined)
    report(`the clarification uses ${stray}`, 'Move the rule out of the clarification, or use other words');
  return found;
}

function mentionFindings(block: Block, known: ReadonlyMap<string, number>): Fault[] {
  const mentioned = block.source.match(/\bOMS-[A-Z0-9]+-[0-9]+\b/g) ?? [];
  return mentioned
    .filter((id) => !known.has(id))
    .map((id) => at(block, id, 'no requirement has this identifier', 'Correct the reference'));
}

function at(block: Block, requirement: string | null, message: string, fix: string): Fault {
  return { line: block.line, requirement, message, fix };
}
