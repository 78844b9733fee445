/** What the log and the metrics tell of one GraphQL request: bounded words, no user's text. */
export interface RequestFields {
  /** The root field; several are joined by a comma, sorted. `-` when the request never became an operation. */
  operation: string;
  /** `OK`, or the first error's code. */
  code: string;
  /** `short`: by a compiled document; `full`: through Apollo; `refused`: before either looked at it. */
  path: 'compiled' | 'apollo' | 'rejected';
}
