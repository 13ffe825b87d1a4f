/** Where everything of the mesh under test is; what `mesh up` writes into its mesh file will do. */
export interface Places {
  readonly databaseUrl: string;
  /** `host:port`, several with commas. */
  readonly kafkaBrokers: string;
  /** Addresses of the partners. Whoever shows a ledger there (`/_sim/ledger`, as the simulators do) is compared with. */
  readonly salesforce?: string | undefined;
  readonly u8?: string | undefined;
  readonly esign?: string | undefined;
  readonly carrier?: string | undefined;
}
