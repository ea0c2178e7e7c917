import type { Page } from '@playwright/test';

/** Text that is hard to read on what is behind it. */
interface FaintText {
  readonly text: string;
  readonly ratio: number;
  readonly color: string;
  readonly behind: string;
}

/** The ratio that WCAG AA asks of text. */
const READABLE = 4.5;

/** All text on the page that stands out too little, leaving out what is disabled or only drawn on a canvas. Counts opacity, hints and choices. */
export async function findFaintText(page: Page): Promise<readonly FaintText[]> {
  return await page.evaluate((least) => {
    type Colour = readonly [red: number, green: number, blue: number, alpha: number];
    const pixel = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    if (pixel === null) throw new Error('The page cannot draw.');
    const read = (text: string): Colour => {
      pixel.clearRect(0, 0, 1, 1);
      pixel.fillStyle = text;
      pixel.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0, alpha = 0] = pixel.getImageData(0, 0, 1, 1).data;
      return [red, green, blue, alpha / 255];
    };
    const over = (top: Colour, below: Colour): Colour => {
      const alpha = top[3] + below[3] * (1 - top[3]);
      if (alpha === 0) return [0, 0, 0, 0];
      const mix = (a: number, b: number) => (a * top[3] + b * below[3] * (1 - top[3])) / alpha;
      return [mix(top[0], below[0]), mix(top[1], below[1]), mix(top[2], below[2]), alpha];
    };
    const fade = ([red, green, blue, alpha]: Colour, opacity: number): Colour => [
      red,
      green,
      blue,
      alpha * opacity,
    ];
    const toLight = (channel: number) =>
      channel <= 10 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4;
    const toLuminance = ([red, green, blue]: Colour) =>
      0.2126 * toLight(red) + 0.7152 * toLight(green) + 0.0722 * toLight(blue);
    /** What is seen of a colour that is painted on the element: over all behind it, as faint as each group it is in. */
    const paint = (element: Element | null, top: Colour): Colour => {
      if (element === null) return over(top, read('Canvas'));
      const { backgroundColor, opacity } = getComputedStyle(element);
      return paint(element.parentElement, fade(over(top, read(backgroundColor)), Number(opacity)));
    };
    const isShown = (element: Element) =>
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
      element.getBoundingClientRect().width > 1 &&
      element.closest(':disabled, [data-disabled], [aria-disabled="true"], [aria-hidden="true"]') === null;
    const hasOwnLook: ReadonlySet<string> = new Set(['checkbox', 'radio', 'password']);
    const readOwnText = (element: Element) => {
      if (element instanceof HTMLOptionElement) return ''; // the select says which one is chosen
      if (element instanceof HTMLSelectElement) return element.selectedOptions[0]?.text ?? '';
      if (element instanceof HTMLTextAreaElement) return element.value;
      if (element instanceof HTMLInputElement) return hasOwnLook.has(element.type) ? '' : element.value;
      const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
      return texts
        .map((node) => node.textContent ?? '')
        .join('')
        .trim();
    };
    /** The element's text and its colour; of an empty field, those of the hint in it. */
    const readText = (element: Element) => {
      const isField = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
      const isHint = isField && element.value === '' && element.placeholder !== '';
      const text = isHint ? element.placeholder : readOwnText(element);
      const { color, opacity } = getComputedStyle(element, isHint ? '::placeholder' : null);
      return { text, color, ink: isHint ? fade(read(color), Number(opacity)) : read(color) };
    };
    return [...document.body.querySelectorAll('*')].flatMap((element) => {
      const { text, color, ink } = readText(element);
      if (text === '' || !isShown(element)) return [];
      const behind = paint(element, [0, 0, 0, 0]);
      const [first, second] = [toLuminance(paint(element, ink)), toLuminance(behind)];
      const ratio = (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
      if (ratio >= least) return [];
      const ground = `rgb(${behind.slice(0, 3).map(Math.round).join(', ')})`;
      return [{ text, ratio: Math.round(ratio * 100) / 100, color, behind: ground }];
    });
  }, READABLE);
}
