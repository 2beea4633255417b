import { describe, expect, it } from 'vitest';
import { formatFinding } from '../findings.ts';
import { committedFiles } from '../generated-files.ts';
import { materialOf, withFiles } from '../testing/material.ts';
import { generatedFindings } from './generated.ts';

const material = materialOf('v1.0');
const { requirements } = material.layout;
const generated = committedFiles(material.layout);

function found(content: string | null): string[] {
  return generatedFindings(withFiles(material, { [requirements]: content }), generated).map(formatFinding);
}

describe('generatedFindings', () => {
  it('generatedFindings finds nothing wrong with generated files that are what their sources make', () => {
    expect(found(String(material.textOf(requirements)))).toEqual([]);
  });

  it('generatedFindings finds a generated file that was edited, at the line of the edit', () => {
    expect(found(String(generated.get(requirements)).replace('OMS-CONF-1', 'OMS-CONF-0'))).toEqual([
      'spec/v1.0/requirements.json:3: it differs from what its sources generate. Run npm run fix.',
    ]);
  });

  it('generatedFindings finds a generated file that is missing', () => {
    expect(found(null)).toEqual(['spec/v1.0/requirements.json:1: the generated file is missing. Run npm run fix.']);
  });
});
