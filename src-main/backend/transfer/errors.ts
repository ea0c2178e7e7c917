/** Why a file or a text was not read, or not written. */
export type TransferCode =
  | 'file-not-read'
  | 'file-too-large'
  | 'format-unknown'
  | 'not-mapped'
  | 'view-not-read'
  | 'import-gone'
  | 'import-known'
  | 'cancelled'
  | 'export-failed';

/** Thrown where nothing at all was imported or exported; the message names file, row and column where there are any. */
export class TransferError extends Error {
  readonly code: TransferCode;

  constructor(code: TransferCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TransferError';
    this.code = code;
  }
}

/** A place in a file, as people count: rows and columns from 1. */
export interface Place {
  readonly file: string;
  readonly row: number;
  readonly column: number | string;
}

/** A file that is not what its format asks for, with the place where that shows. */
export function notRead({ file, row, column }: Place, what: string): TransferError {
  return new TransferError(
    'file-not-read',
    `${file}, row ${row}, column ${column}: ${what} Nothing was imported.`,
  );
}
