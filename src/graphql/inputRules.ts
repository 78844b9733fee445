import { getMetadataStorage, validateSync, ValidationTypes } from 'class-validator';
import { ArgumentValidationError } from 'type-graphql';

type Predicate = (input: object) => boolean;

/**
 * Checks arguments against the rules that class-validator's decorators declare on the input types. class-validator
 * itself looks the rules up and prepares errors for each input, also for a valid one, which is a quarter of an
 * update's cost. Here the rules of a class are looked up once, and class-validator only explains what is wrong.
 *
 * @throws ArgumentValidationError
 */
export function createInputCheck(): (argument: unknown) => void {
  const predicates = new Map<unknown, Predicate>();

  const check = (input: object): void => {
    let isValid = predicates.get(input.constructor);
    if (!isValid) {
      isValid = predicateOf(input.constructor);
      predicates.set(input.constructor, isValid);
    }
    if (isValid(input)) return;
    // Without forbidUnknownValues: an object without rules, such as a Date, is valid.
    const violations = validateSync(input, { skipMissingProperties: true, forbidUnknownValues: false });
    if (violations.length > 0) throw new ArgumentValidationError(violations);
  };

  return (argument) => {
    if (typeof argument !== 'object' || argument === null) return;
    if (!Array.isArray(argument)) check(argument);
    else for (const item of argument) if (typeof item === 'object' && item !== null) check(item as object);
  };
}

/** Whether an input keeps all rules of its class. Never true for a class with rules that concern more than one value. */
function predicateOf(target: object): Predicate {
  const storage = getMetadataStorage();
  const rules = storage.getTargetValidationMetadatas(target as () => void, '', false, false);
  // IsOptional changes nothing here: a property without a value is valid anyway.
  const required = rules.filter(({ type }) => type !== ValidationTypes.CONDITIONAL_VALIDATION);
  const isSimple = required.every(
    ({ type, each, validateIf }) => type === ValidationTypes.CUSTOM_VALIDATION && !each && !validateIf,
  );
  if (!isSimple) return () => false;
  const checks = required.flatMap((rule) =>
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
