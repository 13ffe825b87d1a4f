export const USER: number;
/** Whether this system lets us change the root of a process; else nothing can be run in an image here. */
export function canEnterImages(): boolean;
/** Puts the image together in an empty folder; its files are as old as `madeAt` says (seconds since 1970). */
export function makeImage(folder: string, options: { readonly madeAt: number }): Promise<void>;
/** The command line that runs a program in the image of that folder; `secrets` is a folder that it sees as /run/order-mesh. */
export function inImage(folder: string, args: readonly string[], secrets?: string): [string, string[]];
