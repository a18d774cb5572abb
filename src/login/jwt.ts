/** Exported as `torioki/jwt`: the logged-in user by a bearer JWT (RFC 6750, RFC 7519), checked with jose. */
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from "jose";
import type { Authenticate } from "../http/user.ts";
import { jwksUrl as jwksUrlOption, jwtAlgorithms, LEAST_SECRET } from "../options.ts";

export type JwtOptions = {
  /** Where the issuer publishes its keys, or the secret that it shares with us. One of the two. */
  jwksUrl?: string | undefined;
  secret?: string | undefined;
  /** The one algorithm that is accepted: RS256 with `jwksUrl`, HS256 with `secret`, unless you say another. */
  algorithm?: string | undefined;
  /** Compared with `iss` and `aud` where they are given. */
  issuer?: string | undefined;
  audience?: string | undefined;
  /** Told why a token was refused, for whoever looks for the reason; its bearer is told only that it was. */
  onRefused?: ((reason: string) => void) | undefined;
};

/**
 * Reads `Authorization: Bearer …` and gives `sub` as the user's id. The algorithm is ours to say, never the token's (RFC
 * 8725, 3.1), and a token must have an end (`exp`). Anything wrong with a token means that nobody is logged in.
 * @throws TypeError for options that cannot work; when called, an Error where the issuer's keys cannot be had
 */
export function bearerJwt(options: JwtOptions): Authenticate {
  const { jwksUrl, secret, issuer, audience, onRefused } = options;
  const algorithm = checkedAlgorithm(options);
  const limits: JWTVerifyOptions = {
    algorithms: [algorithm],
    requiredClaims: ["exp", "sub"],
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };
  const verify = jwksUrl === undefined ? bySecret(secret as string, limits) : byKeys(jwksUrl, limits);
  return async (request) => {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.get("Authorization") ?? "")?.[1];
    if (token === undefined) return null;
    try {
      const userId = userIdOf((await verify(token)).sub);
      if (userId === null) onRefused?.('"sub" is not the id of a user, as a string');
      return userId;
    } catch (error) {
      if (!isTokenAtFault(error)) throw error;
      onRefused?.(error.message);
      return null;
    }
  };
}

/** @throws TypeError that says what the options take */
function checkedAlgorithm({ jwksUrl: url, secret, algorithm }: JwtOptions): string {
  if ((url === undefined) === (secret === undefined)) {
    throw new TypeError("bearerJwt takes either jwksUrl or secret");
  }
  const kind = url === undefined ? "secret" : "jwksUrl";
  const fitting = jwtAlgorithms[kind];
  if (algorithm !== undefined && !fitting.includes(algorithm)) {
    throw new TypeError(`bearerJwt: algorithm takes one of ${fitting.join(", ")} with ${kind}`);
  }
  if (kind === "secret" && String(secret).length < LEAST_SECRET) {
    throw new TypeError(`bearerJwt: secret takes at least ${LEAST_SECRET} characters`);
  }
  const { error } = jwksUrlOption.optional().safeParse(url);
  if (error) throw new TypeError(`bearerJwt: jwksUrl ${error.issues[0]?.message}`);
  return algorithm ?? (kind === "secret" ? "HS256" : "RS256");
}

/** A string, as RFC 7519 (4.1.2) has it, that is an integer key. */
function userIdOf(sub: unknown): number | null {
  const isKey = typeof sub === "string" && /^[1-9]\d{0,9}$/.test(sub) && Number(sub) <= 2_147_483_647;
  return isKey ? Number(sub) : null;
}

/** Short enough that a call is answered within 3 s where the issuer hangs. Milliseconds. */
const JWKS_TIMEOUT = 2_000;
/** A new key of the issuer's is found so soon after the last look, and tokens with made-up keys cause no more looks. */
const JWKS_COOL_DOWN = 5_000;

function byKeys(jwksUrl: string, limits: JWTVerifyOptions) {
  const keys = createRemoteJWKSet(new URL(jwksUrl), {
    timeoutDuration: JWKS_TIMEOUT,
    cooldownDuration: JWKS_COOL_DOWN,
  });
  return async (token: string): Promise<JWTPayload> => {
    try {
      return (await jwtVerify(token, keys, limits)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      return byAny(token, error, limits);
    }
  };
}

/** A token that does not say which of the issuer's keys it was signed with (`kid` is optional) is good by any of them. */
async function byAny(
  token: string,
  keys: AsyncIterable<CryptoKey>,
  limits: JWTVerifyOptions,
): Promise<JWTPayload> {
  for await (const key of keys) {
    try {
      return (await jwtVerify(token, key, limits)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

function bySecret(secret: string, limits: JWTVerifyOptions) {
  const key = new TextEncoder().encode(secret);
  return async (token: string): Promise<JWTPayload> => (await jwtVerify(token, key, limits)).payload;
}

/** jose's errors are about the token, but for those about fetching keys; all others are ours or the network's. */
function isTokenAtFault(error: unknown): error is errors.JOSEError {
  const { JOSEError, JWKSInvalid, JWKSTimeout } = errors;
  return (
    error instanceof JOSEError &&
    error.code !== JOSEError.code &&
    !(error instanceof JWKSInvalid || error instanceof JWKSTimeout)
  );
}
