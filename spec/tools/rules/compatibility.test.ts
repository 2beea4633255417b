import { describe, expect, it } from 'vitest';
import { acknowledgementsPath } from '../acknowledgements.ts';
import type { LooseSchemas } from '../compat/testing/edits.ts';
import { formatFinding } from '../findings.ts';
import { materialOf, withFiles, withSchemas } from '../testing/material.ts';
import type { VersionMaterial } from '../version-material.ts';
import { compatibilityFindings } from './compatibility.ts';

/** The draft with the schemas of the previous version, one change, and these acknowledgements. */
function found(change: (schemas: LooseSchemas) => void, acknowledged: readonly object[] = []) {
  const base = materialOf('v1.0');
  const draft: VersionMaterial = { ...materialOf('v1.1'), schemas: base.schemas, schemaTexts: base.schemaTexts, base };
  const list = JSON.stringify({ acknowledged }, null, 2);
  const material = withFiles(withSchemas(draft, change), { [acknowledgementsPath('v1.0', 'v1.1')]: list });
  return compatibilityFindings(material).map(formatFinding);
}

const atLeastTwo = ({ predicate }: LooseSchemas) => (predicate.properties.resources.minItems = 2);

describe('compatibilityFindings', () => {
  it('compatibilityFindings finds a narrower schema, and says by which entry to acknowledge it', () => {
    const [finding = ''] = found(atLeastTwo);
    expect(finding).toMatch(
      /^spec\/v1\.1\/schemas\/predicate\.schema\.json:\d+: OMS-RES-8: predicate#\/properties\/resources\/minItems is narrower, as oms-spec compat shows by a document/,
    );
    const [entry = ''] = /\{.*\}/.exec(finding) ?? [];
    expect(found(atLeastTwo, [JSON.parse(entry)])).toEqual([]);
    expect(found(atLeastTwo, [{ ...JSON.parse(entry), reason: ' ' }])).toHaveLength(1);
  });

  it('compatibilityFindings finds an acknowledgement of a change that does not exist', () => {
    expect(found(() => {}, [{ change: 'predicate#/$defs/remarks', what: 'x', reason: 'y' }])).toEqual([
      'spec/compat/v1.0-v1.1.json:4: there is no longer a change at predicate#/$defs/remarks to acknowledge. Remove the entry.',
    ]);
  });

  it('compatibilityFindings finds nothing wrong with a schema that accepts more', () => {
    expect(found(({ predicate }) => (predicate.required = ['serialization']))).toEqual([]);
  });
});
