import type { MediaType } from './responseHead';

/** What the log, the metrics and the traces say about one GraphQL request: bounded words, no text of a user. */
export interface RequestFields {
  /** The root field; several are joined by a comma, sorted. `-` when the request never became an operation. */
  operation: string;
  /** `OK`, or the first error's code. */
  code: string;
  /** `compiled`: by a compiled document; `apollo`: by Apollo Server; `rejected`: refused before execution. */
  path: 'compiled' | 'apollo' | 'rejected';
}

/** The request that an operation belongs to. */
export interface OperationRequest {
  readonly requestId: string;
  readonly fields: RequestFields;
  /** The media type of the response. */
  mediaType: MediaType;
  isAuthenticated: boolean;
}
