import type { Duration } from '@order-mesh/kernel';
import type { Saga } from './definition.ts';

/** The saga as a Mermaid flowchart: the way forward, the refusals, the undos in reverse. */
export function toMermaid(saga: Saga): string {
  const lines = ['flowchart TD', `  begin([${saga.inputName}]) --> ${saga.steps[0]?.name ?? 'confirmed'}`];
  saga.steps.forEach((step, index) => {
    const next = saga.steps[index + 1]?.name ?? 'confirmed';
    const back = saga.steps[index - 1];
    lines.push(`  ${step.name}["${step.name}<br/>${step.ask.name}"] -->|${step.ask.reply.done ?? ''}| ${next}`);
    lines.push(`  ${step.name} -.->|${step.ask.reply.refused ?? ''}| ${back ? `undo_${back.name}` : 'rejected'}`);
    lines.push(`  undo_${step.name}["${step.undo.name}"] -.-> ${back ? `undo_${back.name}` : 'rejected'}`);
  });
  return [...lines, '  confirmed([confirmed])', '  rejected([rejected or cancelled])'].join('\n');
}

/** The promises of a saga as a Markdown table: who is asked, what undoes it, how long it may take. */
export function slaTable(saga: Saga): string {
  const rows = saga.steps.map((step) => `| ${step.name} | ${step.ask.name} | ${step.undo.name} | ${shown(step.within)} | ${step.appeal ? `${step.appeal.ask.name}, ${shown(step.appeal.within)}` : '-'} |`);
  return ['| step | asks | undone by | within | appeal |', '|---|---|---|---|---|', ...rows].join('\n');
}

function shown(duration: Duration): string {
  const units: readonly (readonly [string, number])[] = [['d', 86_400_000], ['h', 3_600_000], ['min', 60_000], ['s', 1_000]];
  const [name, size] = units.find(([, length]) => duration >= length && duration % length === 0) ?? ['ms', 1];
  return `${duration / size} ${name}`;
}
