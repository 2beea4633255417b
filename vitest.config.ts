import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const files = (ending: string) => [`{spec,packages/*,conformance/*,docs,scripts}/**/*${ending}`];
const exclude = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  ssr: { resolve: { conditions: ['@model-signing/source', 'module', 'node'] } },
  test: {
    // A limit is for a test that hangs, not for one on a busy machine.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Vitest would leave one processor to its own main thread, which has nothing to do: on two, half of the machine idles.
    maxWorkers: availableParallelism(),
    projects: [
      // What a contributor runs at each change.
      {
        extends: true,
        test: { name: 'unit', include: files('.test.ts'), exclude: [...exclude, '**/*.exhaustive.test.ts'] },
      },
      // What takes minutes: `npm run check` runs it as well.
      { extends: true, test: { name: 'exhaustive', include: files('.exhaustive.test.ts'), exclude } },
    ],
  },
});
