import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { goRevision, prepareGoPeer } from '../peer/go-environment.ts';
import { constraintsFile, preparePythonPeer, programOf } from '../peer/python-environment.ts';
import { type Defect, readDefects } from './defects.ts';

/** An implementation that is not ours, as the suite judges it. */
export interface JudgedPeer {
  readonly name: 'Python' | 'Go';
  /** How its page names what was judged. */
  readonly subject: string;
  /** The file of its page. */
  readonly page: string;
  readonly defects: readonly Defect[];
  /** Whether it has to be there in CI. */
  readonly required: boolean;
  /** How its page says to install it, so that the reproductions find its command. */
  readonly install: string;
  /** The adapter, and the folder of the command, or why there are none. */
  prepare(): { readonly adapter: readonly [string, ...string[]]; readonly programs: string } | Unavailable;
}

interface Unavailable {
  readonly unavailable: string;
}

const interop = path.resolve(import.meta.dirname, '../..');
const docs = path.resolve(interop, '../../docs');

/** Every implementation that has a page of findings. */
export const judgedPeers: readonly JudgedPeer[] = [python(), go()];

function python(): JudgedPeer {
  const version = /^model-signing==(\S+)$/m.exec(readFileSync(constraintsFile, 'utf8'))?.[1];
  return {
    name: 'Python',
    subject: `The Python package \`model-signing\` ${version}`,
    page: path.join(docs, 'python-findings.md'),
    defects: readDefects(path.join(interop, 'python/defects.json')),
    required: true,
    install: `\`pip install model-signing==${version} pyOpenSSL\` installs the command.`,
    prepare: () => {
      const peer = preparePythonPeer();
      if ('unavailable' in peer) return peer;
      const program = programOf(peer.directory, 'python');
      return { adapter: [program, path.join(interop, 'python/adapter.py')], programs: path.dirname(program) };
    },
  };
}

function go(): JudgedPeer {
  const defects = path.join(interop, 'go/defects.json');
  return {
    name: 'Go',
    subject: `The Go implementation at commit \`${goRevision}\``,
    page: path.join(docs, 'go-findings.md'),
    defects: existsSync(defects) ? readDefects(defects) : [],
    required: false,
    install: `\`go build ./cmd/model-signing\` in its repository makes the command.`,
    prepare: () => {
      const peer = prepareGoPeer();
      if ('unavailable' in peer) return peer;
      const adapter = [process.execPath, path.join(interop, 'go/adapter.ts'), peer.program] as const;
      return { adapter, programs: path.dirname(peer.program) };
    },
  };
}
