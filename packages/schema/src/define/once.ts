/** What `make` makes, made when it is asked for first: what every program that imports the declarations does not need costs them nothing. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
