/**
 * Sign-up and sign-in, before and after better-auth: what is refused before it costs anything, how often a client may come,
 * where the password is hashed, and the cookie by which the device is known the next time.
 */
import { z } from "zod";
import { Limiter } from "../cache/limiter.ts";
import type { Redis } from "../cache/redis.ts";
import { isRefusal, ToriokiError } from "../errors.ts";
import type { Rate } from "../options.ts";
import { isCommonPassword } from "./common-passwords.ts";
import type { Devices } from "./devices.ts";
import { PasswordGuesses } from "./password-guesses.ts";
import type { Passwords } from "./passwords.ts";

/** Per client. */
export type AccountRates = { signUps: Rate; signIns: Rate };

export type Call = {
  request: Request;
  /** The client's key for limits; undefined where nobody knows its address. */
  client: string | undefined;
  passwords: Passwords;
  /** better-auth's. */
  handler: (request: Request) => Promise<Response>;
};

const MOST_NAME = 200;
/** What better-auth accepts. Of anything else it hashes nothing (passwords.ts holds it to that). */
const complete = z.looseObject({
  name: z.string(),
  email: z.email(),
  password: z.string().min(8).max(128),
  image: z.string().optional(),
  callbackURL: z.string().optional(),
  rememberMe: z.boolean().optional(),
});

export class Entrance {
  readonly #devices: Devices;
  readonly #guesses: PasswordGuesses;
  readonly #signUps: Limiter | undefined;
  readonly #signIns: Limiter | undefined;

  /** @param rates false: clients have no limits; the one on wrong passwords stays */
  constructor(devices: Devices, rates: false | AccountRates, redis: Redis | undefined) {
    this.#devices = devices;
    this.#guesses = new PasswordGuesses(redis);
    this.#signUps = rates ? new Limiter("sign_ups", rates.signUps, redis) : undefined;
    this.#signIns = rates ? new Limiter("sign_ins", rates.signIns, redis) : undefined;
  }

  /** @throws ToriokiError `invalid_request` (the name), `password_too_common`, `rate_limited`, `overloaded` */
  async signUp({ request, client, passwords, handler }: Call): Promise<Response> {
    const body = await bodyOf(request);
    refuseLongName(body.name);
    const { data: entry } = complete.safeParse(body);
    if (entry && (await isCommonPassword(entry.password))) throw new ToriokiError("password_too_common");
    return counted(this.#signUps, client, async () => {
      const response = await (entry
        ? passwords.signUp(entry.password, () => handler(request))
        : handler(request));
      return this.#remember(request, response, body.email);
    });
  }

  /** @throws ToriokiError `rate_limited`, `overloaded` */
  async signIn({ request, client, passwords, handler }: Call): Promise<Response> {
    const { email } = await bodyOf(request);
    const signIn = () => passwords.signIn(() => handler(request));
    return counted(this.#signIns, client, async () => {
      if (typeof email !== "string") return signIn();
      const device = this.#devices.idOf(request.headers, email);
      const response = await this.#guesses.limit(email, device, signIn);
      return this.#remember(request, response, email);
    });
  }

  #remember({ headers }: Request, response: Response, email: unknown): Response {
    if (response.status !== 200 || typeof email !== "string") return response;
    // Its own headers may be frozen.
    const answer = new Response(response.body, response);
    answer.headers.append("Set-Cookie", this.#devices.remember(headers, email));
    return answer;
  }
}

/** The fields that were sent; better-auth says what is wrong with a body that has none. */
async function bodyOf(request: Request): Promise<Record<string, unknown>> {
  return Object(
    await request
      .clone()
      .json()
      .catch(() => null),
  );
}

/** A longer one would be in every answer and on every page that greets its owner. Counted in characters, as people do. */
function refuseLongName(name: unknown): void {
  if (typeof name !== "string" || [...name].length <= MOST_NAME) return;
  throw new ToriokiError("invalid_request", {
    errors: [{ field: "name", detail: `must have at most ${MOST_NAME} characters` }],
  });
}

/** Counts an attempt before it is made, and takes it back where the server was at fault. */
async function counted(
  limiter: Limiter | undefined,
  client: string | undefined,
  attempt: () => Promise<Response>,
): Promise<Response> {
  if (!limiter || client === undefined) return attempt();
  await limiter.take(client);
  try {
    const response = await attempt();
    if (response.status >= 500) await limiter.giveBack(client);
    return response;
  } catch (error) {
    if (!isRefusal(error)) await limiter.giveBack(client);
    throw error;
  }
}
