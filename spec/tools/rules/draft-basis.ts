import { type Finding, lineOfText, type Material } from '../findings.ts';
import { requirementsIn } from '../requirements.ts';
import { isObject } from '../schema-documents.ts';
import type { VersionMaterial } from '../version-material.ts';

/** A draft rests on what its base rests on wherever it says the same, and proposes the rest; nothing else proposes. */
export function draftBasisFindings(material: VersionMaterial): Finding[] {
  const { base, basisSource, layout, status } = material;
  const own = entriesOf(material);
  const at = (id: string, message: string, fix: string): Finding => ({
    ...{ path: layout.basis, line: lineOfText(basisSource, `"${id}"`), requirement: id, message, fix },
  });
  if (base === null || status !== 'draft') {
    return [...own]
      .filter(([, { basis }]) => basis === 'proposal')
      .map(([id]) => at(id, `it is a proposal, but ${layout.version} is no draft`, 'Say what it rests on'));
  }
  const earlier = entriesOf(base);
  const { version } = base.layout;
  return [...own].flatMap(([id, { text, basis, entry }]) => {
    const before = earlier.get(id);
    if (before?.text === text) {
      if (before.entry === entry) return [];
      return [
        at(id, `it rests on something else than in ${version}, which has the same text`, `Write ${before.entry}`),
      ];
    }
    if (basis === 'proposal') return [];
    return [at(id, `it is not a proposal, but ${version} does not have this text`, 'Write {"basis": "proposal"}')];
  });
}

/** The text of each requirement that has an entry, and the entry. */
function entriesOf({ prose, basis }: Material): Map<string, { text: string; basis: unknown; entry: string }> {
  const table = isObject(basis) ? basis : {};
  return new Map(
    requirementsIn(prose).flatMap(({ ids, text }) => {
      const id = String(ids[0]);
      const value = table[id];
      return isObject(value) ? [[id, { text, basis: value.basis, entry: JSON.stringify(value) }] as const] : [];
    }),
  );
}
