/** Node's own HTTP client on connections that are kept: where load is made, `fetch` costs more than the server's answer. */
import { Agent, request } from "node:http";

export type HttpAnswer = {
  status: number;
  text: string;
  /** `name=value` of the cookie that was set. */
  cookie: string | undefined;
};
export type HttpOptions = {
  cookie?: string | undefined;
  body?: object | undefined;
  token?: string | undefined;
};

export function httpClient(maxSockets: number) {
  const agent = new Agent({ keepAlive: true, maxSockets });
  return {
    call: (method: string, url: string, { cookie, body, token }: HttpOptions = {}): Promise<HttpAnswer> =>
      new Promise((resolve, reject) => {
        const headers = {
          ...(cookie ? { Cookie: cookie } : {}),
          ...(body ? { "Content-Type": "application/json" } : {}),
          ...(token ? { Authorization: `Bearer ${token}` } : {}),
        };
        const asked = request(url, { method, agent, headers }, (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk) => {
            text += chunk;
          });
          response.on("end", () => {
            const set = response.headers["set-cookie"]?.[0]?.split(";")[0];
            resolve({ status: response.statusCode ?? 0, text, cookie: set });
          });
        });
        asked.on("error", reject);
        asked.end(body ? JSON.stringify(body) : undefined);
      }),
    close: () => agent.destroy(),
  };
}
