/** Strokes on a 20 × 20 grid, so that they look of one hand. */
const paths = {
  search: 'M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11Zm4.2 9.7 3.3 3.3',
  plus: 'M10 4v12M4 10h12',
  close: 'm5 5 10 10M15 5 5 15',
  down: 'm5.5 8 4.5 4.5L14.5 8',
  more: 'M5 10h.01M10 10h.01M15 10h.01',
  move: 'M3.5 10h13m-4-4 4 4-4 4',
  hand: 'M4 10.5 8 14l8-8.5',
  sun: 'M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M15.7 4.3l-1.1 1.1M5.4 14.6l-1.1 1.1',
  moon: 'M16 11.8A6.5 6.5 0 0 1 8.2 4 6.5 6.5 0 1 0 16 11.8Z',
  screen: 'M3 4.5h14v9H3zM7.5 16.5h5',
  pulse: 'M2.5 10.5h3.5l2-5 3.5 9 2.2-4H17.5',
  calendar: 'M4 5.5h12v10.5H4zM4 8.5h12M7 3.5v3M13 3.5v3',
  clock: 'M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM10 6.5V10l2.5 1.5',
  keyboard: 'M2.5 5.5h15v9h-15zM5.5 8.5h.01M8.5 8.5h.01M11.5 8.5h.01M14.5 8.5h.01M7 11.5h6',
  lock: 'M5 9h10v7H5zM7 9V6.5a3 3 0 0 1 6 0V9',
  edit: 'm4 16 .8-3.2 8.4-8.4 2.4 2.4-8.4 8.4zM11.8 5.8l2.4 2.4',
  urgent: 'M10 3.5 17.5 16.5h-15ZM10 8.5v3.5M10 14.2h.01',
  high: 'm5 10.5 5-5 5 5M5 15l5-5 5 5',
  medium: 'M4.5 8h11M4.5 12h11',
  low: 'm5 8 5 5 5-5',
  check: 'm4.5 10.5 3.5 3.5 7.5-8',
  offline:
    'M3 3l14 14M6.2 9.4A6 6 0 0 1 9 8M3.4 6.6A10 10 0 0 1 6 5M9.5 4.6a10 10 0 0 1 7.1 2.9M12 8.4a6 6 0 0 1 2.2 1.4M10 15.5h.01',
  gauge: 'M3.5 14.5a6.5 6.5 0 1 1 13 0M10 14.5l3.2-4.6',
  columns: 'M3.5 4.5h3.5v11H3.5zM8.3 4.5h3.5v8H8.3zM13 4.5h3.5v5H13z',
  list: 'M3.5 5.5h13M3.5 10h13M3.5 14.5h13',
  filter: 'M3 5h14M5.5 10h9M8 15h4',
  star: 'm10 3.5 2 4.2 4.5.6-3.3 3.2.8 4.5-4-2.2-4 2.2.8-4.5L3.5 8.3l4.5-.6Z',
  command: 'm4.5 6 4 4-4 4M10.5 14.5h5',
  person: 'M10 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM4 16.5c.6-3 3-4.5 6-4.5s5.4 1.5 6 4.5',
  ticket: 'M3 6h14v3a1.5 1.5 0 0 0 0 3v2.5H3V12a1.5 1.5 0 0 0 0-3Z',
  folder: 'M3 5.5h5l1.5 2H17v8H3z',
  trash: 'M4 6h12M8 6V4h4v2M5.5 6l.8 10.5h7.4L14.5 6',
  eye: 'M2 10c2-3.5 4.7-5.2 8-5.2s6 1.7 8 5.2c-2 3.5-4.7 5.2-8 5.2S4 13.5 2 10ZM10 7.6a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8',
  bell: 'M5 14V9.5a5 5 0 0 1 10 0V14l1.5 1.5h-13ZM8.5 17.5h3M10 4.5V3',
  plan: 'M3.5 5h4v4h-4ZM3.5 12h4v4h-4ZM10.5 7h6M10.5 14h6',
  talk: 'M3.5 4.5h13v9h-7l-3.5 3v-3H3.5Z',
  clip: 'm14.5 9.5-5 5a3 3 0 0 1-4.3-4.3l6-6a2 2 0 0 1 2.9 2.9l-6 6a1 1 0 0 1-1.4-1.4l5-5',
  file: 'M5.5 3h6l3.5 3.5V17h-9.5ZM11.5 3v3.5H15',
  save: 'M10 3.5v9m-3.5-3.5 3.5 3.5 3.5-3.5M4 16h12',
  send: 'M3.5 10 16.5 4l-4 12.5-3-5ZM9.5 11.5l7-7.5',
  answer: 'M8 5 3.5 9.5 8 14M3.5 9.5H12a4.5 4.5 0 0 1 4.5 4.5v1.5',
  gear: 'M4 6h8M15 6h1M4 14h1M8 14h8M12 4.2v3.6M8 12.2v3.6M12 6h3M5 14h3',
  exit: 'M8 3.5H4v13h4M8 10h8.5m-3-3 3 3-3 3',
} as const;
export type IconName = keyof typeof paths;

/** Decoration: what it means stands in words beside it or in the label of its button. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
