// What the page does: carries out the vectors that the server holds.
import type { Model } from '@model-signing/core';
import { blobModel, droppedModel } from '@model-signing/core/web';
import type { Case, Outcome } from '../case.ts';
import { decode, verifyCase } from '../verify-case.ts';
import { droppedFolder } from './dropped.ts';

function modelOf({ model: { name, isFile, files }, signaturePath }: Case): Model {
  const [only] = files;
  if (isFile) return blobModel(new File([decode(only?.content ?? '')], name));
  const contents = files.map(({ path, content }) => [path, new File([decode(content)], path)] as const);
  return droppedModel(droppedFolder(name, new Map(contents)), {
    ...(signaturePath !== null && { signaturePath }),
  });
}

async function runVectors(): Promise<string> {
  const cases = (await (await fetch('/cases.json')).json()) as Case[];
  const outcomes: Record<string, Outcome> = {};
  for (const each of cases) outcomes[each.id] = await verifyCase(each, modelOf(each));
  return JSON.stringify(outcomes);
}

Object.assign(globalThis, { runVectors });
