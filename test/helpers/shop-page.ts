/** The storefront as a shopper steers it: by what it says. */
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { yen } from "../../src/web/format.ts";
import { en, type Words } from "../../src/web/words/en.ts";
import { ja } from "../../src/web/words/ja.ts";
import { type Device, newPage, type Watched } from "./browser.ts";

export type Shopper = "phone" | "desktop";
export const shoppers: Shopper[] = ["phone", "desktop"];

/** Names of the demo chain's first store, as each shopper's language has them. */
const dishes = {
  ja: { nori: "のり弁当", karaage: "若鶏の唐揚げ弁当", salmon: "銀鮭の幕の内弁当", tuna: "まぐろ漬け丼" },
  en: {
    nori: "Nori Bento",
    karaage: "Chicken Karaage Bento",
    salmon: "Grilled Salmon Makunouchi",
    tuna: "Soy-Marinated Tuna Bowl",
  },
};

type ApiCart = {
  session_id: string | null;
  selected_store_id: number | null;
  items: { quantity: number; subtotal: number; menu: { id: number; name: string } }[];
  total_items: number;
  total_amount: number;
  other_stores: { total_items: number }[];
};

/** What a browser writes about answers that are no success, and about a server that is away: not a fault of the page's. */
const EXPECTED =
  /^Failed to load resource: (the server responded with a status of (401|404|409|422|429|503)|net::ERR_)/;

export class ShopPage {
  readonly page: Page;
  readonly url: string;
  readonly words: Words;
  readonly dishes: (typeof dishes)["en"];
  readonly #language: "en" | "ja";
  readonly #errors: string[];

  private constructor({ page, errors }: Watched, url: string, language: "en" | "ja") {
    this.page = page;
    this.url = url;
    this.words = language === "ja" ? ja : en;
    this.dishes = dishes[language];
    this.#language = language;
    this.#errors = errors;
    page.setDefaultTimeout(20_000);
  }

  /** A phone in Japanese, or a desktop in English, that has never been here. */
  static async open(browser: Browser, url: string, who: Shopper, device: Device = {}): Promise<ShopPage> {
    const language = who === "phone" ? "ja" : "en";
    const locale = who === "phone" ? "ja-JP" : "en-US";
    return new ShopPage(await newPage(browser, { size: who, locale, ...device }), url, language);
  }

  /** Another tab of the same browser. */
  async tab(): Promise<ShopPage> {
    const page = await this.context.newPage();
    const errors: string[] = [];
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(String(error)));
    return new ShopPage({ page, errors, requests: [] }, this.url, this.#language);
  }

  get context(): BrowserContext {
    return this.page.context();
  }

  async goto(path: string): Promise<void> {
    await this.page.goto(this.url + path);
    // A page that is loading has a heading, too, and says so in it.
    await this.page.locator("main h1").filter({ hasNotText: this.words.loading }).first().waitFor();
  }

  yen(amount: number): string {
    return yen(amount, this.#language);
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  link(name: string): Locator {
    return this.page.getByRole("link", { name, exact: true });
  }

  add(dish: string): Locator {
    return this.button(this.words.addDish(dish)).first();
  }

  more(dish: string): Locator {
    return this.button(this.words.oneMore(dish)).first();
  }

  fewer(dish: string): Locator {
    return this.button(this.words.fewer(dish)).first();
  }

  quantity(dish: string): Locator {
    return this.page.getByRole("textbox", { name: this.words.quantityOf(dish), exact: true }).first();
  }

  async hasQuantity(dish: string, quantity: number): Promise<void> {
    await expect.poll(() => this.quantity(dish).inputValue(), { timeout: 30_000 }).toBe(String(quantity));
  }

  /** Waits for a sentence, wherever it is. */
  async says(text: string): Promise<void> {
    await this.page.getByText(text).filter({ visible: true }).first().waitFor();
  }

  /** The cart as the server has it for this browser. */
  cart(owner: "guest" | "user" = "guest"): Promise<ApiCart> {
    return this.page.evaluate(async (path) => (await fetch(path)).json(), `/api/${owner}/cart`);
  }

  /** Waits until the server has so many of the dishes. */
  async serverHas(quantities: Record<string, number>, owner: "guest" | "user" = "guest"): Promise<void> {
    const read = async () => {
      const { items = [] } = await this.cart(owner);
      return Object.fromEntries(items.map(({ menu, quantity }) => [this.#own(menu.name), quantity] as const));
    };
    await expect.poll(read, { timeout: 30_000 }).toEqual(quantities);
  }

  #own(name: string): string {
    return Object.values(this.dishes).find((dish) => name.startsWith(dish) || name.endsWith(dish)) ?? name;
  }

  /** Fills in and sends the form to make an account, or to log in where no name is given. */
  async enter(entry: { name?: string; email: string; password: string }): Promise<void> {
    await this.goto("/account");
    if (entry.name !== undefined) await this.button(this.words.signUp).click();
    const { words } = this;
    if (entry.name !== undefined) await this.page.getByLabel(words.name, { exact: true }).fill(entry.name);
    await this.page.getByLabel(words.email, { exact: true }).fill(entry.email);
    await this.page.getByLabel(words.password, { exact: true }).fill(entry.password);
    await this.page.locator("form.form button[type=submit]").click();
  }

  /** @throws where the page did what it should not; closes the browser's context */
  async close(): Promise<void> {
    expect(this.#errors.filter((error) => !EXPECTED.test(error))).toEqual([]);
    await this.context.close();
  }
}
