import { fen } from '@order-mesh/kernel';
import { readPeople } from './people-file.ts';

describe('the file of people', () => {
  it('says who may decide what, amounts in yuan', () => {
    expect(readPeople('[{"name": "李娜", "aliases": ["wecom:LiNa"], "roles": ["regional-manager"], "regions": ["江苏省"], "upToYuan": 500000}, {"name": "张伟", "roles": ["sales-director"]}]')).toEqual({
      type: 'read',
      people: [
        { name: '李娜', aliases: ['wecom:LiNa'], roles: ['regional-manager'], regions: ['江苏省'], upTo: fen(50_000_000n) },
        { name: '张伟', aliases: [], roles: ['sales-director'], regions: [], upTo: null },
      ],
    });
  });

  it('is not believed when it has a fault, and says which', () => {
    const problemIn = (json: string): string => {
      const read = readPeople(json);
      return read.type === 'faulty' ? read.problem : 'none';
    };
    expect(problemIn('[{"name": "A", "roles": []}]')).toContain('0.roles');
    expect(problemIn('[{"name": "A", "roles": ["r"], "upTo": 5}]')).toContain('upTo');
    expect(problemIn('[{"name": "A", "roles": ["r"]}, {"name": "B", "aliases": ["A"], "roles": ["r"]}]')).toBe('A is two people, or the same one twice');
    expect(['', '[', '{}', '[]'].map((json) => readPeople(json).type)).toEqual(['faulty', 'faulty', 'faulty', 'faulty']);
  });
});
