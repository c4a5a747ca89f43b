/* Until a service's OpenAPI has been generated, its paths are known by their mount only. */
interface LooseOperation {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  parameters: { query?: any; header?: any; path?: any; cookie?: any };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  requestBody?: { content: { 'application/json': any } };
  responses: {
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    200: { headers: { [name: string]: unknown }; content: { 'application/json': any } };
  };
}
export interface LoosePath {
  parameters: { query?: never; header?: never; path?: never; cookie?: never };
  get: LooseOperation;
  put: LooseOperation;
  post: LooseOperation;
  patch: LooseOperation;
  delete: LooseOperation;
}
