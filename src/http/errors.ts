/** An answer in GraphQL's form to a request that no GraphQL engine saw. */
export const errorBody = (code: string, status: number, message: string, facts: object = {}) => ({
  errors: [{ message, extensions: { code, status, ...facts } }],
});
