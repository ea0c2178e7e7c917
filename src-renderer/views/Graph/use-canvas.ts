import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { type Canvas, createCanvas } from '../../graph/canvas.ts';
import { type GraphElement, toElements } from '../../graph/elements.ts';
import type { GestureListener } from '../../graph/gestures.ts';
import { useApp, useAppState } from '../../store/context.ts';
import { useStanding } from './use-standing.ts';

const nothing: readonly GraphElement[] = [];

/** Owns the drawing: creates it in the element that `holder` is given to, and keeps it equal to the store. */
export function useCanvas() {
  const { actions } = useApp();
  const scheme = useComputedColorScheme('light');
  const [container, setContainer] = useState<HTMLDivElement | null>(null);
  const [canvas, setCanvas] = useState<Canvas | null>(null);
  const firstScheme = useRef(scheme);
  const elements = useElements();
  const relating = useAppState(({ view }) => view.relating);

  useEffect(() => {
    if (container === null) return;
    const listener: GestureListener = {
      onEntity: actions.selectEntity,
      onRelationship: actions.selectRelationship,
      onGround: actions.clearSelection,
      onExpand: actions.expand,
      onEnd: actions.pickEnd,
      onRelate: (sourceId, targetId, { x, y }) => actions.draftRelationship({ sourceId, targetId, x, y }),
    };
    const created = createCanvas(container, firstScheme.current, listener);
    setCanvas(created);
    return () => {
      setCanvas(null);
      created.end();
    };
  }, [container, actions]);
  useEffect(() => canvas?.setScheme(scheme), [canvas, scheme]);
  const arrangement = useAppState(({ server, view }) =>
    server.drawing?.sequence === view.drawing.arrangement?.sequence ? view.drawing.arrangement : null,
  );
  useEffect(() => canvas?.show(elements, arrangement), [canvas, elements, arrangement]);
  useEffect(() => canvas?.setRelating(relating), [canvas, relating]);
  return { holder: setContainer, canvas, isEmpty: elements.length === 0 };
}

function useElements(): readonly GraphElement[] {
  const neighbourhood = useAppState(({ server }) => server.neighbourhood);
  const roots = useAppState(({ view }) => view.roots);
  const selection = useAppState(({ view }) => view.selection);
  const sourceId = useAppState(({ view }) => view.relating?.sourceId ?? null);
  const pins = useAppState(({ view }) => view.drawing.pins);
  const standing = useStanding();
  return useMemo(
    () =>
      neighbourhood === null
        ? nothing
        : toElements(neighbourhood, { roots, selection, sourceId, pins, ...standing }),
    [neighbourhood, roots, selection, sourceId, pins, standing],
  );
}
