import { startProxy, type Proxy, type Weather } from '@order-mesh/testing';

export interface LinkPlace {
  readonly name: string;
  readonly port: number;
  /** Of the server behind it. */
  readonly target: number;
  readonly chance: () => number;
}

/** A proxy of ours on one link of the mesh. */
export interface Link {
  readonly name: string;
  /** From now on the link behaves like this; {} is as it should be. */
  set(weather: Weather): void;
  /** How many pieces of data came by since the weather last changed. */
  touched(): number;
  close(): Promise<void>;
}

export async function openLink({ name, ...place }: LinkPlace): Promise<Link> {
  let touched = 0;
  const proxy: Proxy = await startProxy({ ...place, onData: () => { touched += 1; } });
  return {
    name,
    set(weather) {
      touched = 0;
      proxy.set(weather);
    },
    touched: () => touched,
    close: () => proxy.stop(),
  };
}
