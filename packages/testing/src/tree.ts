import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** File contents by path. */
export type Tree = Readonly<Record<string, string | Uint8Array>>;

/** A new directory that is removed when the test ends. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'model-signing-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A directory `model` with these files, in a new directory that is removed when the test ends. */
export function modelDirectory(tree: Tree): string {
  const root = path.join(temporaryDirectory(), 'model');
  mkdirSync(root);
  addFiles(root, tree);
  return root;
}

export function addFiles(root: string, tree: Tree): void {
  for (const [name, content] of Object.entries(tree)) {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

/** Waits until a change gets a later time than earlier changes: older kernels record times in steps of several milliseconds. */
export function nextTimestamp(): Promise<void> {
  return setTimeout(30);
}
