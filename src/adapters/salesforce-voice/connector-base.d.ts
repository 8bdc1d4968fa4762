/** The library's modules. Its package has types only for its built file, and they are the same. */
declare module '@salesforce/scv-connector-base/src/main/index.js' {
  export * from '@salesforce/scv-connector-base';
}
