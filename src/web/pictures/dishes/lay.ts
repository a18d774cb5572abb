import { use } from "../draw.ts";
import type { Table } from "../parts/tables.ts";
import { type Box, box, type Layout } from "../parts/vessels.ts";

/** A part at a place: its id, x, y, then turn in degrees, size, and height where it differs. */
export type Piece = [id: string, x: number, y: number, turn?: number, size?: number, sizeY?: number];

export const lay = (...pieces: Piece[]): string => pieces.map((piece) => use(...piece)).join("");

export const ground = (table: Table): string => use(`table-${table}`);

export const inBox = (table: Table, look: Box, layout: Layout): string => ground(table) + box(look, layout);

/** White rice in the left well of a box: with a pickled plum, with black sesame. */
export const riceWithPlum: string = use("rice-plum");
export const riceWithSesame: string = use("rice-sesame");
