/** The head of a student's card while the trainer is on the way with a position: when they are expected, as far as that is known. */
export const ON_THE_WAY =
  /^(On the way|Getting close|Close by|At the door|Any moment now|In (about )?\d.* min|Late: about .*)$/;
