/** A baton on its way from one hand to the next. */
export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect className="logo-ground" width="32" height="32" rx="8" />
      <g transform="rotate(-35 16 16)">
        <rect className="logo-baton" x="4" y="12.5" width="24" height="7" rx="3.5" />
        <rect className="logo-band" x="11" y="12.5" width="4" height="7" />
      </g>
    </svg>
  );
}
