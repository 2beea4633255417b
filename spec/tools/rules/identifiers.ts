import { acknowledgementsPath, readAcknowledgements } from '../acknowledgements.ts';
import { type Finding, lineOfText, type Material } from '../findings.ts';
import { IDENTIFIERS, type IdentifierRecord, type Identifiers } from '../identifiers.ts';
import { blocks } from '../prose.ts';
import { requirementParts } from '../requirements.ts';
import { partAt } from '../schema-documents.ts';
import type { VersionMaterial } from '../version-material.ts';

/** Every identifier keeps its meaning: none is dropped without notice, given to another rule or given a new text. */
export function identifierFindings(material: VersionMaterial): Finding[] {
  const { layout, lineage, textOf } = material;
  const source = textOf(IDENTIFIERS) ?? '{}';
  const known = JSON.parse(source) as Identifiers;
  const texts = textsOf(material);
  const at = (id: string, message: string, fix: string, path: string, line: number): Finding => ({
    ...{ path, line, requirement: id, message, fix },
  });
  const inProse = [...texts].flatMap(([id, { line }]) => {
    const record = known[id];
    if (record === undefined) {
      return [at(id, `${IDENTIFIERS} does not list it`, 'Run npm run fix', layout.prose, line)];
    }
    if (!isWithdrawn(record, lineage)) return [];
    const message = `the identifier was withdrawn in ${record.withdrawn}: ${record.reason}`;
    return [at(id, message, 'Take the next free number of the area', layout.prose, line)];
  });
  const gone = Object.entries(known)
    .filter(([id, record]) => isInForce(record, lineage) && !texts.has(id))
    .map(([id]) => {
      const fix = `Restore it, or add "withdrawn": "${layout.version}" and a "reason" to its entry`;
      return at(
        id,
        `${layout.version} no longer has this requirement`,
        fix,
        IDENTIFIERS,
        lineOfText(source, `"${id}"`),
      );
    });
  const unexplained = Object.entries(known)
    .filter(([, { withdrawn, reason }]) => withdrawn === layout.version && !reason?.trim())
    .map(([id]) =>
      at(id, 'it was withdrawn without a reason', 'Add a "reason"', IDENTIFIERS, lineOfText(source, `"${id}"`)),
    );
  return [...inProse, ...gone, ...unexplained, ...textFindings(material, texts)];
}

interface RequirementText {
  readonly text: string;
  readonly line: number;
}

function textsOf({ prose }: Material): Map<string, RequirementText> {
  return new Map(
    blocks(prose).flatMap((block) => {
      const parts = requirementParts(block);
      return (parts?.ids ?? []).map((id) => [id, { text: parts?.text ?? '', line: block.line }]);
    }),
  );
}

/** A requirement keeps its text from version to version, except for the name of the version, or its author acknowledges the change. */
function textFindings(material: VersionMaterial, texts: ReadonlyMap<string, RequirementText>): Finding[] {
  const { base, layout, textOf } = material;
  if (base === null) return [];
  const before = textsOf(base);
  const { acknowledged } = readAcknowledgements(base.layout.version, layout.version, textOf);
  const plain = (text: string | undefined, of: Material) => text?.replaceAll(predicateType(of), 'PREDICATE TYPE');
  return [...texts]
    .filter(([id, { text }]) => before.has(id) && plain(before.get(id)?.text, base) !== plain(text, material))
    .filter(([id]) => !acknowledged.some(({ change, reason }) => change === id && reason.trim() !== ''))
    .map(([id, { line }]) => {
      const fix = `Give the new rule a number of its own, or acknowledge the change in spec/${acknowledgementsPath(base.layout.version, layout.version)}`;
      const message = `its text differs from ${base.layout.version}`;
      return { path: layout.prose, line, requirement: id, message, fix };
    });
}

function predicateType({ schemas }: Material): string {
  return String(partAt(schemas.statement, '/properties/predicateType/const'));
}

function isWithdrawn({ withdrawn }: IdentifierRecord, lineage: readonly string[]): boolean {
  return withdrawn !== undefined && lineage.includes(withdrawn);
}

/** A version has the identifiers that it and the versions before it introduced; another draft does not count. */
function isInForce(record: IdentifierRecord, lineage: readonly string[]): boolean {
  return lineage.includes(record.since) && !isWithdrawn(record, lineage);
}
