import { beforeEach, describe, expect, it } from "vitest";
import { codeOf, useApi } from "../../test/helpers/api.ts";
import { testCatalog } from "../../test/helpers/catalog.ts";
import type { CatalogFile, MenuList, StoreList } from "./contract.ts";
import { readCatalog } from "./file.ts";
import { loadCatalog } from "./load.ts";

const held = useApi();

const list = async (query = "") => (await held.api.call<StoreList>("GET", `/api/stores${query}`)).body;

describe("stores", () => {
  it("are listed by id, those that take orders", async () => {
    const { stores, next } = await list();
    expect(stores.map((store) => store.id)).toEqual([1, 2, 4]);
    expect(next).toBeNull();
    expect(stores[0]).toEqual({
      id: 1,
      name: "Kanda",
      address: "Tokyo 1-2-3",
      is_active: true,
      hours: { time_zone: "Asia/Tokyo", week: [{ weekday: 1, opens: "10:00", closes: "20:00" }] },
    });
  });

  it.each([
    ["kand", [1]],
    ["TOKYO", [1]],
    ["%", [2]],
    ["_", []],
    ["\\", []],
    ["' or true --", []],
    ["", [1, 2, 4]],
  ])("are found by %s in name or address", async (q, ids) => {
    expect((await list(`?q=${encodeURIComponent(q)}`)).stores.map((store) => store.id)).toEqual(ids);
  });

  it("come in pages", async () => {
    const first = await list("?limit=2");
    expect([first.stores.map((store) => store.id), first.next]).toEqual([[1, 2], 2]);
    const second = await list(`?limit=2&after=${first.next}`);
    expect([second.stores.map((store) => store.id), second.next]).toEqual([[4], null]);
  });

  it.each([
    "?limit=0",
    "?limit=501",
    "?limit=x",
    "?after=-1",
    "?after=2147483648",
    "?page=1",
    `?q=${"x".repeat(101)}`,
    "?q=%00",
  ])("refuse %s", async (query) => {
    expect(codeOf(await held.api.call("GET", `/api/stores${query}`))).toBe("invalid_request");
  });

  it("show their menus, those sold out included", async () => {
    const { body } = await held.api.call<MenuList>("GET", "/api/stores/1/menus");
    expect(body.menus.map(({ id, is_available }) => [id, is_available])).toEqual([
      [10, true],
      [11, true],
      [12, true],
      [13, false],
      [14, true],
    ]);
    expect((await held.api.call<{ id: number }>("GET", "/api/stores/2")).body.id).toBe(2);
  });

  it.each(["/api/stores/3", "/api/stores/3/menus", "/api/stores/999", "/api/stores/999/menus"])(
    "that are inactive or unknown are not found: %s",
    async (path) => {
      const answer = await held.api.call("GET", path);
      expect([answer.status, codeOf(answer)]).toEqual([404, "store_not_found"]);
    },
  );
});

describe("loading a catalog", () => {
  const menu = { price: 100, description: null, image_url: null, is_available: true };
  const file = (stores: object[]): CatalogFile => readCatalog(JSON.stringify({ stores }));
  const count = async () =>
    (
      await held.database.query(
        "select (select count(*) from stores)::int as stores, (select count(*) from menus)::int as menus",
      )
    )[0];
  let before: unknown;
  beforeEach(async () => {
    before = await count();
  });

  it("twice changes nothing the second time", async () => {
    const menus = testCatalog.stores.reduce((sum, store) => sum + store.menus.length, 0);
    expect(await loadCatalog(held.database.db, testCatalog)).toEqual({
      storesAdded: 0,
      storesChanged: 4,
      menusAdded: 0,
      menusChanged: menus,
    });
    expect(await count()).toEqual(before);
  });

  it("knows stores and menus by name where there is no id, and numbers new ones above all others", async () => {
    const change = file([
      {
        name: "Kanda",
        address: "moved",
        menus: [
          { ...menu, name: "Dish 10", price: 777 },
          { ...menu, name: "New dish" },
        ],
      },
      { name: "New store", menus: [{ ...menu, name: "Dish 10" }] },
      {
        id: 50,
        name: "Numbered store",
        menus: [
          { ...menu, id: 5000, name: "Numbered dish" },
          { ...menu, name: "Other dish" },
        ],
      },
    ]);
    expect(await loadCatalog(held.database.db, change)).toEqual({
      storesAdded: 2,
      storesChanged: 1,
      menusAdded: 4,
      menusChanged: 1,
    });
    expect(await held.database.query("select address, is_active from stores where id = 1")).toEqual([
      { address: "moved", is_active: true },
    ]);
    expect(await held.database.query("select price, store_id from menus where id = 10")).toEqual([
      { price: 777, store_id: 1 },
    ]);
    expect(
      (await held.database.query<{ id: number }>("select id from stores where name = 'New store'"))[0]?.id,
    ).toBe(51);
    expect(
      (await held.database.query<{ id: number }>("select min(id) as id from menus where id > 5000"))[0]?.id,
    ).toBe(5001);
    expect(await held.database.query("select store_id from torioki_store_hours where store_id = 1")).toEqual(
      [],
    );
    await loadCatalog(held.database.db, testCatalog);
    await held.database.query("delete from menus where id >= 5000");
    await held.database.query("delete from stores where id >= 50");
  });

  it("refuses an id of another store's menu and a name that stands for two stores, and changes nothing", async () => {
    await expect(
      loadCatalog(
        held.database.db,
        file([
          { name: "X", menus: [] },
          { id: 2, name: "Y", menus: [{ ...menu, id: 10, name: "z" }] },
        ]),
      ),
    ).rejects.toThrow("menu ids 10 belong to another store");
    await held.database.query("insert into stores (name) values ('Twin'), ('Twin')");
    await expect(loadCatalog(held.database.db, file([{ name: "X" }, { name: "Twin" }]))).rejects.toThrow(
      'the store name "Twin" stands for ids',
    );
    await held.database.query("delete from stores where name = 'Twin'");
    await expect(
      loadCatalog(held.database.db, file([{ id: 1, name: "Renamed" }, { name: "Kanda" }])),
    ).rejects.toThrow('"Renamed" and "Kanda" both stand for store 1');
    expect(await count()).toEqual(before);
  });
});
