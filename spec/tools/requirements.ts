import { type Block, blocks, type Prose } from './prose.ts';

/** Who a requirement binds. */
export type Role = 'producer' | 'verifier' | 'implementation';

/** One numbered requirement of the prose. */
export interface ExtractedRequirement {
  readonly id: string;
  readonly level: string;
  readonly role: Role;
  readonly section: string;
  readonly text: string;
  readonly clarification: string | null;
}

/** The form of an identifier: an area and a number without leading zeros. */
export const REQUIREMENT_ID = /^OMS-[A-Z0-9]+-[1-9][0-9]*$/;

const KEY_WORD =
  /\b(?:MUST NOT|MUST|SHALL NOT|SHALL|SHOULD NOT|SHOULD|REQUIRED|NOT RECOMMENDED|RECOMMENDED|MAY|OPTIONAL)\b/g;

/** The RFC 2119 key words in a text, in order. */
export function keyWords(text: string): string[] {
  return text.match(KEY_WORD) ?? [];
}

/** A requirement split into its parts, unchanged from the source, before any rule is applied. */
export interface RequirementParts {
  readonly block: Block;
  readonly ids: readonly string[];
  readonly text: string;
  readonly clarification: string | null;
}

/** Splits a block into identifiers, rule and clarification; null if it does not begin with an identifier. */
export function requirementParts(block: Block): RequirementParts | null {
  const opening = /^(?:\[([^\]\s]+)\]\s*)+/.exec(block.source);
  if (!block.listItem || opening === null || !opening[0].includes('[OMS-')) return null;
  const ids = [...opening[0].matchAll(/\[([^\]\s]+)\]/g)].map((match) => String(match[1]));
  const rest = block.source.slice(opening[0].length);
  const [text = '', clarification] = rest.split(/\s*\*Clarification:\s*/);
  return { block, ids, text: text.trim(), clarification: clarification?.replace(/\*$/, '').trim() ?? null };
}

/** Every block of the prose that begins with an identifier, split into its parts. */
export function requirementsIn(prose: Prose): RequirementParts[] {
  return blocks(prose).flatMap((block) => requirementParts(block) ?? []);
}

/** Who a requirement binds, by the first words of its text; null if they name no party. */
export function roleOf(text: string): Role | null {
  const role = /^(?:A (producer|verifier)|An (implementation)) /.exec(text);
  return (role?.[1] ?? role?.[2] ?? null) as Role | null;
}

/**
 * Every requirement of the prose, in order.
 *
 * Throws on text that breaks the rules of the prose; `check` reports the same faults with their lines.
 */
export function extractRequirements(prose: Prose): ExtractedRequirement[] {
  return requirementsIn(prose).map((parts) => {
    const { block } = parts;
    const [id] = parts.ids;
    const [level] = keyWords(parts.text);
    const role = roleOf(parts.text);
    if (id === undefined || level === undefined || role === null) {
      throw new Error(`line ${block.line}: a requirement needs an identifier, a key word and who is bound`);
    }
    return { id, level, role, section: block.section, text: parts.text, clarification: parts.clarification };
  });
}
