/** Where positions come from: the device's own, or a car that drives by itself. */
export type PositionKind = 'phone' | 'simulated';

const NAMES: Record<PositionKind, string> = { simulated: 'Simulated drive', phone: 'This device' };

export function PositionChoice({
  kind,
  onKind,
}: {
  kind: PositionKind;
  onKind: (kind: PositionKind) => void;
}) {
  return (
    <fieldset className="choice">
      <legend>Position from</legend>
      {(Object.keys(NAMES) as PositionKind[]).map((each) => (
        <label key={each}>
          <input type="radio" name="position" checked={each === kind} onChange={() => onKind(each)} />
          {NAMES[each]}
        </label>
      ))}
    </fieldset>
  );
}
