import { memo } from 'react';
import { lookOf } from '../graph/kinds.ts';

/** The glyph of a kind in its colour, as the graph draws it. */
export const KindIcon = memo(function KindIcon({ kind, size = 16 }: { kind: string; size?: number }) {
  const look = lookOf(kind);
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
      style={{
        flex: 'none',
        stroke: `light-dark(${look.light}, color-mix(in srgb, ${look.dark} 75%, white))`,
      }}
    >
      {look.glyph.map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  );
});
