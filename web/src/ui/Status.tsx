import type { Description, StatusIcon } from '@journey/client/words';
import type { ReactNode } from 'react';
import { ArrowIcon, CheckIcon, ClockIcon, CloudOffIcon, CrossIcon, KeyIcon, StopIcon } from './icons';

const ICONS: Record<StatusIcon, () => ReactNode> = {
  moving: ArrowIcon,
  clock: ClockIcon,
  arrived: CheckIcon,
  stopped: StopIcon,
  cancelled: CrossIcon,
  offline: CloudOffIcon,
  locked: KeyIcon,
};

interface StatusProps extends Description {
  eyebrow: string;
}

/** The head of a card: what goes on, in one glance. */
export function Status({ tone, icon, eyebrow, title, detail, chip }: StatusProps) {
  const Icon = ICONS[icon];
  return (
    <header className="status" data-tone={tone}>
      <div className="status-row">
        <span className="status-icon">
          <Icon />
        </span>
        <div className="status-words">
          <p className="eyebrow">{eyebrow}</p>
          <h1 tabIndex={-1}>{title}</h1>
        </div>
        {chip && <span className="chip">{chip}</span>}
      </div>
      <p className="status-detail">{detail}</p>
    </header>
  );
}
