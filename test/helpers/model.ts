/** A guest's session and cart as CONTRACT section 4 describes them, in plain memory: what the server is compared with. */
import { testCatalog } from "./catalog.ts";

export type Operation =
  | { kind: "choose"; store: number }
  | { kind: "add"; menu: number; quantity: number }
  | { kind: "set"; menu: number; quantity: number }
  | { kind: "remove"; menu: number }
  | { kind: "clear" }
  | { kind: "read" };

/** `added`: which line of all came first; it goes along when the line goes to another cart. */
type Line = { menu: number; quantity: number; added: number };
let additions = 0;
export type ModelCart = {
  selected_store_id: number | null;
  items: { menu_id: number; quantity: number; subtotal: number }[];
  total_items: number;
  total_amount: number;
  other_stores: { store_id: number; total_items: number }[];
};

const stores = new Map(testCatalog.stores.map((store) => [store.id as number, store]));
const menus = new Map(
  testCatalog.stores.flatMap((store) =>
    store.menus.map((menu) => [menu.id as number, { ...menu, store_id: store.id as number }]),
  ),
);

export class Model {
  selected: number | null = null;
  lines: Line[] = [];

  /** Carries an operation out and gives the status and code that the server must answer with. */
  apply(operation: Operation): { status: number; code?: string } {
    switch (operation.kind) {
      case "read":
        return { status: 200 };
      case "choose":
        if (!stores.get(operation.store)?.is_active) return { status: 404, code: "store_not_found" };
        this.selected = operation.store;
        return { status: 200 };
      case "add":
        return this.#add(operation.menu, operation.quantity);
      case "set":
      case "remove": {
        const line = this.lines.find(({ menu }) => menu === operation.menu);
        if (!line) return { status: 404, code: "item_not_found" };
        if (operation.kind === "set") line.quantity = operation.quantity;
        else this.lines = this.lines.filter((other) => other !== line);
        return { status: 200 };
      }
      case "clear":
        this.lines = this.lines.filter(({ menu }) => menus.get(menu)?.store_id !== this.selected);
        return { status: 200 };
    }
  }

  /** A hand-over by the strategy `sum`: the guest's lines come to this user's. */
  takeOver(guest: Model): void {
    for (const moved of guest.lines) {
      const line = this.lines.find(({ menu }) => menu === moved.menu);
      if (line) line.quantity = Math.min(99, line.quantity + moved.quantity);
      else this.lines.push(moved);
    }
    this.lines.sort((a, b) => a.added - b.added);
    this.selected = guest.selected ?? this.selected;
  }

  cart(): ModelCart {
    const items = this.#linesOf(this.selected).map(({ menu, quantity }) => ({
      menu_id: menu,
      quantity,
      subtotal: quantity * (menus.get(menu)?.price ?? 0),
    }));
    const sum = (lines: Line[]) => lines.reduce((total, line) => total + line.quantity, 0);
    return {
      selected_store_id: this.selected,
      items,
      total_items: sum(this.#linesOf(this.selected)),
      total_amount: items.reduce((total, item) => total + item.subtotal, 0),
      other_stores: [...stores.keys()]
        .filter((store) => store !== this.selected && this.#linesOf(store).length > 0)
        .map((store) => ({ store_id: store, total_items: sum(this.#linesOf(store)) })),
    };
  }

  #add(menuId: number, quantity: number): { status: number; code?: string } {
    const menu = menus.get(menuId);
    if (!menu) return { status: 404, code: "menu_not_found" };
    if (this.selected === null) return { status: 409, code: "store_not_selected" };
    if (menu.store_id !== this.selected) return { status: 409, code: "menu_not_at_store" };
    if (!menu.is_available) return { status: 409, code: "menu_unavailable" };
    const line = this.lines.find((other) => other.menu === menuId);
    if ((line?.quantity ?? 0) + quantity > 99) return { status: 409, code: "quantity_limit_exceeded" };
    if (!line && this.lines.length >= 100) return { status: 409, code: "cart_full" };
    if (line) line.quantity += quantity;
    else this.lines.push({ menu: menuId, quantity, added: additions++ });
    return { status: 201 };
  }

  #linesOf(store: number | null): Line[] {
    return this.lines.filter(({ menu }) => menus.get(menu)?.store_id === store);
  }
}
