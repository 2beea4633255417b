import type { HashEngine } from '@model-signing/core';
import { nativeEngine } from '@model-signing/native';
import type { EngineChoice } from './engine-choice.ts';
import type { Output } from './output.ts';

/** What hashes for one command. */
export interface ChosenEngine {
  /** Undefined for the engine in Node. */
  readonly engine: HashEngine | undefined;
  /** What has hashed so far: Node, unless the native engine has hashed a file. */
  readonly used: () => 'native' | 'node';
}

/** The engine that `--engine` names. If the native one is needed and cannot be loaded, Node hashes, and one line says so. */
export function chooseEngine(choice: EngineChoice, output: Output): ChosenEngine {
  if (choice === 'node') return { engine: undefined, used: () => 'node' };
  const isRequested = choice === 'native';
  const engine = nativeEngine({
    use: isRequested ? 'always' : 'large',
    onUnavailable(message) {
      if (isRequested) output.notice('command/engine-unavailable', `${message}; Node hashes`);
      else output.info(`${message}; Node hashes`);
    },
  });
  return { engine, used: () => engine.used };
}
