/** Made by `npm run manifest`; this declares it where it has not been made yet. */
declare module '*/custom-elements.json' {
  const manifest: unknown;
  export default manifest;
}
