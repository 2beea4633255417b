import { describe, expect, it } from 'vitest';
import { sealFor } from '../../packages/native/src/seal.ts';
import { binaryFaults } from './binary.ts';
import { platformNamed, platforms } from './platforms.ts';

const MACHINES = {
  x64: { elf: 62, macho: 0x01000007, pe: 0x8664 },
  arm64: { elf: 183, macho: 0x0100000c, pe: 0xaa64 },
};

/** The first bytes of a library, and what it needs. */
function library(name: string, text = ''): Buffer {
  const { os, cpu, libc } = platformNamed(name);
  const machine = MACHINES[cpu as 'x64' | 'arm64'];
  const head = Buffer.alloc(256);
  if (os === 'linux') {
    head.writeUInt32BE(0x7f454c46);
    head.writeUInt16LE(machine.elf, 18);
  } else if (os === 'darwin') {
    head.writeUInt32LE(0xfeedfacf);
    head.writeUInt32LE(machine.macho, 4);
  } else {
    head.write('MZ');
    head.writeUInt32LE(128, 60);
    head.write('PE\0\0', 128);
    head.writeUInt16LE(machine.pe, 132);
  }
  const needs = libc === 'glibc' ? '\0GLIBC_2.2.5\0GLIBC_2.28\0' : '';
  const bytes = Buffer.concat([head, Buffer.from(`\0napi_register_module_v1\0${needs}${text}`)]);
  return os === 'linux' ? Buffer.concat([bytes, sealFor(bytes)]) : bytes;
}

const faults = (bytes: Buffer, name: string) => binaryFaults(bytes, platformNamed(name)).join();

describe('a compiled engine, before it is published', () => {
  it.each(platforms.map(({ name }) => name))('an engine for %s is right for it, and for no other', (name) => {
    const right = platforms.filter((each) => faults(library(name), each.name) === '');
    expect(right.map((each) => each.name)).toEqual([name]);
  });

  it.each([
    ['newer glibc', library('linux-x64-gnu', '\0GLIBC_2.34\0'), /needs glibc 2\.34, newer than 2\.28/],
    ['home directory', library('linux-x64-gnu', ['', 'home', 'builder', '.cargo'].join('/')), /holds a path/],
    [
      'no function for Node',
      Buffer.from(library('linux-x64-gnu').toString('latin1').replace('napi_', ''), 'latin1'),
      /no module/,
    ],
    ['text', Buffer.from('x'.repeat(100)), /no executable file, expected ELF x64/],
    ['nothing', Buffer.alloc(0), /too short/],
    ['no seal', library('linux-x64-gnu').subarray(0, -40), /^it has no seal/],
    ['a change after it was sealed', Buffer.concat([library('linux-x64-gnu'), Buffer.from('x')]), /^it has no seal/],
  ])('an engine with %s is refused', (_, bytes, fault) => {
    expect(faults(bytes, 'linux-x64-gnu')).toMatch(fault);
  });
});
