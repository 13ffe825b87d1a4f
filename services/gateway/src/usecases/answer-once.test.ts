import { seconds } from '@order-mesh/kernel';
import { desk } from '../../test/scene.ts';
import { answerOnce } from './answer-once.ts';

const claim = { key: 'k1', digest: 'cancel order O1' };

function opened() {
  const { ports, unit } = desk();
  return { ...answerOnce(ports, seconds(30)), unit };
}

describe('a request under a key', () => {
  it('is new once, and has the same outcome from then on', async () => {
    const { look, begin, settle, unit } = opened();
    expect(await begin(claim, unit(1_000))).toEqual({ type: 'new' });
    await settle(claim, '202', unit(2_000));
    expect([await look(claim, unit(3_000)), await begin(claim, unit(4_000))]).toEqual([{ type: 'settled', outcome: '202' }, { type: 'settled', outcome: '202' }]);
    await settle(claim, '404', unit(5_000));
    expect(await look(claim, unit(6_000))).toEqual({ type: 'settled', outcome: '202' });
  });

  it('is settled without having been begun where nothing was to be done in a batch', async () => {
    const { look, settle, unit } = opened();
    await settle(claim, '200', unit(1_000));
    expect(await look(claim, unit(2_000))).toEqual({ type: 'settled', outcome: '200' });
  });

  it('is refused when its key was used for something else, whatever became of that', async () => {
    const { look, begin, settle, unit } = opened();
    await begin(claim, unit(1_000));
    const other = { ...claim, digest: 'cancel order O2' };
    expect([await look(other, unit(1_001)), await begin(other, unit(1_001))]).toEqual([{ type: 'key-reused' }, { type: 'key-reused' }]);
    await settle(other, '202', unit(1_002));
    expect(await look(claim, unit(1_003))).toEqual({ type: 'in-flight' });
  });

  it('is in flight for 30 s after it was carried out, and then its answer is lost', async () => {
    const { look, begin, unit } = opened();
    await begin(claim, unit(1_000));
    expect([(await look(claim, unit(30_999))).type, (await look(claim, unit(31_000))).type]).toEqual(['in-flight', 'lost']);
  });
});
