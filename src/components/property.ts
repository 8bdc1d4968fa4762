import type {PropertyDeclaration, ReactiveElement} from 'lit';

/** Lit's `property`, only for the kind of decorators that we use. Lit's own supports all kinds and is five times as big. */
export const property =
  (options?: PropertyDeclaration) =>
  (prototype: ReactiveElement, name: string): void =>
    (prototype.constructor as typeof ReactiveElement).createProperty(name, options);
