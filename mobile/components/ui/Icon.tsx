import type { StatusIcon } from '@journey/client/words';
import Svg, { Path } from 'react-native-svg';

const paths: Record<StatusIcon | 'home', string> = {
  moving: 'M12 4.5 18 19l-6-3.2L6 19z',
  clock: 'M20.5 12a8.5 8.5 0 1 1-17 0 8.5 8.5 0 0 1 17 0M12 7.5V12l3 2',
  arrived: 'm5 12.5 4.6 4.6L19 7.4',
  stopped: 'M8.5 6.5h7a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2z',
  cancelled: 'm7 7 10 10M17 7 7 17',
  offline: 'M4 4l16 16M8.5 8.2A5.4 5.4 0 0 0 6.6 18H17M11 6.6a5.5 5.5 0 0 1 6.6 4.1A3.9 3.9 0 0 1 20.4 16',
  locked: 'M12 15a4 4 0 1 1-8 0 4 4 0 0 1 8 0m-1-3 8-8M16 7l2.5 2.5',
  home: 'M4 11.2 12 4.5l8 6.7V19a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 19zM9.75 20.5v-5.75h4.5v5.75',
};

interface IconProps {
  readonly name: StatusIcon | 'home';
  readonly color: string;
  readonly size?: number;
}

/** A decoration: the words beside it say the same. */
export function Icon({ name, color, size = 24 }: IconProps) {
  return (
    <Svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden>
      <Path d={paths[name]} stroke={color} strokeWidth={2} strokeLinecap="round" strokeLinejoin="round" />
    </Svg>
  );
}
