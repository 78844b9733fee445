/** The parts of graphql-js's reasons that hold names of the schema alone. */
const REASONS =
  /Expected non-nullable type "[\w![\]]+" not to be null|Expected type "\w+" to be an object|Field "\w+" of required type "[\w![\]]+" was not provided|is not defined by type "\w+"|(?:Float|Int|ID|String|Boolean|DateTime) cannot represent [a-z ]+/g;

/** A message without a long value in its middle: what is searched here can come from anybody. */
const MOST_CHARACTERS = 1000;

/**
 * graphql-js quotes what it could not take; here that may be a coordinate or a token. What is left says where it
 * stood and what was expected. A quoted value can hold anything, also what looks like the end of the quotation: so
 * of variables' values this picks what is known to be safe instead of cutting what is known to be a value.
 */
export function redactValues(whole: string): string {
  const half = MOST_CHARACTERS / 2;
  const message = whole.length > MOST_CHARACTERS ? whole.slice(0, half) + whole.slice(-half) : whole;
  const variable = /^Variable "\$(\w+)" got invalid value /.exec(message)?.[1];
  if (variable) {
    const place = message
      .match(new RegExp(`at "${variable}(\\.[A-Za-z_]\\w*|\\[\\d{1,3}\\])+"`, 'g'))
      ?.at(-1);
    const reason = message
      .match(REASONS)
      ?.at(-1)
      ?.replace(/^is not/, 'It has a field that is not');
    return `Variable "$${variable}" is not valid${place ? ` ${place}` : ''}${reason ? `: ${reason.trim()}` : ''}.`;
  }
  // Of a token that does not belong there only punctuation is shown.
  if (message.startsWith('Syntax Error: ')) {
    const shown = message.replace(/"[^\w\s"]{1,3}"|"[^]*$/g, (quoted) =>
      /^"[^\w\s"]+"$/.test(quoted) ? quoted : '',
    );
    return `${shown.replace(/[,:. ]+$/, '')}.`;
  }
  return message.replace(/(cannot represent[^:]*): [^]*$/, '$1.').replace(/, found (?!\d+\.$)[^]*$/, '.');
}
