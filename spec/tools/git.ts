import { execFileSync } from 'node:child_process';

/** What git prints, asked in a folder; null where there is no git, no repository or nothing of that name. */
export function git(folder: string, ...args: string[]): string | null {
  try {
    return execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null;
  }
}
