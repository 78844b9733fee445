import { getLocales } from 'expo-localization';
import { wordsFor, type Text } from '@journey/client/words';

/** In the language of the phone, also where no screen is. */
export const trackingNotification = (): Text =>
  wordsFor(
    getLocales().map(({ languageTag }) => languageTag),
    'app',
  ).trainer.notification;
