import type { AppWords } from './AppWords';

export const german: AppWords = {
  signIn: {
    screen: 'Anmelden',
    intro: {
      title: 'Willkommen',
      detail: 'Fügen Sie Ihr Token ein, oder öffnen Sie einen Anmeldelink mit der Kamera dieses Telefons.',
    },
    token: 'Token oder Link',
    tokenHint: 'Die Demo gibt für jeden Trainer und jeden Schüler eines aus.',
    submit: 'Anmelden',
    as: (person) => `Als ${person} anmelden`,
    noToken: 'In diesem Text ist kein Token. Fügen Sie das ganze Token oder den ganzen Link ein.',
    otherRole: 'Diese App ist für Trainer und Schüler; das Token gehört zu jemand anderem.',
    expired: 'Dieses Token ist abgelaufen. Holen Sie ein neues.',
    signOut: 'Abmelden',
    stillSharing:
      'Dieses Telefon teilt eine Fahrt. Kommen Sie zuerst an, oder beenden Sie die Fahrt: Abgemeldet teilt es nichts mehr, und Ihr Schüler sieht nur, dass das Signal verloren ist.',
    signOutAnyway: 'Trotzdem abmelden',
  },
  sessions: {
    screen: 'Ihre Termine',
    home: 'Ihr Tag',
    upcoming: 'Bevorstehend',
    today: 'Heute',
    later: 'Später',
    past: 'Vergangen',
    noneUpcoming: 'Keine bevorstehenden Termine.',
    noneToday: 'Heute keine Termine.',
    loading: 'Ihre Termine werden geladen.',
    showMore: 'Mehr anzeigen',
    showLater: 'Spätere Termine anzeigen',
    showEarlier: 'Frühere Termine anzeigen',
    with: (person) => `mit ${person}`,
    onTheWayNow: 'Jetzt unterwegs',
    activeNow: 'Ihre laufende Fahrt',
    status: {
      SCHEDULED: 'Geplant',
      CONFIRMED: 'Bestätigt',
      COMPLETED: 'Abgeschlossen',
      CANCELLED: 'Abgesagt',
    },
  },
  session: { screen: 'Termin' },
  shares: {
    loading: 'Die Links werden geladen.',
    none: 'Es gibt gerade keinen Link.',
    noLiveMap: 'Diese Version der App kann keine Links erstellen: Ihr fehlt die Adresse der Live-Karte.',
    nothingToWatch: 'Zu diesem Termin fährt niemand mehr los, also gibt es nichts zu sehen.',
  },
  journey: { screen: 'Fahrt' },
  trainerLocation: {
    screen: 'Trainer',
    none: (trainer) => ({
      title: 'Nicht auf dem Weg zu Ihnen',
      detail: `${trainer} ist gerade nicht auf dem Weg zu Ihnen. Sobald eine Fahrt beginnt, sehen Sie sie hier.`,
    }),
  },
  permission: {
    why: 'Ihr Standort wird vom Start einer Fahrt an genutzt, bis Sie ankommen oder sie beenden, auch bei ausgeschaltetem Bildschirm.',
    denied:
      'Diese App darf Ihren Standort nicht nutzen. Erlauben Sie es in den Systemeinstellungen, und starten Sie erneut.',
    approximate:
      'Diese App erhält nur einen ungefähren Standort, der für eine Karte zu ungenau ist. Erlauben Sie den genauen in den Systemeinstellungen, und starten Sie erneut.',
    off: 'Der Standort ist auf diesem Telefon ausgeschaltet. Schalten Sie ihn ein, und starten Sie erneut.',
  },
  notFound: { title: 'Hier ist nichts', detail: 'Dieser Link führt zu keiner Seite dieser App.' },
  toStart: 'Zum Anfang',
};
