// The platforms that the native engine is built for.

/** A platform as the loader names it, and as others do. */
export interface Platform {
  /** Of the compiled engine, `NAME.node`, and of its package, `@model-signing/native-NAME`. */
  readonly name: string;
  /** What rustc calls it. */
  readonly target: string;
  /** The library that cargo makes. */
  readonly library: string;
  /** Fields of the package, by which npm decides whether it installs it. */
  readonly os: NodeJS.Platform;
  readonly cpu: NodeJS.Architecture;
  readonly libc?: 'glibc' | 'musl';
}

const LINUX = { os: 'linux', library: 'libmodel_signing_native.so' } as const;
const MACOS = { os: 'darwin', library: 'libmodel_signing_native.dylib' } as const;

export const platforms: readonly Platform[] = [
  { ...LINUX, name: 'linux-x64-gnu', target: 'x86_64-unknown-linux-gnu', cpu: 'x64', libc: 'glibc' },
  { ...LINUX, name: 'linux-x64-musl', target: 'x86_64-unknown-linux-musl', cpu: 'x64', libc: 'musl' },
  { ...LINUX, name: 'linux-arm64-gnu', target: 'aarch64-unknown-linux-gnu', cpu: 'arm64', libc: 'glibc' },
  { ...MACOS, name: 'darwin-arm64', target: 'aarch64-apple-darwin', cpu: 'arm64' },
  { ...MACOS, name: 'darwin-x64', target: 'x86_64-apple-darwin', cpu: 'x64' },
  {
    name: 'win32-x64-msvc',
    target: 'x86_64-pc-windows-msvc',
    library: 'model_signing_native.dll',
    os: 'win32',
    cpu: 'x64',
  },
];

/** The platform with this name, or that rustc calls so. @throws {Error} with all names */
export function platformNamed(text: string): Platform {
  const platform = platforms.find(({ name, target }) => text === name || text === target);
  if (platform) return platform;
  throw new Error(
    `there is no native engine for ${text}; there is one for ${platforms.map(({ name }) => name).join(', ')}`,
  );
}
