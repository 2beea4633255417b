import { describe, expect, it } from 'vitest';
import { compileValidators } from './compile-validators.ts';
import { GENERATED, readText } from './layout.ts';
import { readSchemaDocuments } from './schema-documents.ts';

describe('compileValidators', () => {
  it('gives a module that depends on no other', () => {
    const code = compileValidators(readSchemaDocuments());
    expect(code).not.toMatch(/\brequire\b|\bimport\b/);
    expect(code).toBe(readText(`${GENERATED}/validators.ts`));
  });

  it('refuses schemas whose validators would need a module', () => {
    const documents = readSchemaDocuments();
    const statement = { ...documents.statement, uniqueItems: true };
    expect(() => compileValidators({ ...documents, statement })).toThrow('depend on a module');
  });
});
