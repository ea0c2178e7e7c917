/** Undoes or redoes typing where a text field has the focus; answers whether one had. */
export function editText(step: 'undo' | 'redo'): boolean {
  const active = document.activeElement;
  if (!(active instanceof HTMLInputElement || active instanceof HTMLTextAreaElement)) return false;
  // Deprecated, and still the only way for a page to reach the undo steps of a text field.
  document.execCommand(step);
  return true;
}
