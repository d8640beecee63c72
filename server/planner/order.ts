/** By code units, so that no locale has a say. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const byText =
  <Item>(textOf: (item: Item) => string) =>
  (a: Item, b: Item): number =>
    compareText(textOf(a), textOf(b));
