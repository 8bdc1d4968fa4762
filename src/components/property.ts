import type {PropertyDeclaration, ReactiveElement} from 'lit';

/** Lit's `property` for the one kind of decorators that is used here; Lit's own can do all kinds, and weighs five times as much. */
export const property =
  (options?: PropertyDeclaration) =>
  (prototype: ReactiveElement, name: string): void =>
    (prototype.constructor as typeof ReactiveElement).createProperty(name, options);
