import { getSystemErrorMap, getSystemErrorName } from 'node:util';
import { FileChanged } from '@model-signing/core/make-engine';
import type { Failure } from './binding.ts';

/** What the engine in Node would throw for a file, or what is wrong with the compiled engine. */
export function causeOf({ kind, message, syscall, errno }: Failure, path: string): Error {
  if (kind === 'changed') return new FileChanged(message);
  if (kind === 'system') return systemError(syscall, errno, path);
  return new Error(`the native engine failed: ${message || kind}`);
}

function systemError(syscall: string, errno: number, path: string): Error {
  const known = getSystemErrorMap().get(errno);
  const code = known ? getSystemErrorName(errno) : `error ${errno}`;
  const message = `${code}: ${known?.[1] ?? 'the operating system reports an error'}, ${syscall} '${path}'`;
  return Object.assign(new Error(message), { errno, code, syscall, path });
}
