import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import type { Context } from '../context.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

/** How the shell scripts are told that file names may follow, and that they may not. */
const FILES_MAY_FOLLOW = ':0';

/** `completion`: prints the script that makes a shell complete this command. */
export async function completion(shell: Shell, program: Command, { output }: Context): Promise<void> {
  const root = tab(program, { completionCommandName: 'completion' });
  const name = program.name();
  const script = printed(() => root.setup(name, name, shell));
  const text = `${(shell === 'bash' ? mendBash(script) : script).trimEnd()}\n`;
  if (output.settings.json) output.answer('completion', { shell, script: text }, () => []);
  else output.data(text);
}

/** `complete --`: what the scripts call to learn how a line may go on. Where nothing is known, file names may follow. */
export async function complete(words: readonly string[], program: Command, { output }: Context): Promise<void> {
  const root = tab(program, { completionCommandName: 'completion' });
  const answer = printed(() => root.parse([...words])).trimEnd();
  const known = answer.includes('\n') || words.at(-1)?.startsWith('-');
  output.data(`${known ? answer : FILES_MAY_FOLLOW}\n`);
}

/** The library writes to the console; what it writes is wanted as text. */
function printed(write: () => void): string {
  const lines: string[] = [];
  // biome-ignore-start lint/suspicious/noConsole: it is replaced for a moment, never written to
  const log = console.log;
  console.log = (...parts: unknown[]) => void lines.push(parts.join(' '));
  try {
    write();
  } finally {
    console.log = log;
  }
  // biome-ignore-end lint/suspicious/noConsole: as above
  return lines.join('\n');
}

/**
 * Mends the library's script for bash: constants that may be defined twice, file names where nothing else is offered, and
 * no need for the package bash-completion.
 */
function mendBash(script: string): string {
  const words = '_get_comp_words_by_ref -n "=:" cur prev words cword';
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is bash
  const ownWords = 'cword=$COMP_CWORD words=("${COMP_WORDS[@]:0:COMP_CWORD+1}") cur=${COMP_WORDS[COMP_CWORD]}';
  return [
    { from: /^readonly /gm, to: '' },
    {
      from: words,
      to: `if declare -F _get_comp_words_by_ref >/dev/null; then\n        ${words}\n    else\n        ${ownWords}\n    fi`,
    },
    { from: /^complete -F/m, to: 'complete -o default -F' },
  ].reduce((text, { from, to }) => {
    const mended = text.replace(from, () => to);
    if (mended === text) throw new Error(`the completion script of @bomb.sh/tab has changed: ${from}`);
    return mended;
  }, script);
}
