/** Where a server says what it is doing; one plain line a call. */
export type Log = (line: string) => void;

export const silent: Log = () => {};
