import { execFileSync } from 'node:child_process';

/** The output of git in a folder; null if git, the repository or the object does not exist. */
export function git(folder: string, ...args: string[]): string | null {
  try {
    return execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null;
  }
}
