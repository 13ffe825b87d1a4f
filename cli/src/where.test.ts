import { find } from './where.ts';

const hints = { flag: 'http://flag', environment: 'http://environment', running: 'http://running', usual: 'http://usual' };

it('goes where the flag says before all else', () => {
  expect(find(hints)).toEqual({ at: 'http://flag', from: 'flag' });
});

it('goes where the environment says, then to the mesh of this folder, then to the usual place', () => {
  expect(find({ ...hints, flag: undefined })).toEqual({ at: 'http://environment', from: 'environment' });
  expect(find({ ...hints, flag: undefined, environment: '' })).toEqual({ at: 'http://running', from: 'running mesh' });
  expect(find({ ...hints, flag: undefined, environment: undefined, running: undefined })).toEqual({ at: 'http://usual', from: 'usual place' });
});
