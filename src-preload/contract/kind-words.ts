/** Kinds that remotes write as one word, or that are more than their word says. */
const words: Readonly<Record<string, string>> = {
  documentlineage: 'Document',
  documentversion: 'Document version',
  filelineage: 'File',
  fileversion: 'File version',
  checklisttemplate: 'Checklist template',
  formtemplate: 'Form template',
  formfield: 'Form field',
  sheetlineage: 'Sheet',
  submittalitem: 'Submittal item',
  markupdocument: 'Markup',
  markupsheethistory: 'Sheet markup',
  meetingitem: 'Meeting item',
  meetingitemseries: 'Meeting item series',
  clashgroup: 'Clash group',
  budgetpayment: 'Budget payment',
  costpayment: 'Cost payment',
  maincontract: 'Main contract',
  rfi: 'RFI',
  rfq: 'RFQ',
  oco: 'OCO',
  pco: 'PCO',
  rco: 'RCO',
  sco: 'SCO',
};

/** A kind as people read it, such as “Document”; what stands before a slash is the remote's own division. */
export function toKindWord(kind: string): string {
  const type = kind.slice(kind.lastIndexOf('/') + 1);
  return words[type] ?? type.slice(0, 1).toUpperCase() + type.slice(1);
}
