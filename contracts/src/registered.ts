/** One version of one message's schema, as it was released. Never changed, never removed, its id never used again. */
export interface RegisteredSchema {
  /** The number on the wire. */
  readonly id: number;
  /** TopicRecordNameStrategy: `<topic>-<full record name>`. */
  readonly subject: string;
  /** 1 is the first release of this subject. */
  readonly version: number;
  /** The message it describes, as in `AnyMessage['type']`. */
  readonly name: string;
  /** The Avro schema as JSON text, the way a schema registry hands it out. */
  readonly schema: string;
}
