import axios, { type AxiosInstance, type CreateAxiosDefaults } from 'axios';

/**
 * Opens HTTP to a partner: any status is an answer, the body is given as it came, redirects and proxies of the environment are not followed.
 * Rejects when no answer came, or one of more than `mostBytes`.
 */
export function partnerHttp(mostBytes: number, settings: CreateAxiosDefaults = {}): AxiosInstance {
  return axios.create({
    maxContentLength: mostBytes, maxRedirects: 0, proxy: false, responseType: 'text', transformResponse: (body: unknown) => body, validateStatus: () => true, ...settings,
  });
}
