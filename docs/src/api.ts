import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { publishedPackages } from '../../scripts/release/packages.ts';
import type { Page } from './pages.ts';

/** The reference of the libraries, made by TypeDoc from their declarations: one folder for each package with an entry point. */
export function apiPages(root: string, scratch: string): Page[] {
  const libraries = publishedPackages(root).filter(({ exports }) => exports['.']);
  return [
    overview(libraries.map(({ name, directory }) => ({ name, description: descriptionOf(root, directory) }))),
    ...libraries.flatMap(({ name, directory }) =>
      pagesOf(root, scratch, name, directory).map((page) =>
        page.path === `api/${shortName(name)}/index.md`
          ? { ...page, text: page.text.replace(/^# .+$/m, (title) => `${title}\n\n${descriptionOf(root, directory)}.`) }
          : page,
      ),
    ),
  ];
}

function descriptionOf(root: string, directory: string): string {
  return JSON.parse(readFileSync(path.join(root, directory, 'package.json'), 'utf8')).description;
}

function overview(libraries: readonly { readonly name: string; readonly description: string }[]): Page {
  const rows = libraries.map(
    ({ name, description }) => `- [\`${name}\`](./${shortName(name)}/index.md): ${description}`,
  );
  return { path: 'api/index.md', text: `# Libraries\n\n${rows.join('\n')}\n`, source: null };
}

function shortName(name: string): string {
  return name.split('/')[1] as string;
}

function pagesOf(root: string, scratch: string, name: string, directory: string): Page[] {
  const out = path.join(scratch, shortName(name));
  rmSync(out, { recursive: true, force: true });
  const typedoc = createRequire(import.meta.url).resolve('typedoc/package.json');
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [
      path.join(path.dirname(typedoc), 'bin', 'typedoc'),
      ...['--entryPoints', entryPoint(path.join(root, directory))],
      ...['--tsconfig', path.join(root, directory, 'tsconfig.build.json')],
      ...['--plugin', 'typedoc-plugin-markdown', '--out', out, '--name', name],
      ...[
        '--readme',
        'none',
        '--disableSources',
        '--hidePageHeader',
        '--hideBreadcrumbs',
        '--entryFileName',
        'index.md',
      ],
      ...['--outputFileStrategy', 'members', '--parametersFormat', 'table', '--interfacePropertiesFormat', 'table'],
      ...['--typeDeclarationFormat', 'table', '--treatWarningsAsErrors', 'false', '--logLevel', 'Error'],
      ...['--excludeInternal', '--excludePrivate', '--useHTMLAnchors', 'false'],
    ],
    { cwd: root, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`TypeDoc failed on ${name}:\n${stdout}${stderr}`);
  return globSync('**/*.md', { cwd: out })
    .sort()
    .map((file) => ({
      path: `api/${shortName(name)}/${file.replaceAll(path.sep, '/')}`,
      text: readFileSync(path.join(out, file), 'utf8'),
      source: null,
    }));
}

/** The source of a package's main export: what its declarations are made from. */
function entryPoint(directory: string): string {
  const { exports } = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'));
  const types: string = exports['.'].types;
  return path.join(directory, types.replace(/^\.\/dist\//, 'src/').replace(/\.d\.ts$/, '.ts'));
}
