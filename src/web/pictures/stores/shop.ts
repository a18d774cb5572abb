/** The chain's shop front: a doorway with the noren and a window with the meals, 150 units wide. */
import { at, circle, ellipse, ink, line, rect, shape, times } from "../ink.ts";
import { chainName, emblem } from "../mark.ts";
import { bench, bundle, noren, openBox, stack } from "./things.ts";

/** How one shop differs from its sisters. */
export interface Look {
  /** The picture's slug, with which its gradients' ids begin: `-room` fills what is lit inside. */
  slug: string;
  wall: string;
  /** Joints between the wall's boards. */
  joint: string;
  frame: string;
  cloth?: [string, string];
  emblem?: string;
}

/** The one who hands the meal over, from the waist up; y 14 is the counter. */
export const keeper =
  shape(ink.indigo, "M-11 14Q-11 3 -4 1.4H4Q11 3 11 14Z") +
  shape(ink.cream, "M-2.6 1.4L0 8L2.6 1.4Z") +
  shape(ink.night, "M-4 1.4L0 10L-1.6 14H-3.4ZM4 1.4L0 10L1.6 14H3.4Z") +
  rect(-2.2, -1.6, 4.4, 4, "#dca57c") +
  circle(0, -6, 6, ink.skin) +
  shape(ink.charcoal, "M-6.2 -5Q-6.4 -8 -5 -8H5Q6.4 -8 6.2 -5L5 -6.6H-5Z") +
  shape(ink.cream, "M-6.3 -6.6Q-6.4 -13 0 -13T6.3 -6.6Q0 -8.6 -6.3 -6.6Z") +
  line(ink.vermilion, 1, "M-6.2 -8Q0 -10 6.2 -8") +
  line(
    "#5b3326",
    0.8,
    "M-3.4 -5Q-2.4 -6 -1.5 -5M1.5 -5Q2.4 -6 3.4 -5M-1.6 -2.6Q0 -1.2 1.6 -2.6",
    'stroke-linecap="round"',
  ) +
  circle(-3.8, -3.4, 1.1, "#e88f72", 'opacity=".6"') +
  circle(3.8, -3.4, 1.1, "#e88f72", 'opacity=".6"');

const doorway = ({ slug, frame, cloth = [ink.vermilion, ink.rust], emblem: sign }: Look): string =>
  rect(9, 36, 56, 76, frame) +
  rect(12, 39, 50, 73, `url(#${slug}-room)`) +
  rect(14, 70, 20, 2, ink.wood, 'opacity=".7"') +
  stack(16, 70, 2) +
  rect(12, 84, 24, 28, ink.wood, 'opacity=".55"') +
  rect(37, 39, 25, 73, frame) +
  rect(39.5, 41, 20, 46, `url(#${slug}-room)`) +
  line(frame, 1.2, "M44.5 41V87M49.5 41V87M54.5 41V87M39.5 56H59.5M39.5 71H59.5") +
  rect(40, 90, 19, 19, "#000", 'opacity=".14"') +
  noren(12, 40, 4, [12.5, 27], cloth, sign ?? emblem(0, 0, 9.6, ink.cream, ink.vermilion));

const glass = ({ slug, frame }: Look): string =>
  rect(71, 42, 70, 44, frame) +
  rect(74, 45, 64, 38, `url(#${slug}-room)`) +
  rect(75, 60, 34, 1.6, ink.wood) +
  stack(77, 60, 3) +
  stack(89.4, 60, 2) +
  at(121, 67, keeper) +
  line(ink.charcoal, 0.8, "M99 45V49.6M130 45V47") +
  shape(ink.charcoal, "M95.6 53Q96 49 99 49T102.4 53Z") +
  ellipse(99, 53.4, 3, 1.2, ink.glow) +
  rect(74, 78, 64, 5, ink.wood) +
  openBox(76, 78) +
  openBox(93, 78) +
  at(132, 83, bundle(0, 0, ink.vermilion, ink.rust), 0.85) +
  // The left pane is shut and steamed up from below; the right one is the hatch where the keeper serves.
  rect(74, 45, 35, 38, `url(#${slug}-steam)`) +
  shape("#fff", "M74 62L90 45H97L74 70ZM74 76L103 45H106L74 80Z", 'opacity=".16"') +
  line("#fff", 0.9, "M79 66V74M86.6 69V80M103 64V73M97.4 71V77", 'opacity=".5" stroke-linecap="round"') +
  rect(108, 45, 2.4, 38, frame) +
  rect(67, 83, 78, 4.4, ink.straw, 'rx="1"') +
  rect(67, 86, 78, 1.8, ink.bark, 'opacity=".6"');

/** Doorway, window and wall, from 22 (under the sign or the eaves) down to the ground at 112. */
export const shopFront = (look: Look): string =>
  rect(4, 22, 142, 90, look.wall) +
  line(
    look.joint,
    0.8,
    times(15, (index) => `M${66 + (index % 8) * 10.6} 88V112`),
    'opacity=".5"',
  ) +
  line(look.joint, 0.8, "M4 29H146M4 36H146", 'opacity=".4"') +
  doorway(look) +
  glass(look) +
  rect(4, 22, 142, 7, "#000", 'opacity=".16"') +
  rect(4, 108, 142, 4, "#000", 'opacity=".2"') +
  bench(88, 114, 42) +
  bundle(101, 100, "#d9a441", "#a97425");

/** What falls out of the door and the window of a shop front drawn at x onto the ground at y. */
export const spill = (slug: string, x: number, y: number, opacity: number): string =>
  at(x, y, shape(`url(#${slug}-spill)`, "M12 0H36L44 22H-4ZM74 0H138L156 22H64Z", `opacity="${opacity}"`));

/** The wooden sign over the door: the emblem and the chain's name. */
export const signBoard = (x: number, y: number, width: number, board: string, letter: string): string =>
  rect(x - width / 2, y - 8, width, 16, board, 'rx="2"') +
  rect(
    x - width / 2 + 1.6,
    y - 6.4,
    width - 3.2,
    12.8,
    "none",
    `rx="1.2" stroke="${letter}" stroke-width=".7" opacity=".6"`,
  ) +
  emblem(x - width / 2 + 14, y, 9.4, ink.vermilion, ink.cream) +
  chainName(x + 11.5, y, 10.5, letter, (width - 34) / 42);
