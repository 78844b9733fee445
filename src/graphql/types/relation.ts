/** The type of a field whose class refers back: emitted metadata would otherwise touch a class before it exists. */
export type Relation<T> = T;
