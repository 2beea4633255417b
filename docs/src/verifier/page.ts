// The page that verifies a model in a browser: one file that holds all of it, and that may connect to nothing.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';

const folder = path.resolve(import.meta.dirname, '../../verifier');

/** Its name on the site and in a release. */
export const PAGE_NAME = 'verify.html';

/** One classic script with everything that an entry imports. */
async function bundled(entry: string): Promise<string> {
  const build = await rolldown({
    input: entry,
    platform: 'browser',
    onLog: (_, { code, message }) => {
      // A script in a page has no address from which a worker could be loaded: the page starts workers with its own text.
      if (code !== 'EMPTY_IMPORT_META') throw new Error(`${code}: ${message}`);
    },
  });
  const { output } = await build.generate({ format: 'iife', minify: true, codeSplitting: false });
  const [{ code, imports, dynamicImports, fileName }, ...others] = output;
  const outside = [...imports, ...dynamicImports].filter((name) => name !== fileName);
  if (others.length > 0 || outside.length > 0) throw new Error(`the script of the page imports ${outside.join(', ')}`);
  return code.trim();
}

/** What ends a script, or hides its end, wherever it stands in it; in a string of JavaScript, a backslash changes nothing. */
function inElement(script: string): string {
  return script.replace(/<(?=\/script|script|!--)/gi, '\\x3c');
}

const pinned = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** What the page may do: run this very script and its worker, and use this very style. It may connect to nothing. */
function policyOf(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src ${pinned(script)} 'wasm-unsafe-eval'`,
    `style-src ${pinned(style)}`,
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types hash-worker',
  ].join('; ');
}

/** Puts each part in its place in the template. */
function filled(template: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((text, [place, part]) => {
    const [before, after, ...others] = text.split(place);
    if (before === undefined || after === undefined || others.length > 0) {
      throw new Error(`the template must have ${place} once`);
    }
    return before + part + after;
  }, template);
}

function versionOfPackages(): string {
  const file = path.resolve(folder, '../../packages/core/package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}

/** Makes the page, from the packages as they are built. */
export async function verifierPage(): Promise<string> {
  const script = inElement(await bundled(path.join(folder, 'src/main.ts')));
  const style = readFileSync(path.join(folder, 'page.css'), 'utf8').trim();
  const template = readFileSync(path.join(folder, 'page.html'), 'utf8');
  return filled(template, {
    '(version)': versionOfPackages(),
    '(policy)': policyOf(script, style),
    '/* style */': style,
    '/* script */': script,
  });
}
