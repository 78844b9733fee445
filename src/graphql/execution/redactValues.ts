/** What the scalars say of a value that they refuse, each in full: the value follows, after a colon or after a space. */
const SCALAR_REASONS = [
  'Float cannot represent non numeric value',
  'Int cannot represent non-integer value',
  'Int cannot represent non 32-bit signed integer value',
  'ID cannot represent value',
  'String cannot represent a non string value',
  'Boolean cannot represent a non boolean value',
  'DateTime cannot represent non string or Date type',
  'DateTime cannot represent an invalid date-time-string',
];

/** The parts of graphql-js's reasons that hold names alone. */
const REASONS = new RegExp(
  [
    'Expected non-nullable type "[\\w![\\]]+" not to be null',
    'Expected type "\\w+" to be an object',
    'Field "\\w+" of required type "[\\w![\\]]+" was not provided',
    // A name that is no name of a field may be a value.
    'Field "[A-Za-z_]\\w{0,40}" is not defined by type "\\w+"',
    'is not defined by type "\\w+"',
    'does not exist in "\\w+" enum',
    'Enum "\\w+" cannot represent non-string value',
    ...SCALAR_REASONS,
  ].join('|'),
  'g',
);

/** A message without a long value in its middle: what is searched here can come from anybody. */
const MAX_CHARACTERS = 1000;

/**
 * graphql-js quotes what it could not take; here that may be a coordinate or a token. What is left says where it
 * stood and what was expected. A quoted value can hold anything, also what looks like the end of the quotation: so
 * of variables' values this picks what is known to be safe instead of cutting what is known to be a value.
 */
export function redactValues(whole: string): string {
  const half = MAX_CHARACTERS / 2;
  const message = whole.length > MAX_CHARACTERS ? whole.slice(0, half) + whole.slice(-half) : whole;
  const variable = /^Variable "\$(\w+)" got invalid value /.exec(message)?.[1];
  if (variable) {
    const place = message
      .match(new RegExp(`at "${variable}(\\.[A-Za-z_]\\w*|\\[\\d{1,3}\\])+"`, 'g'))
      ?.at(-1);
    const reason = message
      .match(REASONS)
      ?.at(-1)
      ?.replace(/^is not/, 'It has a field that is not')
      .replace(/^does not/, 'It is a value that does not');
    return `Variable "$${variable}" is not valid${place ? ` ${place}` : ''}${reason ? `: ${reason}` : ''}.`;
  }
  // A token that does not belong there is shown only if it is punctuation.
  if (message.startsWith('Syntax Error: ')) {
    const shown = message.replace(/"[^\w\s"]{1,3}"|"[^]*$/g, (quoted) =>
      /^"[^\w\s"]+"$/.test(quoted) ? quoted : '',
    );
    return `${shown.replace(/[,:. ]+$/, '')}.`;
  }
  return message.replace(/(cannot represent[^:]*): [^]*$/, '$1.').replace(/, found (?!\d+\.$)[^]*$/, '.');
}
