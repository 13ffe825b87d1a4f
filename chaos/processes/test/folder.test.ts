import { RunFolder } from '../src/stage/folder.ts';

it('has small disks of any size, wherever it may have them at all', () => {
  const folder = new RunFolder();
  try {
    const kinds = [32, 32.5].map((megabytes) => typeof folder.mount(`disk-${megabytes}`, megabytes));
    expect(kinds[1]).toBe(kinds[0]);
  } finally {
    folder.remove();
  }
});
