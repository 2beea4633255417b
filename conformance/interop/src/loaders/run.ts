/** Installs the loaders of models, and runs the tests with them. */
import path from 'node:path';
import { findChromium } from '../../../browsers/src/launch.ts';
import type { Program } from '../go-program.ts';
import { runTests } from '../run-tests.ts';
import { LOADERS_VARIABLE } from './environment.ts';
import { prepareLlama, prepareTransformers } from './installed.ts';

const interop = path.resolve(import.meta.dirname, '../..');

function chromium(): Program {
  const found = findChromium();
  return found === null ? { unavailable: 'Chromium is not installed' } : { file: found };
}

process.exitCode = await runTests({
  tests: ['conformance/interop/src/loaders'],
  prepare: async () => ({
    transformers: prepareTransformers(interop),
    'node-llama-cpp': prepareLlama(interop),
    chromium: chromium(),
  }),
  environment: (programs) => ({ [LOADERS_VARIABLE]: JSON.stringify(programs) }),
});
