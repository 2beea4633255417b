import { formatReference, parseReference } from '@model-signing/sources';
import { describe, expect, it } from 'vitest';
import { meantInStore, nameOfPage } from './store-names.ts';

describe('what a path that does not exist may have been meant as', () => {
  it.each([
    ['ibm-granite/granite-4.1-3b', 'hf://ibm-granite/granite-4.1-3b'],
    ['org/model@v1', 'hf://org/model@v1'],
    ['hf:org/model', 'hf://org/model'],
    ['hf:/org/model', 'hf://org/model'],
    ['datasets/org/name', 'hf://datasets/org/name'],
    ['huggingface.co/org/model', 'hf://org/model'],
    ['registry.example/org/model:v1', 'oci://registry.example/org/model:v1'],
    ['127.0.0.1:5000/model', 'oci://127.0.0.1:5000/model'],
    ['localhost:5000/org/model:v1', 'oci://localhost:5000/org/model:v1'],
  ])('%s is hinted at as %s, which can be read', (operand, name) => {
    expect(meantInStore(operand)).toContain(`write ${name}`);
    expect(formatReference(parseReference(name))).toBe(name);
  });

  it.each(['my-model', './my-model', '../a/b', '/models/granite', 'a/b/c', 'my model/x', 'a/b\u001b', '', 'model.sig'])(
    '%j is hinted at as nothing in a store',
    (operand) => expect(meantInStore(operand)).toBeNull(),
  );
});

it.each([
  ['https://huggingface.co/org/model', 'hf://org/model'],
  ['https://huggingface.co/org/model/tree/main', 'hf://org/model@main'],
  ['https://huggingface.co/datasets/org/name/blob/v1/a.csv', 'hf://datasets/org/name@v1'],
  ['https://hub.example/org/model', null],
  ['docker://registry.example/org/model', null],
])('the page %s is that of %j', (page, name) => expect(nameOfPage(page)).toBe(name));
