// Where the single file starts. A fault of ours has no result, and ends like one of the environment.
import { main } from '../../../packages/cli/src/main.ts';

main().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`model-signing: error: ${text.replace(/[^ -~]/g, '?')}\n`);
  process.exitCode = 3;
});
