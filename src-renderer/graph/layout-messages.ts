/** A question to the layout worker. Fixed nodes stay exactly where they are; units are the drawing's pixels. */
export interface LayoutQuestion {
  readonly sequence: number;
  readonly nodes: readonly LayoutNode[];
  readonly links: readonly { readonly source: string; readonly target: string }[];
}

/** A node as layout sees it. */
export interface LayoutNode {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly fixed: boolean;
}

/** Places for the nodes that were not fixed. */
export interface LayoutAnswer {
  readonly sequence: number;
  readonly places: readonly { readonly id: string; readonly x: number; readonly y: number }[];
}
