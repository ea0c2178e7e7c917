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

/** All text on the page that stands out too little, leaving out what is disabled or only drawn on a canvas. */
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
      const mix = (a: number, b: number) => a * top[3] + b * (1 - top[3]);
      return [mix(top[0], below[0]), mix(top[1], below[1]), mix(top[2], below[2]), 1];
    };
    const toLight = (channel: number) =>
      channel <= 10 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4;
    const toLuminance = ([red, green, blue]: Colour) =>
      0.2126 * toLight(red) + 0.7152 * toLight(green) + 0.0722 * toLight(blue);
    /** What is painted behind the element's text, from the page up to the element itself. */
    const readGround = (element: Element): Colour => {
      const own = read(getComputedStyle(element).backgroundColor);
      if (own[3] === 1) return own;
      const { parentElement } = element;
      return over(own, parentElement === null ? read('Canvas') : readGround(parentElement));
    };
    const isShown = (element: Element) =>
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
      element.getBoundingClientRect().width > 1 &&
      element.closest(':disabled, [data-disabled], [aria-disabled="true"], [aria-hidden="true"]') === null;
    const hasOwnLook: ReadonlySet<string> = new Set(['checkbox', 'radio', 'password']);
    const readOwnText = (element: Element) => {
      if (element instanceof HTMLInputElement) return hasOwnLook.has(element.type) ? '' : element.value;
      const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
      return texts
        .map((node) => node.textContent ?? '')
        .join('')
        .trim();
    };
    return [...document.body.querySelectorAll('*')].flatMap((element) => {
      const text = readOwnText(element);
      if (text === '' || !isShown(element)) return [];
      const { color } = getComputedStyle(element);
      const behind = readGround(element);
      const [first, second] = [toLuminance(over(read(color), behind)), toLuminance(behind)];
      const ratio = (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
      if (ratio >= least) return [];
      const ground = `rgb(${behind.slice(0, 3).map(Math.round).join(', ')})`;
      return [{ text, ratio: Math.round(ratio * 100) / 100, color, behind: ground }];
    });
  }, READABLE);
}
