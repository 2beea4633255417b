/** Directories that tools leave in a folder, wherever they are in it. */
const directories: ReadonlySet<string> = new Set([
  '__pycache__',
  '.ipynb_checkpoints',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  '.idea',
  '.vscode',
  '.git',
  '.hg',
  '.svn',
  '.Trashes',
  '.fseventsd',
  '.Spotlight-V100',
  '__MACOSX',
  'lost+found',
  '@eaDir',
]);

const files: ReadonlySet<string> = new Set([
  '.DS_Store',
  'Thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  '.directory',
  '.localized',
]);

const endings = ['.pyc', '.pyo', '.swp', '.swo', '~', '.incomplete', '.crdownload', '.part'];

/** The topmost part of a name that a tool left behind and that belongs to no model; null if there is none. */
export function leftoverOf(name: string): string | null {
  const parts = name.split('/');
  for (const [index, part] of parts.entries()) {
    const here = parts.slice(0, index + 1).join('/');
    if (part === '.cache' && parts[index + 1] === 'huggingface') return `${here}/huggingface`;
    const isLast = index === parts.length - 1;
    if (!isLast && (directories.has(part) || /^\.Trash-\d+$/.test(part))) return here;
    if (
      isLast &&
      (files.has(part) || /^\._|^\.nfs[0-9a-f]{8}/.test(part) || endings.some((end) => part.endsWith(end)))
    ) {
      return here;
    }
  }
  return null;
}
