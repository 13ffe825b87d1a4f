import { categoryOf, stacksWithin, timeByCategory, type CpuProfile, type Frame } from './cpu-profile.ts';
import { flameGraph } from './flame.ts';

const frame = (functionName: string, url = ''): Frame => ({ functionName, url, lineNumber: 9 });
const saga = frame('decide<Step>', 'file:///x/packages/saga/dist/decide.js');
const client = frame('query', 'file:///x/node_modules/pg/lib/client.js');

const profile: CpuProfile = {
  startTime: 1_000,
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 3, 5] },
    { id: 2, callFrame: frame('(idle)') },
    { id: 3, callFrame: saga, children: [4] },
    { id: 4, callFrame: client, children: [6] },
    { id: 5, callFrame: frame('(garbage collector)') },
    { id: 6, callFrame: frame('writev', 'node:net') },
  ],
  samples: [3, 2, 3, 4, 5, 6],
  timeDeltas: [100, 100, 100, 100, 100, 100],
};

describe('the stacks of a profile', () => {
  it('are those of the span, without idle time', () => {
    const stacks = stacksWithin(profile, { from: 1_150, to: 1_550 });
    expect(stacks.map(({ frames, microseconds }) => [frames.map(({ functionName }) => functionName).join(' > '), microseconds])).toEqual([
      ['decide<Step>', 100], ['decide<Step> > query', 100], ['(garbage collector)', 100],
    ]);
  });

  it('belong to the innermost call that is somebody\'s', () => {
    expect(categoryOf({ frames: [saga, client, frame('writev', 'node:net')], microseconds: 1 })).toBe('SQL encoding and client');
    expect(categoryOf({ frames: [saga, frame('push')], microseconds: 1 })).toBe('saga and domain');
    expect(categoryOf({ frames: [saga, frame('decide', 'file:///app/packages/rules/dist/compile.js')], microseconds: 1 })).toBe('evaluating rules');
    expect(categoryOf({ frames: [saga, frame('toldOf', 'file:///app/packages/rules/dist/record.js')], microseconds: 1 })).toBe('keeping decisions');
    expect(categoryOf({ frames: [frame('run', 'node:timers')], microseconds: 1 })).toBe('other');
  });

  it('add up to the whole', () => {
    const times = timeByCategory(stacksWithin(profile, { from: 0, to: 9_999 }));
    expect([...times.values()].reduce((total, one) => total + one, 0)).toBe(400);
  });
});

describe('a flame graph', () => {
  it('draws a call as wide as its share, and calls of one path once', () => {
    const svg = flameGraph([{ frames: [saga], microseconds: 250 }, { frames: [saga, client], microseconds: 250 }, { frames: [client], microseconds: 500 }], 'a & b');
    expect(svg.match(/<title>decide/g)).toHaveLength(1);
    expect(svg).toContain('width="799.5"');
    expect(svg).toContain('a &amp; b');
    expect(svg).toContain('decide&lt;Step&gt; packages/saga/dist/decide.js:10\n50.0 %');
  });

  it('leaves out what nobody could see, and stays a picture when nothing ran', () => {
    expect(flameGraph([{ frames: [saga], microseconds: 9_980 }, { frames: [client], microseconds: 20 }], 't')).not.toContain('query');
    expect(flameGraph([], 't')).toContain('</svg>');
  });
});
