import type { JourneyFailure, VisibilitySource } from '@journey/client';
import { useShares, type NewShare } from '@journey/client/shares';
import { formatClock, type Words } from '@journey/client/words';
import { useState } from 'react';
import { isFinal } from '../app/refusals';
import { shareAddress } from '../app/route';
import { useWords } from '../app/words';
import { QrCode } from '../ui/QrCode';

interface SharesPanelProps {
  sessionId: string;
  visibility: VisibilitySource;
}

/** Creates, shows and revokes the links with which others watch this session. */
export function SharesPanel({ sessionId, visibility }: SharesPanelProps) {
  const words = useWords();
  const { shares: texts } = words;
  const { shares, failure, create, revoke } = useShares(sessionId, { visibility });
  const [created, setCreated] = useState<NewShare>();
  const [busy, setBusy] = useState(false);
  const [notice, setNotice] = useState('');
  // Whoever may not share, the trainer say, does not see the panel.
  if (failure && isFinal(failure)) return null;

  const createOne = async () => {
    setBusy(true);
    setNotice('');
    const result = await create();
    setBusy(false);
    if (result.ok) setCreated(result.value);
    else setNotice(creationFailure(words, result.failure));
  };
  const revokeOne = async (id: string) => {
    setNotice('');
    const result = await revoke(id);
    if (!result.ok) setNotice(texts.notRevoked);
    else if (created?.share.id === id) setCreated(undefined);
  };

  return (
    <details className="shares">
      <summary>{texts.heading}</summary>
      <p className="note">{texts.detail}</p>
      {notice && (
        <p className="notice" role="alert">
          {notice}
        </p>
      )}
      {created && <NewLink address={shareAddress(created.token)} />}
      {shares.length > 0 && (
        <ul>
          {shares.map(({ id, expiresAt }) => (
            <li key={id}>
              <span>{texts.until(formatClock(words, expiresAt))}</span>
              <button
                type="button"
                className="button"
                aria-label={texts.revokeUntil(formatClock(words, expiresAt))}
                onClick={() => void revokeOne(id)}
              >
                {texts.revoke}
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="buttons">
        <button type="button" className="button" disabled={busy} onClick={() => void createOne()}>
          {busy ? texts.creating : texts.create}
        </button>
      </div>
    </details>
  );
}

function NewLink({ address }: { address: string }) {
  const { shares: texts } = useWords();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    // Refused without a permission: the link can be selected by hand.
    await navigator.clipboard.writeText(address).then(
      () => setCopied(true),
      () => undefined,
    );
  };
  return (
    <div className="new-link">
      <label>
        {texts.newLink}
        <input readOnly value={address} onFocus={({ target }) => target.select()} />
      </label>
      <QrCode text={address} label={texts.qrCode} />
      <div className="buttons">
        <button type="button" className="button" onClick={() => void copy()}>
          {copied ? texts.copied : texts.copy}
        </button>
        {'share' in navigator && (
          <button
            type="button"
            className="button"
            onClick={() => {
              // Rejects when somebody closes the share sheet.
              navigator.share({ text: texts.message, url: address }).catch(() => undefined);
            }}
          >
            {texts.send}
          </button>
        )}
      </div>
    </div>
  );
}

const creationFailure = ({ shares }: Words, { code }: JourneyFailure): string =>
  code === 'BAD_USER_INPUT' ? shares.tooMany : shares.notCreated;
