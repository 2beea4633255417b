import { PREDICATE_TYPE } from '@model-signing/spec';
import { drafts } from '../options.ts';
import { type Output, table } from '../output.ts';
import { engineState } from './engine-state.ts';

/** `version`: the version, and what decides how it works on this machine. */
export function printDetails(version: string, output: Output): void {
  const engine = engineState();
  const node = process.versions.node;
  const platform = `${process.platform}-${process.arch}`;
  const formats = [PREDICATE_TYPE.slice(PREDICATE_TYPE.lastIndexOf('/v') + 2)];
  output.answer('version', { version, node, platform, ...engine, formats, drafts }, () => [
    version,
    ...table([
      ['Node.js', node],
      ['platform', platform],
      ['engine', engine.engine === 'native' ? `native (${engine.enginePlatform})` : `node: ${engine.engineProblem}`],
      ['formats', formats.join(', ')],
      ['drafts', drafts.join(', ')],
    ]),
  ]);
}
