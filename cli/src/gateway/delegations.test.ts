import { answered, type Delegation } from './delegations.ts';

const asked: Delegation = {
  delegationId: 'D1', state: 'asked', absent: '李娜', deputy: '张伟', since: '2026-10-08T16:00:00.000Z', until: '2026-10-16T16:00:00.000Z', reason: '', detail: '', requestedBy: '李娜', updatedAt: '2026-10-01T00:00:00.000Z',
};

describe('waiting for a delegation to be answered', () => {
  it('gives it as it stands once something has become of it', async () => {
    const standing: Delegation = { ...asked, state: 'standing', updatedAt: '2026-10-01T00:00:01.000Z' };
    const shows = [asked, asked, standing];
    expect(await answered({ show: () => Promise.resolve(shows.shift() ?? standing) }, asked, () => Promise.resolve())).toEqual(standing);
  });

  it('does not wait for ever', async () => {
    let looks = 0;
    expect(await answered({ show: () => { looks += 1; return Promise.resolve(asked); } }, asked, () => Promise.resolve())).toEqual(asked);
    expect(looks).toBe(25);
  });
});
