// The emulator of Arm, from Debian, and beside it the libraries that Node needs there.
import path from 'node:path';
import { prepareDebianProgram } from '../../conformance/interop/src/debian-program.ts';
import type { Program } from '../../conformance/interop/src/go-program.ts';

const libraries = ['libc6-arm64-cross', 'libstdc++6-arm64-cross', 'libgcc-s1-arm64-cross', 'libatomic1-arm64-cross'];

/** The program that runs those for Arm. The libraries are in `../aarch64-linux-gnu` of its folder. */
export function prepareEmulator(): Program {
  const cache = path.resolve(import.meta.dirname, '../../.cache');
  return prepareDebianProgram(['qemu-user-static', ...libraries], 'usr/bin/qemu-aarch64-static', cache);
}
