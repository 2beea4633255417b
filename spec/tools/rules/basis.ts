import { type Finding, lineOfText, type Material } from '../findings.ts';
import { type PublicText, readPublicText } from '../public-text.ts';
import { keyWords, type RequirementParts, requirementsIn } from '../requirements.ts';
import { isObject } from '../schema-documents.ts';

/** The members of an entry, by what it rests on; none is optional, and none is empty. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  public: ['section'],
  upstream: ['document', 'section'],
  clarification: ['why'],
  proposal: [],
  own: [],
};

/** A section of the public text, with the item of a list there: `8.4(8)`. */
const SECTION = /^(?<section>[A-Z]+|\d+(?:\.\d+)*)(?:\(\d+\))?$/;

/** What says that a text has no rule, which is wrong of a requirement that rests on that text. */
const SILENCE =
  /does not (?:address|forbid|say|mention)|is silent|says nothing|states no rule|binds only|leaves (?:\S+ ){1,6}open\b/;

/** What a rule looks at: an entry, and the requirement that it is about. */
interface Entry {
  readonly id: string;
  readonly kind: string;
  readonly rest: Readonly<Record<string, unknown>>;
  readonly requirement: RequirementParts;
  readonly publicText: PublicText;
}

type Fault = readonly [message: string, fix: string];

/** Each requirement rests on one thing, which is named, which has it, and which its Clarification does not deny. */
export function basisFindings(material: Material): Finding[] {
  const { layout, basis, basisSource, prose } = material;
  const at = (id: string | null, [message, fix]: Fault): Finding => ({
    path: layout.basis,
    line: id === null ? 1 : lineOfText(basisSource, `"${id}"`),
    requirement: id,
    message,
    fix,
  });
  if (!isObject(basis)) return [at(null, ['it is no object', 'Write {"OMS-AREA-1": {"basis": …}}'])];
  const known = new Map(requirementsIn(prose).map((parts) => [String(parts.ids[0]), parts]));
  const publicText = readPublicText(material.publicText);
  const missing = [...known.keys()]
    .filter((id) => !Object.hasOwn(basis, id))
    .map((id) => at(id, ['it is not said what it rests on', 'Add an entry']));
  const found = Object.entries(basis).flatMap(([id, value]) => {
    const requirement = known.get(id);
    if (requirement === undefined) return [at(id, ['there is no such requirement', 'Remove the entry'])];
    const { basis: kind, ...rest } = isObject(value) ? value : {};
    const faults = entryFaults({ id, kind: String(kind), rest, requirement, publicText });
    return [...repeated(id, basisSource), ...faults].map((fault) => at(id, fault));
  });
  return [...missing, ...found];
}

/** JSON keeps the last of two members of one name without a word. */
function repeated(id: string, source: string): Fault[] {
  return source.split(`"${id}":`).length > 2 ? [['it has two entries', 'Remove one']] : [];
}

function entryFaults(entry: Entry): Fault[] {
  const { kind, rest } = entry;
  const members = MEMBERS[kind];
  if (members === undefined)
    return [[`nothing rests on "${kind}"`, `Write one of ${Object.keys(MEMBERS).join(', ')} as "basis"`]];
  const malformed = members.some((member) => !isText(rest[member])) || Object.keys(rest).length !== members.length;
  if (malformed) {
    const wanted = members.length === 0 ? 'no other member' : `the text of ${members.join(' and ')}`;
    return [[`its entry is malformed`, `Write with "basis": "${kind}" ${wanted}, and nothing else`]];
  }
  return [...citationFaults(entry), ...clarificationFaults(entry)];
}

function citationFaults(entry: Entry): Fault[] {
  const { kind, rest, publicText } = entry;
  if (kind === 'public') {
    const section = SECTION.exec(String(rest.section))?.groups?.section;
    if (section === undefined)
      return [[`"${rest.section}" is not one section of the public text`, 'Write it like 8.4 or 8.4(8)']];
    const fix = 'Name it at the statement that demands it in public-text.json, or correct the section';
    return answerFaults(entry, section, [`no statement of section ${section} of the public text names it`, fix]);
  }
  if (kind !== 'upstream') return [];
  const cited = String(rest.document);
  if (!publicText.documents.some(({ document }) => document === cited))
    return [[`public-text.json lists no document ${cited}`, 'Correct it, or add the document']];
  const fix = 'Add the statement that demands it';
  return answerFaults(entry, cited, [`no statement of ${cited} in public-text.json names it`, fix]);
}

/** A requirement is named where it says that it comes from, and is no stricter than what stands there. */
function answerFaults({ id, requirement, publicText }: Entry, source: string, unnamed: Fault): Fault[] {
  const named = publicText.statements.filter((each) => each.source === source && each.requirements.includes(id));
  if (named.length === 0) return [unnamed];
  const demanded = named.some(({ level, permission, decided }) => level === 'MUST' || permission || decided);
  if (demanded || !keyWords(requirement.text).some((word) => word.startsWith('MUST'))) return [];
  return [[`it requires what ${source} only recommends`, 'Write SHOULD, or give the reason in "decided" there']];
}

function clarificationFaults({ kind, requirement: { clarification } }: Entry): Fault[] {
  if (kind === 'clarification' && clarification === null)
    return [
      ['it rests on a Clarification that the prose does not have', 'Add the Clarification, or correct the basis'],
    ];
  if (kind !== 'public' && kind !== 'upstream') return [];
  const [denial] = SILENCE.exec(clarification ?? '') ?? [];
  if (denial === undefined) return [];
  const fix = 'Let the Clarification say what it adds, or let the requirement rest on the Clarification';
  return [
    [
      `its Clarification ("${denial}") denies that it rests on ${kind === 'public' ? 'the public text' : 'another document'}`,
      fix,
    ],
  ];
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
