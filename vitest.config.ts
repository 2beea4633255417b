import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  ssr: { resolve: { conditions: ['@model-signing/source', 'module', 'node'] } },
  test: {
    include: ['{spec,packages/*,conformance,docs,scripts}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 60_000,
    // It would leave one processor to its own main thread, which has nothing to do: on two, half of the machine idles.
    maxWorkers: availableParallelism(),
  },
});
