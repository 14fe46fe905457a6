// How wide a drawing is, in pixels: text and points in it are as large on a telephone as on a wide screen.
import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

/** `usual`: before the browser has said it. */
export function useWidth(drawing: RefObject<Element | null>, usual: number): number {
  const [width, setWidth] = useState(usual);
  useLayoutEffect(() => {
    const { current } = drawing;
    if (!current) return;
    const measure = () => setWidth(current.getBoundingClientRect().width || usual);
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    measure();
    return () => observer.disconnect();
  }, [drawing, usual]);
  return width;
}
