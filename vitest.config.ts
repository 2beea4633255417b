import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const files = (ending: string) => [`{spec,packages/*,conformance/*,action,docs,scripts}/**/*${ending}`];
const exclude = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  ssr: { resolve: { conditions: ['@model-signing/source', 'module', 'node'] } },
  test: {
    // The limit is for tests that hang, not for a busy machine.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Vitest would reserve one processor for its main thread, which is mostly idle: with two, half of the machine would idle.
    maxWorkers: availableParallelism(),
    projects: [
      // The tests that a contributor runs at each change.
      {
        extends: true,
        test: { name: 'unit', include: files('.test.ts'), exclude: [...exclude, '**/*.exhaustive.test.ts'] },
      },
      // Tests that take minutes; `npm run check` runs them too.
      { extends: true, test: { name: 'exhaustive', include: files('.exhaustive.test.ts'), exclude } },
    ],
  },
});
