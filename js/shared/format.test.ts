import { expect, test } from 'vitest';
import { formatBytes, formatBytesOf, formatDuration, formatSpeed, plural } from './format';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test.each([
  [0, '0 B'],
  [612, '612 B'],
  [999, '999 B'],
  [1000, '1.00 kB'],
  [18_400, '18.4 kB'],
  [466_000, '466 kB'],
  [999_600, '1.00 MB'],
  [90_900_000, '90.9 MB'],
  [1_420_000_000, '1.42 GB'],
  [438_000_000, '438 MB'],
  [128_400_000_000, '128.4 GB'],
])('%i bytes read as %s', (bytes, words) => {
  expect(plain(formatBytes(bytes))).toBe(words);
});

test('a part of a whole uses the unit of the whole', () => {
  expect(plain(formatBytesOf(420_000_000, 1_000_000_000))).toBe('0.42 of 1.00 GB');
  expect(plain(formatBytesOf(12_000_000_000, 15_400_000_000))).toBe('12.0 of 15.4 GB');
});

test('speed and time are rounded as estimates deserve', () => {
  expect(plain(formatSpeed(38_200_000))).toBe('38.2 MB/s');
  expect(plain(formatDuration(24.2))).toBe('24 s');
  expect(plain(formatDuration(0.2))).toBe('1 s');
  expect(plain(formatDuration(59.8))).toBe('1 min');
  expect(plain(formatDuration(250))).toBe('4 min');
  expect(plain(formatDuration(7300))).toBe('2 h');
});

test('one file, two files', () => {
  expect(plural(1, 'file', 'files')).toBe('1 file');
  expect(plural(2, 'file', 'files')).toBe('2 files');
});
