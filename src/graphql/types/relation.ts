/** The type of a field whose class refers back to this one: decorator metadata would otherwise use a class before it is defined. */
export type Relation<T> = T;
