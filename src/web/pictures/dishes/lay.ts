import { use } from "../draw.ts";
import { riceBed, sesame, umeboshi } from "../parts/rice.ts";
import type { Table } from "../parts/tables.ts";
import { type Box, box, type Layout } from "../parts/vessels.ts";

/** A part at a place: its id, x, y, then turn in degrees, size, and height where it differs. */
export type Piece = [id: string, x: number, y: number, turn?: number, size?: number, sizeY?: number];

export const lay = (...pieces: Piece[]): string => pieces.map((piece) => use(...piece)).join("");

export const ground = (table: Table): string => use(`table-${table}`);

export const inBox = (table: Table, look: Box, layout: Layout): string => ground(table) + box(look, layout);

/** White rice in the left well of a box. */
export const riceLeft: string = riceBed(34, 35, 112, 156);
export const riceWithPlum: string = riceLeft + sesame(90, 112, 42, 58, 26, true) + umeboshi(90, 112);
export const riceWithSesame: string = riceLeft + sesame(90, 112, 44, 64, 34, true);
