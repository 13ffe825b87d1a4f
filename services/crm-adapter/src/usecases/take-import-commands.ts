import { never } from '@order-mesh/kernel';
import type { TopicMessages } from '@order-mesh/contracts';
import type { Received, Unit } from '@order-mesh/messaging';
import { begin, changed, told, type Import } from '../domain/import.ts';
import type { Imports, Log } from './ports.ts';

export type ImportCommand = Received<TopicMessages['imports.commands.v1']>;
export type TakeImportCommands = (batch: readonly ImportCommand[], unit: Unit) => Promise<void>;

/** Begins, stops and resumes imports; what was decided before is not decided again. */
export const takeImportCommands = ({ imports, log }: { readonly imports: Imports; readonly log: Log }): TakeImportCommands => async (batch, unit) => {
  for (const command of batch) {
    const { importId, requestedBy } = command.value;
    const before = await imports.load(unit.tx, importId);
    const active = await imports.activeIn(unit.tx);
    const after = decide(command, before, active);
    if (!after) continue;
    await imports.save(unit.tx, after);
    unit.send(told(after, unit.now), { id: `salesforce/import/${importId}@${after.revision}`, trace: command.trace });
    log.info('import decided', { importId, command: command.type, requestedBy, state: after.state });
  }
};

function decide(command: ImportCommand, before: Import | null, active: Import | null): Import | null {
  const { importId } = command.value;
  const busy = active !== null && active.importId !== importId ? `import ${active.importId} is still running: stop it first, or wait for its end` : null;
  switch (command.type) {
    case 'StartImport':
      if (before) return null;
      return busy === null ? begin(command.value) : { ...begin(command.value), state: 'failed', detail: busy };
    case 'StopImport':
      return before?.state === 'active' ? changed(before, { state: 'stopped' }) : null;
    case 'ResumeImport':
      if (before?.state !== 'stopped' && before?.state !== 'failed') return null;
      return busy === null ? changed(before, { state: 'active' }) : changed(before, { state: before.state, detail: busy });
    default: return never(command);
  }
}
