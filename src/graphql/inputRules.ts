import { getMetadataStorage, validateSync, ValidationTypes } from 'class-validator';
import { ArgumentValidationError } from 'type-graphql';

type Holds = (input: object) => boolean;

/**
 * Checks arguments against the rules that class-validator's decorators state on the input types. type-graphql
 * would have class-validator look the rules up and build errors for each input, also for a good one: a quarter of
 * an update's cost. Here a class's rules are looked up once; class-validator itself only tells what is wrong.
 *
 * @throws ArgumentValidationError
 */
export function createInputCheck(): (argument: unknown) => void {
  const holdsByClass = new Map<unknown, Holds>();

  const check = (input: object): void => {
    let holds = holdsByClass.get(input.constructor);
    if (!holds) {
      holds = rulesOf(input.constructor);
      holdsByClass.set(input.constructor, holds);
    }
    if (holds(input)) return;
    // Inputs are plain data: whatever has no rule may stay.
    const faults = validateSync(input, { skipMissingProperties: true, forbidUnknownValues: false });
    if (faults.length > 0) throw new ArgumentValidationError(faults);
  };

  return (argument) => {
    if (typeof argument !== 'object' || argument === null) return;
    if (!Array.isArray(argument)) check(argument);
    else for (const item of argument) if (typeof item === 'object' && item !== null) check(item as object);
  };
}

/** Whether all rules of a class hold; never true for a class with rules of kinds that are not simply about a value. */
function rulesOf(target: object): Holds {
  const storage = getMetadataStorage();
  const rules = storage.getTargetValidationMetadatas(target as () => void, '', false, false);
  // A property that may be left out: one without a value is no fault anyway.
  const stated = rules.filter(({ type }) => type !== ValidationTypes.CONDITIONAL_VALIDATION);
  if (
    stated.some(
      ({ type, each, validateIf }) => type !== ValidationTypes.CUSTOM_VALIDATION || each || validateIf,
    )
  ) {
    return () => false;
  }
  const checks = stated.flatMap((rule) =>
    storage.getTargetValidatorConstraints(rule.constraintCls).map(({ instance }) => ({ ...rule, instance })),
  );
  return (object) =>
    checks.every(({ propertyName: property, constraints, instance }) => {
      const value = (object as Record<string, unknown>)[property];
      return (
        value == null ||
        instance.validate(value, { value, constraints, property, object, targetName: '' }) === true
      );
    });
}
