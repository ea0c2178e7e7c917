/** Says that a file that is to be imported is not as it was exported. */
export function toChangedText(file: string): string {
  return `${file} is not as it was exported: the manifest beside it has another checksum. It can be imported as it is.`;
}
