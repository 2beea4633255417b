import { type Finding, lineOfText, type Material } from '../findings.ts';
import { readPublicText, STATEMENT_NUMBER, type Statement } from '../public-text.ts';
import { keyWords, type RequirementParts, requirementsIn, roleOf } from '../requirements.ts';
import { isObject } from '../schema-documents.ts';
import { COUNTED } from './statement-counts.ts';

/** Who a permission can be given to. */
const PERMITTED: readonly string[] = ['producer', 'verifier', 'implementation'];

/** How strict a duty can be. */
const LEVELS: readonly string[] = ['MUST', 'SHOULD', 'MAY'];

/** The names of what a statement can stand in. */
interface Listed {
  readonly sections: ReadonlySet<string>;
  readonly documents: ReadonlySet<string>;
}

/** A finding without its place; `near` is a text of the line. */
interface Fault {
  readonly near: string;
  readonly requirement?: string;
  readonly message: string;
  readonly fix: string;
}

/**
 * Every statement of the public text is answered: by requirements, by a decision, or by a reason why not.
 *
 * What it permits is a statement too, and a requirement that takes it away is a decision.
 */
export function publicTextFindings({ layout, prose, publicText, publicTextSource }: Material): Finding[] {
  const { sections, documents, statements } = readPublicText(publicText);
  const known = new Map(requirementsIn(prose).map((parts) => [String(parts.ids[0]), parts]));
  const listed: Listed = {
    sections: new Set(sections.map(({ section }) => section)),
    documents: new Set(documents.map(({ document }) => document)),
  };
  const faults = isList(publicText)
    ? [
        ...sections.flatMap((section) => placeFaults(section.section, { ...section })),
        ...documents.flatMap((document) => placeFaults(document.document, { ...document })),
        ...numberFaults(statements),
        ...countFaults(statements),
        ...statements.flatMap((statement) => [
          ...statementFaults(statement, listed),
          ...answerFaults(statement, known),
        ]),
      ]
    : [{ near: '', message: 'it holds no list of statements', fix: 'Write {"statements": […]}' }];
  return faults.map(({ near, requirement = null, message, fix }) => ({
    ...{ path: layout.publicText, line: near === '' ? 1 : lineOfText(publicTextSource, `"${near}"`) },
    ...{ requirement, message, fix },
  }));
}

function isList(publicText: unknown): boolean {
  return isObject(publicText) && Array.isArray(publicText.statements);
}

/** What is wrong with the entry of a section or a document, whose members are all required. */
function placeFaults(near: string, members: Readonly<Record<string, string>>): Fault[] {
  const empty = Object.entries(members).flatMap(([member, value]) => (value === '' ? [member] : []));
  const found = empty.map((member) => ({ near, message: `${near} has no ${member}`, fix: `Add "${member}"` }));
  const { address = '' } = members;
  if (address === '' || address.startsWith('https://')) return found;
  return [...found, { near, message: `the address of ${near} is none`, fix: 'Begin it with https://' }];
}

/** The statements of each section are numbered from 01, and its permissions from P01. */
function numberFaults(statements: readonly Statement[]): Fault[] {
  const counts = new Map<string, number>();
  return statements.flatMap(({ number, permission }) => {
    const groups = STATEMENT_NUMBER.exec(number)?.groups;
    const series = `${groups?.source}-${groups?.permission}`;
    const next = (counts.get(series) ?? 0) + 1;
    counts.set(series, next);
    const found: Fault[] = [];
    if (Number(groups?.ordinal) !== next) {
      const fix = `Number the statements of each section from 01; here ${String(next).padStart(2, '0')} is next`;
      found.push({ near: number, message: `statement ${number} is out of order`, fix });
    }
    if ((groups?.permission === 'P') !== (permission !== null)) {
      const fix = 'Number a permission like 4.1-P01 and say in "permission" who has it';
      found.push({ near: number, message: `statement ${number} is numbered as another kind`, fix });
    }
    return found;
  });
}

function countFaults(statements: readonly Statement[]): Fault[] {
  const found = new Map(Object.keys(COUNTED).map((source) => [source, 0]));
  for (const { source } of statements) found.set(source, (found.get(source) ?? 0) + 1);
  return [...found].flatMap(([source, count]) => {
    const counted = COUNTED[source] ?? 0;
    if (count === counted) return [];
    const message = `it answers ${count} statements of ${counted} in ${source}`;
    return [{ near: '', message, fix: 'Add or remove entries, or count the statements there again' }];
  });
}

function statementFaults({ number, source, level, permission, section, says }: Statement, listed: Listed): Fault[] {
  const found: Fault[] = [];
  const report = (message: string, fix: string) => found.push({ near: number, message, fix });
  if (says === '') report(`statement ${number} is not paraphrased`, 'Say it in "says"');
  if (permission !== null && !PERMITTED.includes(permission))
    report(
      `statement ${number} does not say who has the permission`,
      `Write one of ${PERMITTED.join(', ')} as "permission"`,
    );
  if (permission === null && !LEVELS.includes(level))
    report(`statement ${number} does not say how strict it is`, `Write one of ${LEVELS.join(', ')} as "level"`);
  if (!listed.sections.has(source) && !listed.documents.has(source))
    report(`statement ${number} is of no section and of no document`, 'Correct the number, or list what it is of');
  if (listed.documents.has(source) && !section)
    report(`statement ${number} does not say where it stands`, 'Name the place in its document in "section"');
  return found;
}

function answerFaults(statement: Statement, known: ReadonlyMap<string, RequirementParts>): Fault[] {
  const { number, requirements, decided, waived } = statement;
  const found: Fault[] = requirements
    .filter((id) => !known.has(id))
    .map((id) => ({
      ...{ near: number, requirement: id, fix: 'Correct the identifier' },
      message: `statement ${number} names a requirement that does not exist`,
    }));
  if (requirements.length === 0 && decided === '' && waived === '') {
    const fix = 'Name the requirements that answer it, or give a reason in "decided" or "waived"';
    found.push({ near: number, message: `statement ${number} has no answer`, fix });
  }
  if (decided !== '') return found;
  const stricter = requirements.filter((id) => takesAway(known.get(id), statement.permission));
  return [
    ...found,
    ...stricter.map((id) => ({
      ...{ near: number, requirement: id, message: `it leaves no choice where statement ${number} permits one` },
      fix: 'Write SHOULD or MAY, or give the reason in "decided"',
    })),
  ];
}

/** Whether a requirement leaves those who have a permission no choice. */
function takesAway(requirement: RequirementParts | undefined, permitted: string | null): boolean {
  if (requirement === undefined || permitted === null) return false;
  const role = roleOf(requirement.text);
  const binds = role === permitted || role === 'implementation' || permitted === 'implementation';
  return binds && keyWords(requirement.text).some((word) => word.startsWith('MUST'));
}
