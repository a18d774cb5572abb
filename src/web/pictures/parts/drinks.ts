import { ellipse, fill, line, type Parts, rect, ring } from "../draw.ts";
import { cast } from "./light.ts";

/** A half-litre bottle of cold tea; the label carries a leaf, not letters. */
export function bottle(tea: string, deep: string, label: string, cap: string): string {
  const body =
    "M132 84C132 70 144 66 144 52V44H176V52C176 66 188 70 188 84V210Q188 220 178 220H142Q132 220 132 210Z";
  const liquid =
    "M136 88C137 76 148 70 148 58H172C172 70 183 76 184 88V209Q184 216 177 216H143Q136 216 136 209Z";
  return (
    cast(172, 218, 62, 14) +
    fill(body, "#f4fbf4", 'opacity=".75"') +
    fill(liquid, tea) +
    fill("M136 150V209Q136 216 143 216H177Q184 216 184 209V150Q160 170 136 150Z", deep, 'opacity=".6"') +
    rect(131, 106, 58, 64, 2, label) +
    fill("M144 148C142 128 154 118 176 120C178 138 166 150 150 148L146 156", "#fff", 'opacity=".92"') +
    line("M148 148Q158 134 172 125M156 138l-1 -9M161 134l9 1", tea, 1.8) +
    rect(131, 106, 58, 3, 0, "#fff", 'opacity=".5"') +
    rect(131, 167, 58, 3, 0, "#fff", 'opacity=".5"') +
    rect(142, 24, 36, 20, 4, cap) +
    line("M147 27v14M152 27v14M157 27v14M162 27v14M167 27v14M172 27v14", "#000", 1, 0.18) +
    rect(142, 24, 36, 20, 4, "url(#glass)") +
    fill(body, "url(#glass)") +
    line("M141 92v110", "#fff", 3, 0.5) +
    DROPS
  );
}
const DROPS = line(
  "M134 96h.1M182 92h.1M186 182h.1M139 186h.1M180 200h.1M146 206h.1M152 78h.1M172 84h.1",
  "#fff",
  3.2,
  0.8,
);

/** A tea bowl without a handle, full of hot tea, a little from above. */
export function teaCup(side: string, band: string, tea: string, deep: string): string {
  const body = "M100 92C100 150 112 196 128 206H192C208 196 220 150 220 92Z";
  return (
    cast(168, 206, 84, 18) +
    ellipse(160, 206, 36, 9, side) +
    fill(body, side) +
    line("M103 128q57 34 114 0", band, 7, 0.9) +
    line("M105 142q55 32 110 0", band, 2, 0.9) +
    fill(body, "url(#barrel)") +
    ellipse(160, 92, 60, 32, side) +
    ellipse(160, 92, 60, 32, "url(#fall)") +
    ellipse(160, 94, 54, 27, "#f6efe0") +
    ellipse(160, 97, 50, 23, deep) +
    ellipse(162, 99, 44, 18.5, tea) +
    ellipse(160, 97, 50, 23, "url(#soft)") +
    line("M124 92q12 -11 32 -11", "#fff", 3, 0.7) +
    ring(160, 92, 60, 32, "#fff", 1.4, 'opacity=".45"')
  );
}

/** A tumbler of something cold with ice. */
export function tumbler(drink: string, deep: string, more = ""): string {
  const body = "M106 62L118 212Q119 220 128 220H192Q201 220 202 212L214 62Z";
  const liquid = "M110 84L120 208Q121 214 129 214H191Q199 214 200 208L210 84Z";
  return (
    cast(170, 218, 70, 14) +
    fill(body, "#fff", 'opacity=".35"') +
    fill(liquid, drink) +
    fill(
      "M115 150L120 208Q121 214 129 214H191Q199 214 200 208L205 150Q160 176 115 150Z",
      deep,
      'opacity=".55"',
    ) +
    ellipse(160, 84, 50, 13, drink) +
    ellipse(160, 84, 50, 13, "#fff", 'opacity=".25"') +
    more +
    fill(body, "url(#glass)") +
    ring(160, 62, 54, 14, "#fff", 2.6, 'opacity=".85"') +
    line("M122 100L130 196", "#fff", 4, 0.55) +
    line("M112 120h.1M207 112h.1M201 160h.1M118 170h.1M204 136h.1M126 204h.1M196 190h.1", "#fff", 3.4, 0.8)
  );
}

export const drinks: Parts = {
  ice:
    fill("M-16 -10L2 -16L17 -8L15 10L-3 17L-17 8Z", "#fff", 'opacity=".42"') +
    fill("M-16 -10L2 -16L17 -8L-1 -1Z", "#fff", 'opacity=".6"') +
    line("M-1 -1L-3 16M-16 -10L-1 -1L17 -8", "#fff", 1.6, 0.9),
};

/** A glass pot of cold green tea with leaves at its bottom, and a small glass beside it. */
export function pot(): string {
  const belly = "M62 120C62 84 96 70 128 70S194 84 194 120C194 166 178 208 156 212H100C78 208 62 166 62 120Z";
  const tea =
    "M67 126C67 116 70 108 74 102Q128 118 182 102C186 108 189 116 189 126C189 166 174 204 154 207H102C82 204 67 166 67 126Z";
  const cup = "M218 150L224 208Q225 214 232 214H270Q277 214 278 208L284 150Z";
  return (
    cast(136, 214, 84, 14) +
    cast(256, 216, 44, 10) +
    line("M190 128Q226 118 232 84", "#e9f4e4", 11, 0.75) +
    line("M190 130Q222 120 229 90", "#8fb53a", 6, 0.8) +
    line("M66 104Q26 96 30 136Q36 172 74 172", "#e9f4e4", 9, 0.75) +
    fill(belly, "#f4fbf0", 'opacity=".6"') +
    fill(tea, "#8fb52c") +
    fill(
      "M72 160C78 186 90 205 102 207H154C166 205 178 186 184 160Q128 186 72 160Z",
      "#4d7a14",
      'opacity=".7"',
    ) +
    ellipse(128, 106, 55, 10, "#b9d45c") +
    line(
      "M96 196q8 -10 18 -4M118 200q10 -8 20 0M140 196q8 -8 16 -2M108 186q8 -4 12 2M132 188q8 -6 14 0",
      "#24480c",
      4,
    ) +
    `<use href="#ice" x="108" y="112"/><use href="#ice" x="146" y="116"/>` +
    fill(belly, "url(#glass)") +
    ellipse(128, 72, 34, 8, "#fff", 'opacity=".8"') +
    fill("M96 70Q128 48 160 70Q128 80 96 70Z", "#e9f4e4", 'opacity=".95"') +
    ellipse(128, 54, 9, 7, "#f4fbf0") +
    line("M80 116q-2 36 10 66", "#fff", 4, 0.6) +
    fill(cup, "#fff", 'opacity=".4"') +
    fill("M221 170L225 206Q226 210 232 210H270Q276 210 277 206L281 170Z", "#9cc23a") +
    ellipse(251, 170, 30, 6, "#c6de6e") +
    fill(cup, "url(#glass)") +
    ring(251, 150, 33, 7, "#fff", 2, 'opacity=".85"') +
    line("M118 150h.1M172 140h.1M84 150h.1M160 176h.1M236 190h.1M268 184h.1", "#fff", 3.2, 0.8)
  );
}
