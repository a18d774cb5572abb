/** The stores and menus that the tests order from. Store 3 is inactive; menu 13 is sold out. */
import { catalogFile } from "../../src/catalog/contract.ts";

const dishes = (first: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({
    id: first + n,
    name: `Dish ${first + n}`,
    price: 100 + first + n,
    description: n % 2 ? null : "弁当",
    image_url: null,
    is_available: first + n !== 13,
  }));

export const testCatalog = catalogFile.parse({
  stores: [
    {
      id: 1,
      name: "Kanda",
      address: "Tokyo 1-2-3",
      hours: { time_zone: "Asia/Tokyo", week: [{ weekday: 1, opens: "10:00", closes: "20:00" }] },
      menus: dishes(10, 5),
    },
    { id: 2, name: "Yokohama 100%", menus: dishes(20, 5) },
    { id: 3, name: "Sapporo", is_active: false, menus: dishes(30, 5) },
    { id: 4, name: "Osaka", address: "Osaka 9", menus: dishes(1000, 130) },
  ],
});
