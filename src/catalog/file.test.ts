import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { demoCatalog } from "../main.ts";
import { CatalogFaults, readCatalog } from "./file.ts";

function faultsOf(text: string): string[] {
  try {
    readCatalog(text);
    return [];
  } catch (error) {
    if (!(error instanceof CatalogFaults)) throw error;
    return error.faults.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);
  }
}

describe("a catalog file", () => {
  it("has every fault reported with its place", () => {
    const text = `{
  "stores": [
    { "id": 1, "name": "A", "menus": [
      { "id": 1, "name": "x", "price": 1.5 },
      { "id": "2", "name": "", "price": 5, "colour": "red" }
    ] },
    { "is_active": "yes", "hours": { "time_zone": "Mars/Olympus", "week": [{ "weekday": 8, "opens": "9:00", "closes": "10:00" }] } }
  ]
}`;
    expect(faultsOf(text).map((fault) => fault.split(": ")[0])).toEqual([
      "4:40 stores[0].menus[0].price",
      "5:7 stores[0].menus[1]",
      "5:15 stores[0].menus[1].id",
      "5:28 stores[0].menus[1].name",
      "7:5 stores[1].name",
      "7:20 stores[1].is_active",
      "7:51 stores[1].hours.time_zone",
      "7:89 stores[1].hours.week[0].weekday",
      "7:101 stores[1].hours.week[0].opens",
    ]);
  });

  it("has doubled ids and names reported", () => {
    const dish = (id: number, name: string) => ({ id, name, price: 1 });
    const stores = [
      { id: 1, name: "A", menus: [dish(1, "x"), dish(2, "x")] },
      { id: 1, name: "A", menus: [dish(1, "y")] },
    ];
    expect(faultsOf(JSON.stringify({ stores })).map((fault) => fault.replace(/^\S+ /, ""))).toEqual([
      'stores[0].menus[1].name: "x" is there twice',
      "stores[1].id: 1 is there twice",
      'stores[1].name: "A" is there twice',
      "stores[1].menus[0].id: 1 is there twice",
    ]);
  });

  it.each([
    ["", "1:1"],
    ["{", "1:2"],
    ['{"stores": [],}', "1:15"],
    ['{"stores": [] /* none */}', "1:15"],
    ['{"stores": [],\n "stores": []}', "2:2"],
    ["[]", "1:1"],
    ["[".repeat(20_000), "1:1"],
    ['\ufeff{"stores": [{}]}', "1:13"],
    ['{"stores": [{"name": "\\u0000"}]}', "1:22"],
    ['{"stores": [{"name": "\\ud800"}]}', "1:22"],
  ])("that is no JSON object of that form says where: %s", (text, place) => {
    expect(faultsOf(text)[0]).toMatch(new RegExp(`^${place} `));
  });
});

describe("the demo chain", () => {
  const { stores } = readCatalog(readFileSync(demoCatalog, "utf8"));

  it("has six stores with addresses and hours, one of them inactive", () => {
    expect(stores).toHaveLength(6);
    expect(stores.filter((store) => !store.is_active)).toHaveLength(1);
    expect(stores.every((store) => store.address && store.hours?.week.length)).toBe(true);
  });

  it("has 18 to 25 dishes in each store, all described, a few sold out", () => {
    for (const { menus } of stores) {
      expect(menus.length).toBeGreaterThanOrEqual(18);
      expect(menus.length).toBeLessThanOrEqual(25);
      expect(menus.every((menu) => menu.price > 0 && menu.description)).toBe(true);
      expect(menus.filter((menu) => !menu.is_available).length).toBeGreaterThanOrEqual(2);
    }
  });
});
