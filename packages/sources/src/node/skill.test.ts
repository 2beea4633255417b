import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isOmsError, keySigner, keyVerifier, localModel, signModel } from '@model-signing/core';
import { testKey } from '@model-signing/testing/forge';
import { modelDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { SourceError } from '../source-error.ts';
import { verifySkill } from './skill.ts';

const key = testKey();
const verifier = keyVerifier(key);

/** A folder with a signed skill. */
async function signedSkill() {
  const directory = modelDirectory({ 'SKILL.md': '---\nname: a\n---\n', 'scripts/run.sh': 'echo\n' });
  const file = (name: string) => path.join(directory, name);
  const model = localModel(directory, { signaturePath: file('skill.oms.sig') });
  const { bundle } = await signModel(model, keySigner(key));
  writeFileSync(file('skill.oms.sig'), bundle);
  return { directory, file, bundle };
}

async function codeOf(attempt: () => Promise<unknown>): Promise<unknown> {
  try {
    await attempt();
  } catch (error) {
    return isOmsError(error) || error instanceof SourceError ? error.code : error;
  }
  return 'verified';
}

describe('verifySkill', () => {
  it('verifySkill accepts a folder whose signature lies in it, and gives the signed names', async () => {
    const { directory } = await signedSkill();
    const { verdict, resources } = await verifySkill(directory, verifier);
    expect([verdict, ...resources.map(({ path }) => path)]).toEqual(['verified', 'SKILL.md', 'scripts/run.sh']);
  });

  it.each<[string, (file: (name: string) => string) => void, string]>([
    ['a changed script', (file) => writeFileSync(file('scripts/run.sh'), 'rm\n'), 'model/mismatch'],
    ['a script that was added', (file) => writeFileSync(file('scripts/more.sh'), 'rm\n'), 'model/mismatch'],
    ['a script that is missing', (file) => rmSync(file('scripts/run.sh')), 'model/mismatch'],
    ['a link', (file) => symlinkSync('/bin/sh', file('scripts/sh')), 'model/symlink'],
    ['code in a place that signatures leave out', (file) => mkdirSync(file('.git')), 'model/ignored-files'],
    ['no signature', (file) => rmSync(file('skill.oms.sig')), 'source/signature-absent'],
    ['a signature that is none', (file) => writeFileSync(file('skill.oms.sig'), '{}'), 'bundle/media-type'],
  ])('verifySkill refuses a folder with %s', async (_, change, code) => {
    const { directory, file } = await signedSkill();
    change(file);
    expect(await codeOf(() => verifySkill(directory, verifier))).toBe(code);
  });

  it('verifySkill says of a path that leads to no folder what it leads to', async () => {
    const { directory, file } = await signedSkill();
    const message = (path: string) => verifySkill(path, verifier).catch(({ code, message }) => `${code} ${message}`);
    expect(await message(file('none'))).toMatch(/^model\/not-found there is no folder ".*none"$/);
    expect(await message('')).toBe('model/not-found there is no folder ""');
    expect(await message(file('SKILL.md'))).toMatch(
      /^model\/unreadable a skill is a folder, and ".*SKILL\.md" is none$/,
    );
    expect(await message(file('SKILL.md/more'))).toMatch(/^model\/(?:unreadable|not-found) /);
    expect(await message(directory)).toMatchObject({ verdict: 'verified' });
    await expect(verifySkill(undefined as never, verifier)).rejects.toThrow(/the folder of the skill/);
  });

  it('verifySkill refuses the signature of another signer', async () => {
    const { directory } = await signedSkill();
    expect(await codeOf(() => verifySkill(directory, keyVerifier(testKey())))).toBe('signer/key-mismatch');
  });

  it.skipIf(process.platform === 'win32')(
    'verifySkill neither follows a link in the place of the signature nor waits for a pipe',
    async () => {
      const { directory, file, bundle } = await signedSkill();
      rmSync(file('skill.oms.sig'));
      writeFileSync(`${directory}.sig`, bundle);
      symlinkSync(`${directory}.sig`, file('skill.oms.sig'));
      expect(await codeOf(() => verifySkill(directory, verifier))).toBe('model/unreadable');
      rmSync(file('skill.oms.sig'));
      execFileSync('mkfifo', [file('skill.oms.sig')]);
      expect(await codeOf(() => verifySkill(directory, verifier))).toBe('model/unreadable');
    },
  );

  it('verifySkill accepts left out paths that the caller names', async () => {
    const { directory, file } = await signedSkill();
    mkdirSync(file('.git'));
    const { ignored } = await verifySkill(directory, verifier, { ignoredFiles: ['.git'] });
    expect(ignored).toEqual(['.git/', 'skill.oms.sig']);
  });
});
