import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generatedFiles } from './generated-files.ts';
import { PACKAGE_FOLDER } from './layout.ts';

for (const [path, content] of await generatedFiles()) {
  mkdirSync(dirname(PACKAGE_FOLDER + path), { recursive: true });
  writeFileSync(PACKAGE_FOLDER + path, content);
}
