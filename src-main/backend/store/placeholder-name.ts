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

const SHORT_ID = 8;

/** What an entity is called of which only kind and id are known, such as “Issue 3f2a9c10…”. */
export function toPlaceholderName({ kind, remoteId }: { kind: string; remoteId: string }): string {
  const type = kind.slice(kind.lastIndexOf('/') + 1);
  const word = words[type] ?? type.slice(0, 1).toUpperCase() + type.slice(1);
  const id = remoteId.slice(remoteId.lastIndexOf(':') + 1);
  return `${word} ${id.length > SHORT_ID ? `${id.slice(0, SHORT_ID)}…` : id}`;
}
