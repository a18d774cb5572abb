/** A page with every hook that reads, as small as can be: the same on a server and in a browser. */
import type { Client } from "../../../src/client/client.ts";
import {
  type Initial,
  ToriokiProvider,
  useAccount,
  useCart,
  useMenus,
  useSession,
  useStores,
} from "../../../src/react/react.ts";

export function Page({ client, initial }: { client: Client; initial?: Initial | undefined }) {
  return (
    <ToriokiProvider client={client} initial={initial}>
      <Cart />
      <Catalog />
    </ToriokiProvider>
  );
}

function Cart() {
  const { cart } = useCart();
  const { account } = useAccount();
  const { isGuest, sessionId } = useSession();
  if (!cart || account === undefined) return <p id="cart">Loading the cart</p>;
  const lines = cart.items.map(({ quantity, menu }) => `${quantity} × ${menu.name}`);
  return (
    <p id="cart" data-session={sessionId}>
      {[isGuest ? "guest" : account?.name, ...lines, cart.total_amount].join(", ")}
    </p>
  );
}

function Catalog() {
  const { add } = useCart();
  const { stores } = useStores();
  const { menus } = useMenus(1);
  const [menu] = menus ?? [];
  return (
    <>
      <p id="stores">{stores?.map(({ name }) => name).join(", ") ?? "Loading the stores"}</p>
      {menu && (
        <button type="button" onClick={() => add(menu)}>
          Add {menu.name}
        </button>
      )}
    </>
  );
}
