import { useWords } from '../app/words';

/** Where positions come from: the device's own, or a car that drives by itself. */
export type PositionKind = 'phone' | 'simulated';

export function PositionChoice({
  kind,
  onKind,
}: {
  kind: PositionKind;
  onKind: (kind: PositionKind) => void;
}) {
  const { app } = useWords();
  const names: Record<PositionKind, string> = { simulated: app.simulatedDrive, phone: app.thisDevice };
  return (
    <fieldset className="choice">
      <legend>{app.positionFrom}</legend>
      {(Object.keys(names) as PositionKind[]).map((each) => (
        <label key={each}>
          <input type="radio" name="position" checked={each === kind} onChange={() => onKind(each)} />
          {names[each]}
        </label>
      ))}
    </fieldset>
  );
}
