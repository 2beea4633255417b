import { type Finding, lineOfText, type Material } from '../findings.ts';
import { blocks } from '../prose.ts';
import { requirementParts } from '../requirements.ts';
import { isObject } from '../schema-documents.ts';

/** How many normative statements the public text has, counted section by section. */
const STATEMENTS = 181;

/** Every statement of the public text is answered: by requirements, by a decision, or by a reason why not. */
export function publicTextFindings(material: Material): Finding[] {
  const { layout } = material;
  const entries = isObject(material.publicText) ? material.publicText.statements : undefined;
  if (!Array.isArray(entries))
    return [finding(layout.publicText, 1, null, 'it holds no list of statements', 'Write {"statements": […]}')];
  const known = new Set(blocks(material.prose).flatMap((block) => requirementParts(block)?.ids ?? []));
  const found = numberingFindings(entries, material);
  return [...found, ...entries.flatMap((entry) => entryFindings(entry, known, material))];
}

function numberingFindings(entries: readonly unknown[], { layout, publicTextSource }: Material): Finding[] {
  const found: Finding[] = [];
  const counts = new Map<string, number>();
  for (const number of entries.map(numberOf)) {
    const [, section = '', ordinal = ''] = /^(.+)-(\d\d)$/.exec(number) ?? [];
    const expected = (counts.get(section) ?? 0) + 1;
    counts.set(section, expected);
    if (Number(ordinal) === expected) continue;
    const fix = `Number the statements of each section from 01; here ${String(expected).padStart(2, '0')} is next`;
    found.push(
      finding(
        layout.publicText,
        lineOfText(publicTextSource, `"${number}"`),
        null,
        `statement ${number} is out of order`,
        fix,
      ),
    );
  }
  if (entries.length !== STATEMENTS) {
    found.push(
      finding(
        layout.publicText,
        1,
        null,
        `it answers ${entries.length} statements of ${STATEMENTS}`,
        'Add or remove entries',
      ),
    );
  }
  return found;
}

function entryFindings(entry: unknown, known: ReadonlySet<string>, material: Material): Finding[] {
  const path = material.layout.publicText;
  const number = numberOf(entry);
  const line = lineOfText(material.publicTextSource, `"${number}"`);
  const { says, requirements, decided, waived } = isObject(entry) ? entry : {};
  const ids = Array.isArray(requirements) ? requirements.map(String) : [];
  const found = ids
    .filter((id) => !known.has(id))
    .map((id) =>
      finding(path, line, id, `statement ${number} names a requirement that does not exist`, 'Correct the identifier'),
    );
  if (!isText(says))
    found.push(finding(path, line, null, `statement ${number} is not paraphrased`, 'Say it in "says"'));
  if (ids.length === 0 && !isText(decided) && !isText(waived)) {
    const fix = 'Name the requirements that answer it, or give a reason in "decided" or "waived"';
    found.push(finding(path, line, null, `statement ${number} has no answer`, fix));
  }
  return found;
}

function numberOf(entry: unknown): string {
  return isObject(entry) ? String(entry.statement) : '';
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

function finding(path: string, line: number, requirement: string | null, message: string, fix: string): Finding {
  return { path, line, requirement, message, fix };
}
