import type { MessageOf, TopicMessages } from '@order-mesh/contracts';
import { never } from '@order-mesh/kernel';
import { printable } from './wording.ts';

export type Command = MessageOf<'ProposeRules'> | MessageOf<'DecideRules'> | MessageOf<'RollBackRules'> | MessageOf<'SimulateRules'> | MessageOf<'ShadowRules'> | MessageOf<'EndShadow'>;

const LONGEST_NAME = 100;
const LONGEST_REASON = 1_000;

const name = (text: string): string => printable(text, LONGEST_NAME);
const words = (text: string): string => printable(text, LONGEST_REASON);

/** A command with the words of people as they can be kept: of bounded length, without what no database holds. */
export function cleaned(command: TopicMessages['rules.commands.v1']): Command {
  switch (command.type) {
    case 'ProposeRules': {
      const { changeId, author, reason } = command.value;
      return { type: command.type, value: { ...command.value, changeId: name(changeId), author: name(author), reason: words(reason) } };
    }
    case 'DecideRules': {
      const { changeId, decision, decidedBy, comment } = command.value;
      return { type: command.type, value: { ...command.value, changeId: name(changeId), decision: name(decision), decidedBy: name(decidedBy), comment: words(comment) } };
    }
    case 'RollBackRules': {
      const { changeId, author, reason } = command.value;
      return { type: command.type, value: { ...command.value, changeId: name(changeId), author: name(author), reason: words(reason) } };
    }
    case 'SimulateRules': return { type: command.type, value: { ...command.value, author: name(command.value.author) } };
    case 'ShadowRules': {
      const { changeId, shadowId, author } = command.value;
      return { type: command.type, value: { ...command.value, changeId: name(changeId), shadowId: name(shadowId), author: name(author) } };
    }
    case 'EndShadow': return { type: command.type, value: { ...command.value, changeId: name(command.value.changeId), author: name(command.value.author) } };
    default: return never(command);
  }
}
