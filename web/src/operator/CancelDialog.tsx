import { useApolloClient } from '@apollo/client/react';
import type { JourneyFailure } from '@journey/client';
import { failureInWords, formatPerson, type Words } from '@journey/client/words';
import { useEffect, useId, useRef, useState } from 'react';
import { useWords } from '../app/words';
import { cancelJourney } from './cancelJourney';
import type { FleetJourney } from './fleetOrder';

interface CancelDialogProps {
  journey: FleetJourney;
  onCancelled: (journey: FleetJourney) => void;
  onClose: () => void;
}

/** Asks whether to cancel a journey, and stays open until that has worked or is not wanted any more. */
export function CancelDialog({ journey, onCancelled, onClose }: CancelDialogProps) {
  const words = useWords();
  const { cancel } = words.operator;
  const client = useApolloClient();
  const dialog = useRef<HTMLDialogElement>(null);
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState<JourneyFailure>();
  const [titleId, detailId] = [useId(), useId()];
  useEffect(() => {
    // Modal, so that the list which changes below it takes no click or key that was meant for it.
    if (!dialog.current!.open) dialog.current!.showModal();
  }, []);

  const send = async () => {
    setSending(true);
    setFailure(undefined);
    const failed = await cancelJourney(client, journey.sessionId);
    setSending(false);
    setFailure(failed);
    if (failed) return;
    onCancelled(journey);
    dialog.current?.close();
  };

  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={titleId}
      aria-describedby={detailId}
      // By the Escape key; what was sent is waited for.
      onCancel={(event) => sending && event.preventDefault()}
      onClose={onClose}
    >
      <h2 id={titleId}>{cancel.title}</h2>
      <p id={detailId}>{cancel.detail(formatPerson(words, journey.trainerId))}</p>
      {failure && (
        <p className="notice" role="alert">
          {cancelFailure(words, failure)}
        </p>
      )}
      <div className="buttons">
        <button type="button" className="button" disabled={sending} onClick={() => dialog.current?.close()}>
          {cancel.keep}
        </button>
        <button type="button" className="button button-danger" disabled={sending} onClick={() => void send()}>
          {cancel.confirm}
        </button>
      </div>
    </dialog>
  );
}

function cancelFailure(words: Words, failure: JourneyFailure): string {
  if (failure.code === 'UNAUTHENTICATED') return words.operator.unauthenticated;
  if (failure.code === 'FORBIDDEN') return words.operator.refused;
  return failureInWords(words, failure, 'cancel');
}
