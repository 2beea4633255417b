import { type Acknowledgement, acknowledgementsPath, readAcknowledgements } from '../acknowledgements.ts';
import { changeName, directionOf } from '../compat/changes.ts';
import { compareVersions, type ShownChange } from '../compat/compare-versions.ts';
import { seedsOf } from '../compat/seeds.ts';
import { type Finding, lineOfText } from '../findings.ts';
import { schemaPath } from '../layout.ts';
import { isObject, partAt } from '../schema-documents.ts';
import type { VersionMaterial } from '../version-material.ts';

/** Within a major version, a change that may refuse an earlier document is acknowledged by name, with a reason. */
export function compatibilityFindings(material: VersionMaterial): Finding[] {
  const { base, layout, schemas, textOf } = material;
  if (base === null || major(base.layout.version) !== major(layout.version)) return [];
  const names = [base.layout.version, layout.version] as const;
  const { source, acknowledged } = readAcknowledgements(...names, textOf);
  const changes = compareVersions(base.schemas, schemas, seedsOf([base, material]), { budget: 2000 }).filter(
    ({ backward }) => backward,
  );
  const unknown = changes
    .filter((change) => !acknowledged.some((each) => covers(each, change) && each.reason.trim() !== ''))
    .map((change) => unacknowledged(change, material, acknowledgementsPath(...names)));
  const stale = acknowledged
    .filter((each) => each.change.includes('#') && !changes.some((change) => covers(each, change)))
    .map((each) => ({
      path: acknowledgementsPath(...names),
      line: lineOfText(source, JSON.stringify(each.change)),
      requirement: null,
      message: `there is no longer a change at ${each.change} to acknowledge`,
      fix: 'Remove the entry',
    }));
  return [...unknown, ...stale];
}

function covers({ change, what }: Acknowledgement, found: ShownChange): boolean {
  return change === changeName(found) && what === found.message;
}

function unacknowledged(change: ShownChange, { schemas, schemaTexts, layout }: VersionMaterial, file: string): Finding {
  const shown = change.witnesses.backward === undefined ? '' : ', as oms-spec compat shows by a document';
  const entry = JSON.stringify({ change: changeName(change), what: change.message, reason: '…' });
  const place = change.pointer === '' ? schemas[change.layer] : partAt(schemas[change.layer], change.pointer);
  const comment = isObject(place) ? String(place.$comment ?? '') : '';
  return {
    path: schemaPath(layout, change.layer),
    line: lineOfText(schemaTexts[change.layer], comment === '' ? '"$id"' : comment),
    requirement: /^OMS-[A-Z0-9]+-\d+/.exec(comment)?.[0] ?? null,
    message: `${changeName(change)} is ${directionOf(change)}${shown} (${change.message})`,
    fix: `Undo it, or acknowledge it in spec/${file} with ${entry}`,
  };
}

function major(version: string): string {
  return version.split('.')[0] ?? version;
}
