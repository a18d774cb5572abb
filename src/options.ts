/** The settings that the library's options and the server's environment share, with what each of them takes. */
import { z } from "zod";

const parsed = (text: string) => (URL.canParse(text) ? new URL(text) : undefined);

export const origin = z.string().refine((text) => parsed(text)?.origin === text, {
  error: "takes origins such as https://shop.example, without a path",
});

export const publicUrl = z.string().refine((text) => /^https?:$/.test(parsed(text)?.protocol ?? ""), {
  error: "takes an address such as https://order.example",
});

export const jwksUrl = z.string().refine((text) => /^https?:$/.test(parsed(text)?.protocol ?? ""), {
  error: "takes the address of a key set such as https://login.example/.well-known/jwks.json",
});

/** Keyed hashes belong to a shared secret, signatures to published keys: the one must never be taken for the other. */
export const jwtAlgorithms = {
  secret: ["HS256", "HS384", "HS512"],
  jwksUrl: ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"],
};

export const connectionString = z
  .string()
  .refine((text) => /^postgres(ql)?:$/.test(parsed(text)?.protocol ?? ""), {
    error: "takes a connection string such as postgres://user:password@host:5432/database",
  });

export const cookieName = z.string().regex(/^[\w.-]+$/, "takes the name of a cookie");

/** Characters of a secret that signs; a shorter one can be guessed from what it has signed. */
export const LEAST_SECRET = 32;

/** How a line that both carts have is merged at the hand-over. */
export const strategy = z.enum(
  ["sum", "max", "guest_wins", "user_wins"],
  "takes sum, max, guest_wins or user_wins",
);
export type Strategy = z.infer<typeof strategy>;

/** In seconds. */
export const sessionTtl = z
  .int("takes whole seconds")
  .min(1, "is at least 1 second")
  .max(365 * 86_400, "is at most 365 days");
