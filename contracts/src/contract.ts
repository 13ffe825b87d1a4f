declare const valueType: unique symbol;
declare const doneType: unique symbol;

/** The names of the events that answer a command. */
export interface Reply {
  readonly done?: string;
  readonly refused?: string;
  readonly undone?: string;
}

/**
 * What a schema says about one message type besides its fields: where it goes, under which key, and who answers how.
 * `Done` is the value of the event that says the command was carried out.
 */
export interface Contract<Name extends string = string, Value = unknown, Done = unknown> {
  readonly name: Name;
  readonly topic: string;
  readonly kind: 'command' | 'event';
  /** Name of the field that is the message key; messages of one key stay in order. */
  readonly key: string;
  readonly reply: Reply;
  /** Name of the command that undoes this one. */
  readonly undo: string | null;
  /** The topic keeps the last message of each key for ever, instead of all messages for a time. */
  readonly compacted?: true;
  readonly [valueType]?: Value;
  readonly [doneType]?: Done;
}

/** The value a contract carries: `ValueOf<typeof HoldCredit>` is `HoldCredit`. */
export type ValueOf<C> = C extends Contract<string, infer Value> ? Value : never;

/** The value of the event that answers a command with success. */
export type DoneOf<C> = C extends Contract<string, infer _Value, infer Done> ? Done : never;
