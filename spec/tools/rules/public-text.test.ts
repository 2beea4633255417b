import { describe, expect, it } from 'vitest';
import type { Material } from '../findings.ts';
import { committedFiles } from '../generated-files.ts';
import { layoutOf } from '../layout.ts';
import { readMaterial } from '../material.ts';
import { summaries, withFile } from './broken-material.ts';
import { generatedFindings } from './generated.ts';
import { publicTextFindings } from './public-text.ts';

const layout = layoutOf('v1.0');

interface Entry {
  statement: string;
  says: string;
  requirements: string[];
  decided?: string;
}

function withStatements(change: (statements: Entry[]) => void): Material {
  const material = readMaterial();
  const publicText = structuredClone(material.publicText) as { statements: Entry[] };
  change(publicText.statements);
  return { ...material, publicText };
}

describe('publicTextFindings', () => {
  it('finds nothing in the answers as they are', () => {
    expect(publicTextFindings(readMaterial())).toEqual([]);
  });

  it.each<[string, (entry: Entry) => void, string]>([
    ['no answer', (entry) => (entry.requirements = []), '- statement 3.1-01 has no answer'],
    [
      'an unknown requirement',
      (entry) => (entry.requirements = ['OMS-X-1']),
      'OMS-X-1 statement 3.1-01 names a requirement that does not exist',
    ],
    ['no paraphrase', (entry) => (entry.says = ' '), '- statement 3.1-01 is not paraphrased'],
    ['a number out of order', (entry) => (entry.statement = '3.1-03'), '- statement 3.1-03 is out of order'],
  ])('finds an entry with %s', (_fact, change, expected) => {
    const broken = withStatements(([first]) => first && change(first));
    expect(summaries(publicTextFindings(broken))).toEqual([expected]);
  });

  it('finds a missing entry', () => {
    const broken = withStatements((statements) => statements.pop());
    expect(summaries(publicTextFindings(broken))).toEqual(['- it answers 180 statements of 181']);
  });

  it('takes a reason in place of requirements', () => {
    const broken = withStatements(
      ([first]) => first && Object.assign(first, { requirements: [], waived: 'not observable' }),
    );
    expect(publicTextFindings(broken)).toEqual([]);
  });
});

describe('generatedFindings', () => {
  it('finds nothing in the generated files as they are', () => {
    expect(generatedFindings(readMaterial(), committedFiles(layout))).toEqual([]);
  });

  it('finds a generated file that was edited, at the line of the edit', () => {
    const path = layout.requirements;
    const edited = String(readMaterial().textOf(path)).replace('OMS-CONF-1', 'OMS-CONF-0');
    const found = generatedFindings(withFile(path, edited), committedFiles(layout));
    expect(found).toMatchObject([{ path, line: 3, message: 'it is not what its sources generate' }]);
  });

  it('finds a generated file that is missing', () => {
    const found = generatedFindings(withFile('v1.0/requirements.json', null), committedFiles(layout));
    expect(summaries(found)).toEqual(['- the generated file is missing']);
  });
});
