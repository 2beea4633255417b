import { spawn } from 'node:child_process';

/** How each system opens an address in the browser that its user prefers. */
const openers: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/**
 * Opens an address in a browser, if there is one: in the program that `BROWSER` names, or as the system does it. The address
 * has been shown, so that a failure needs no word.
 */
export function openInBrowser(address: string, { BROWSER: preferred } = process.env): void {
  const [command = 'xdg-open', ...args] = preferred ? [preferred] : (openers[process.platform] ?? []);
  const child = spawn(command, [...args, address], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
