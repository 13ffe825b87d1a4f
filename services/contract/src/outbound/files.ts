import { isWithin, partnerHttp } from '@order-mesh/outbound';

/** Takes files to and from where a provider says, if that is a place we trust. */
export interface FileCourier {
  /** False when it was not taken. */
  put(place: string, file: Uint8Array, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<boolean>;
  /** A whole PDF; undefined when there is none, or something else in its place. */
  fetchPdf(place: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
}

const MOST_FILE_BYTES = 50_000_000;
const END_WITHIN_BYTES = 1_024;

/** Trusts the provider's own host and, where they are on the public internet, `fileHosts`: each a host, `host:port`, or `.domain` for all hosts below it. */
export function fileCourier({ url, fileHosts }: { readonly url: string; readonly fileHosts: readonly string[] }): FileCourier {
  const reach = { own: url, others: fileHosts };
  const http = partnerHttp(reach, MOST_FILE_BYTES, { maxBodyLength: MOST_FILE_BYTES });
  return {
    async put(place, file, headers, signal) {
      return isWithin(reach, place) && (await http.put(place, Buffer.from(file), { headers, signal })).status === 200;
    },
    async fetchPdf(place, signal) {
      if (!isWithin(reach, place)) return undefined;
      const { status, data } = await http.get<Buffer>(place, { responseType: 'arraybuffer', signal });
      return status === 200 && isWholePdf(data) ? data : undefined;
    },
  };
}

// An error page with status 200, or half a file, must not become the evidence
function isWholePdf(bytes: Buffer): boolean {
  return bytes.subarray(0, 5).toString('latin1') === '%PDF-' && bytes.subarray(-END_WITHIN_BYTES).toString('latin1').includes('%%EOF');
}
