/** The library's modules, which its package has no types for; those of its built file are the same. */
declare module '@salesforce/scv-connector-base/src/main/index.js' {
  export * from '@salesforce/scv-connector-base';
}
