/** Slug of the picture for each store of the demo chain, by the town in its Japanese name. */
const towns: [town: string, slug: string][] = [
  ["神田", "kanda"],
  ["横浜", "yokohama"],
  ["京都", "kyoto"],
  ["大阪", "osaka"],
  ["札幌", "sapporo"],
  ["福岡", "fukuoka"],
];

/**
 * The address of the picture to show for a store.
 *
 * Only the demo chain's own stores are recognised, by the chain and the town in their names: another chain's store in
 * Kyoto is no shop under this chain's noren.
 *
 * @param name The store's name as the catalog gives it, such as とりおき弁当 神田店.
 * @returns A path with the picture's slug as its fragment; `#any` for every other store.
 */
export function storePicture(name: string): string {
  const town = name.startsWith("とりおき") ? towns.find(([town]) => name.includes(town)) : undefined;
  return `/pictures/stores.svg#${town?.[1] ?? "any"}`;
}
