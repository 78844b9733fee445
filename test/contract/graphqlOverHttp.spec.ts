import { serverAudits, type AuditResult } from 'graphql-http';

import { TestService } from '../support/service';

/** What a server may do, and this one does not. */
const OPTIONS_NOT_TAKEN = [
  // A GET without a header of its own is refused: a page of another origin could send it (CSRF).
  '5A70 MAY accept application/x-www-form-urlencoded formatted GET requests',
  'D6D5 MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
  '6A70 MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
  // A client that accepts only application/json gets 200 with the error in the body.
  'LKJ1 MAY use 400 status code on number {query} parameter',
  'LKJ2 MAY use 400 status code on boolean {query} parameter',
  '8764 MAY use 4xx or 5xx status codes if parameters are invalid',
  '3E3A MAY use 400 status code if parameters are invalid',
];

describe('The GraphQL over HTTP specification, by the audit suite of graphql-http', () => {
  let service: TestService;
  let results: AuditResult[];
  beforeAll(async () => {
    service = await TestService.start();
    results = [];
    for (const audit of serverAudits({ url: `${service.address}/graphql` })) results.push(await audit.fn());
  }, 60_000);
  afterAll(() => service.stop());

  const namesOf = (status: AuditResult['status']) =>
    results.filter((result) => result.status === status).map(({ id, name }) => `${id} ${name}`);

  it('finds no violation of what a server must or should do', () => {
    expect(namesOf('error')).toEqual([]);
    expect(namesOf('warn')).toEqual([]);
  });

  it('finds nothing else but these options that the service does not take', () => {
    expect(results).toHaveLength(61);
    for (const notice of namesOf('notice')) expect(OPTIONS_NOT_TAKEN).toContain(notice);
  });
});
