/** One SVG file with a view for each picture. */
export function toSprite(pictures: Record<string, string>): string {
  const views = Object.entries(pictures).map(
    ([slug, content], n) =>
      `<view id="${slug}" viewBox="${n * 320} 0 320 240"/><svg x="${n * 320}" width="320" height="240">${content}</svg>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 240">${views.join("")}</svg>\n`;
}
