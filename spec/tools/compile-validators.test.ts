import { describe, expect, it } from 'vitest';
import { compileValidators } from './compile-validators.ts';
import { layoutOf, readText } from './layout.ts';
import { readSchemaDocuments } from './schema-documents.ts';

const layout = layoutOf('v1.0');

describe('compileValidators', () => {
  it('compileValidators writes a module that imports nothing', () => {
    const code = compileValidators(readSchemaDocuments(layout));
    expect(code).not.toMatch(/\brequire\b|\bimport\b/);
    expect(code).toBe(readText(`${layout.source}/compiled.ts`));
  });

  it('compileValidators refuses schemas whose validators would need a module', () => {
    const documents = readSchemaDocuments(layout);
    const statement = { ...documents.statement, uniqueItems: true };
    expect(() => compileValidators({ ...documents, statement })).toThrow('depend on a module');
  });
});
