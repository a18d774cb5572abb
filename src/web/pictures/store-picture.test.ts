import { expect, it } from "vitest";
import { storePicture } from "./store-picture.ts";

it("knows the demo chain's stores by the town in their names", () => {
  expect(storePicture("とりおき弁当 神田店")).toBe("/pictures/stores.svg#kanda");
  expect(storePicture("とりおき弁当 横浜関内店")).toBe("/pictures/stores.svg#yokohama");
  expect(storePicture("とりおき弁当 京都三条店")).toBe("/pictures/stores.svg#kyoto");
  expect(storePicture("とりおき弁当 大阪本町店")).toBe("/pictures/stores.svg#osaka");
  expect(storePicture("とりおき弁当 札幌大通店")).toBe("/pictures/stores.svg#sapporo");
  expect(storePicture("とりおき弁当 福岡中洲店")).toBe("/pictures/stores.svg#fukuoka");
});

it("shows a shop without the chain's mark for every other store", () => {
  for (const name of ["", "Kanda Bento", "ほかの弁当 京都店", "とりおき弁当 那覇店"])
    expect(storePicture(name), name).toBe("/pictures/stores.svg#any");
});
