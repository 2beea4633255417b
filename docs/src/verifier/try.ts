// `npm run docs:verifier`: uses the page that verifies in a browser, in Chromium.
import { after, test } from 'node:test';
import { closeAll, executable } from './harness.ts';

if (executable === null) {
  test('the page in Chromium, which was not found', { skip: !process.env.CI }, () => {
    throw new Error('there is no Chromium, and in CI this must not be skipped');
  });
} else {
  for (const part of ['network', 'verdicts', 'hard-models', 'looks']) await import(`./${part}.ts`);
}

after(closeAll);
