import { formatClock, formatPerson } from '@journey/client/words';
import { memo } from 'react';
import { useWords } from '../app/words';
import type { NoShows } from './useNoShows';

/** The sessions that nobody has set off for, above those who are on the way: an operator has to call these trainers. */
export const NoShowList = memo(function NoShowList({ noShows, hasMore, failed }: NoShows) {
  const words = useWords();
  const { operator } = words;
  if (noShows.length === 0 && !failed) return null;
  return (
    <>
      {noShows.length > 0 && <h2 id="no-shows">{operator.noShows(noShows.length, hasMore)}</h2>}
      {failed && <p className="note">{operator.noShowsUnknown}</p>}
      {noShows.length > 0 && (
        <ul className="journeys" aria-labelledby="no-shows">
          {noShows.map(({ id, trainerId, scheduledAt }) => (
            <li key={id} data-signal="NONE">
              {formatPerson(words, trainerId)}
              <span className="whereabouts">{operator.bookedFor(formatClock(words, scheduledAt))}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
});
