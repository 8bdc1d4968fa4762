/** The library's source module. The package has types only for its built file, but they also fit here. */
declare module '@salesforce/scv-connector-base/src/main/index.js' {
  export * from '@salesforce/scv-connector-base';
}
