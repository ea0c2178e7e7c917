/** The mark of Weft: one thread over and under two others. */
export function Logo({ size }: { readonly size: number }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 32 32"
      fill="none"
      style={{ flex: 'none' }}
    >
      <rect width="32" height="32" rx="8" style={{ fill: 'light-dark(#2458a2, #3b74cb)' }} />
      <g stroke="#fff" strokeWidth="2.6" strokeLinecap="round">
        <path d="M9.5 7v1.5M9.5 16v9M16 7v9M16 23.5v1.5M22.5 7v1.5M22.5 16v9" opacity="0.6" />
        <path d="M6 12.2h7M19 12.2h7M6 19.8h.5M12.7 19.8h6.6M25.5 19.8h.5" />
      </g>
    </svg>
  );
}
