/** What the server does before its memory is looked at for the first time: a heap that has never had load grows with the first. */
import type { BadClient } from "../bad-client.ts";
import { bytesOf, flood } from "../flood.ts";
import { sendBigBodies } from "./bombs.ts";

/** Runs once before the siege of a shape, and is not judged. */
export const warmingUp: BadClient = {
  name: "warm-up",
  does: "starts sessions and reads carts and stores on 64 connections for 4 s, from one address, signs up, and sends 120 bodies of 10 MB",
  must: [],
  may: [200, 201, 401, 413, 429, 503],
  seconds: 30,
  attack: async (target) => {
    const [token = ""] = await target.sessions(1);
    const requests = [
      bytesOf({ path: "/api/guest/cart", headers: { "X-Guest-Session": token } }),
      bytesOf({ path: "/api/stores" }),
      bytesOf({ method: "POST", path: "/api/guest/session", body: { transport: "header" } }),
      bytesOf({ path: "/openapi.json" }),
    ];
    await flood(target, { request: (n) => requests[n % requests.length] as string, seconds: 4 });
    // The first login of a process loads better-auth, which takes 0.2 s. Each is on a connection of its own, and so in the next process.
    for (let n = 0; n < 4; n += 1)
      await target.ask({
        method: "POST",
        path: "/api/auth/sign-up/email",
        body: { name: "Warm-up", email: `warm-up-${n}@siege.test`, password: "a long unusual password" },
      });
    // The first large bodies make the system's allocator keep some 80 MB, and no later ones more (measured: 14 attacks, 5,600 bodies).
    await sendBigBodies(target, 120);
  },
};
