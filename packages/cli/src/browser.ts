import { spawn } from 'node:child_process';

/** The command that opens an address in the user's browser, by platform. */
const openers: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Opens an address in the program that `BROWSER` names, or else in the system's browser. A failure is silent: the address has been shown. */
export function openInBrowser(address: string): void {
  const preferred = process.env.BROWSER;
  const [command = 'xdg-open', ...args] = preferred ? [preferred] : (openers[process.platform] ?? []);
  const child = spawn(command, [...args, address], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
