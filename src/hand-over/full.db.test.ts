/** A hand-over leaves a user at most 1,000 lines: where it would be more, it is refused and nothing changes. */
import { beforeEach, expect, it } from "vitest";
import {
  codeOf,
  convertAs,
  guestWith,
  linesOfUser,
  newUser,
  useApi,
  type Visitor,
} from "../../test/helpers/api.ts";

const held = useApi();
let userId: number;
beforeEach(async () => {
  userId = await newUser(held.database);
});

/** Dishes that are there only to be in carts. */
const FIRST = 50_000;

/** Gives the user so many lines, and the guest so many, the first of which the user has, too. */
async function fill(visitor: Visitor, users: number, guests: number, both: number): Promise<void> {
  await held.database.query(
    `insert into menus (id, store_id, name, price) select ${FIRST} + n, 4, 'Dish', 100 from generate_series(1, 1200) n
     on conflict do nothing`,
  );
  await held.database.query(
    `insert into user_cart_items (user_id, menu_id, quantity)
     select $1, ${FIRST} + n, 1 from generate_series(1, $2::int) n`,
    [userId, users],
  );
  const { session_id } = (await visitor.cart()).body;
  await held.database.query(
    `insert into guest_cart_items (session_id, menu_id, quantity)
     select $1, ${FIRST} + n, 1 from generate_series($2::int, $3::int) n`,
    [session_id, users - both + 1, users - both + guests],
  );
}

it("brings a user to 1,000 lines and not to 1,001, counted after the merge", async () => {
  const fits = await guestWith(held, []);
  await fill(fits, 950, 60, 10);
  expect((await convertAs(held.api, fits, userId)).status).toBe(200);
  expect(await linesOfUser(held, userId)).toHaveLength(1_000);

  const one = await guestWith(held, [1000]);
  const before = (await one.cart()).body;
  const refused = await convertAs(held.api, one, userId);
  expect([refused.status, codeOf(refused)]).toEqual([409, "cart_full"]);
  expect(refused.headers.get("set-cookie")).toBeNull();
  expect((await one.cart()).body).toEqual(before);
  expect(await linesOfUser(held, userId)).toHaveLength(1_000);
  // It is no end: where there is room again, the same cart goes.
  await held.database.query("delete from user_cart_items where user_id = $1 and menu_id = $2", [
    userId,
    FIRST + 1,
  ]);
  expect((await convertAs(held.api, one, userId)).body).toMatchObject({ migrated_items: 1, replayed: false });
});

it("leaves the user's store and lines as they are, whatever was chosen in the session", async () => {
  const visitor = await guestWith(held, [1000]);
  await fill(visitor, 1_000, 1, 0);
  const user = held.api.user(userId);
  await user.choose(2);
  const before = (await user.cart()).body;
  expect(codeOf(await convertAs(held.api, visitor, userId))).toBe("cart_full");
  expect((await user.cart()).body).toEqual(before);
});

it("is told to a host by the library, and a login beside it succeeds", async () => {
  const visitor = await guestWith(held, [1000]);
  await fill(visitor, 1_000, 5, 0);
  await expect(held.api.torioki.handOver({ sessionToken: visitor.token, userId })).rejects.toMatchObject({
    code: "cart_full",
    status: 409,
  });
  const headers = new Headers({ Cookie: visitor.cookie as string });
  expect(await held.api.torioki.handOverAtLogin({ headers, userId })).toEqual({});
  expect((await held.api.call("GET", "/metrics")).text).toContain('at="login",outcome="refused"} 1');
  expect((await visitor.cart()).body.items).toHaveLength(6);
});

it("of a cart without lines goes, however many the user has", async () => {
  const visitor = await guestWith(held, []);
  await fill(visitor, 1_100, 0, 0);
  expect((await convertAs(held.api, visitor, userId)).status).toBe(200);
});

it("of many carts at once takes as many as there is room for", async () => {
  const visitors: Visitor[] = [];
  for (let n = 0; n < 8; n += 1) {
    const visitor = await guestWith(held, []);
    await fill(visitor, n === 0 ? 970 : 0, 0, 0);
    const { session_id } = (await visitor.cart()).body;
    await held.database.query(
      `insert into guest_cart_items (session_id, menu_id, quantity)
       select $1, ${FIRST} + n, 1 from generate_series($2::int, $2::int + 9) n`,
      [session_id, 1_000 + 10 * n],
    );
    visitors.push(visitor);
  }
  const answers = await Promise.all(visitors.map((visitor) => convertAs(held.api, visitor, userId)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 409, 409, 409, 409, 409]);
  expect(await linesOfUser(held, userId)).toHaveLength(1_000);
});
