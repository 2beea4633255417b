import { type Case, matrix, oddTrees } from './cases.ts';
import { certificates } from './certificate-cases.ts';
import { hashes } from './hash-cases.ts';
import { linksAndOptions } from './link-and-option-cases.ts';

export type { Case } from './cases.ts';

/** Every case of the suite. */
export const allCases: readonly Case[] = [...matrix, ...oddTrees, ...linksAndOptions, ...hashes, ...certificates];
