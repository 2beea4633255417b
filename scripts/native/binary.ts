// What a compiled engine says of itself, before it is published for a platform on which this machine cannot load it.
import { SEAL_BYTES, sealFor } from '../../packages/native/src/seal.ts';
import { OLDEST_GLIBC } from './cargo.ts';
import type { Platform } from './platforms.ts';

/** What is wrong with a compiled engine, one line each. */
export function binaryFaults(bytes: Buffer, platform: Platform): string[] {
  const found = formatOf(bytes);
  const expected = `${FORMATS[platform.os]} ${platform.cpu}`;
  const text = bytes.toString('latin1');
  return [
    ...(found === expected ? [] : [`it is ${found}, expected ${expected}`]),
    ...(text.includes('napi_register_module_v1') ? [] : ['it is no module for Node']),
    ...(platform.os === 'linux' ? libraryFaults(text, platform) : []),
    ...(platform.os !== 'linux' || isSealed(bytes) ? [] : ['it has no seal, or was changed after it got one']),
    ...[...new Set(text.match(/(?:\/home|\/Users|\/root|[A-Z]:\\Users)[/\\][\w.-]+/g) ?? [])].map(
      (found) => `it holds a path of the machine that built it: ${found}`,
    ),
  ];
}

function isSealed(bytes: Buffer): boolean {
  const length = Math.max(bytes.length - SEAL_BYTES, 0);
  return sealFor(bytes.subarray(0, length)).equals(bytes.subarray(length));
}

const FORMATS: Partial<Record<NodeJS.Platform, string>> = { linux: 'ELF', darwin: 'Mach-O', win32: 'PE' };

/** The format of an executable file and its processor, from its first bytes. */
function formatOf(bytes: Buffer): string {
  if (bytes.length < 64) return 'too short';
  if (bytes.readUInt32BE(0) === 0x7f454c46) return `ELF ${{ 62: 'x64', 183: 'arm64' }[bytes.readUInt16LE(18)]}`;
  if (bytes.readUInt32LE(0) === 0xfeedfacf)
    return `Mach-O ${{ 16777223: 'x64', 16777228: 'arm64' }[bytes.readUInt32LE(4)]}`;
  const header = bytes.readUInt16BE(0) === 0x4d5a ? bytes.readUInt32LE(60) : bytes.length;
  if (header + 6 > bytes.length || bytes.readUInt32BE(header) !== 0x50450000) return 'no executable file';
  return `PE ${{ 34404: 'x64', 43620: 'arm64' }[bytes.readUInt16LE(header + 4)]}`;
}

function libraryFaults(text: string, { libc }: Platform): string[] {
  const versions = [...text.matchAll(/\bGLIBC_(\d+)\.(\d+)/g)].map(([, major, minor]) => [
    Number(major),
    Number(minor),
  ]);
  if (libc === 'musl') return versions.length === 0 ? [] : ['it needs glibc'];
  if (versions.length === 0) return ['it does not need glibc'];
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_GLIBC.split('.').map(Number);
  const newer = versions.find(([major = 0, minor = 0]) => major > oldestMajor || minor > oldestMinor);
  return newer ? [`it needs glibc ${newer.join('.')}, newer than ${OLDEST_GLIBC}`] : [];
}
