/** Gives the keyboard to the panel below the graph; where that is closed, to its tab of the history. */
export function focusPanel(): void {
  (document.getElementById('panel-body') ?? document.getElementById('tab-history'))?.focus();
}
