import { defaultEngine, type HashEngine } from '@model-signing/core';
import { nativeEngine } from '../engine.ts';
import { loadBinding } from '../load.ts';

const loaded = loadBinding();

/** Set where the compiled engine has to be there, so that no test of it is left out. */
const isRequired = process.env.NATIVE_ENGINE === 'required';

if (isRequired && loaded.binding === null) throw new Error(`the native engine is required, but ${loaded.problem}`);

/** Whether the compiled engine is there to be tested. */
const isThere = loaded.binding !== null;

/** An engine under test, under a name for titles. */
export interface TestedEngine {
  readonly engine: HashEngine;
  readonly name: string;
  readonly isThere: boolean;
}

/** Both engines. A title says that the tests of the compiled one are skipped where there is none. */
export const engines: readonly TestedEngine[] = [
  { name: 'the engine in Node', engine: defaultEngine, isThere: true },
  {
    name: loaded.binding === null ? `the native engine (skipped: ${loaded.problem})` : 'the native engine',
    engine: nativeEngine({
      use: 'always',
      onUnavailable(message) {
        throw new Error(message);
      },
    }),
    isThere,
  },
];
