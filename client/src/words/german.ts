import type { Host, Words } from './Words.js';

const renewSignIn = {
  browser: 'Öffnen Sie den neuesten Link aus Ihrer Buchung.',
  app: 'Melden Sie sich neu an.',
};
const settings = { browser: 'den Einstellungen des Browsers', app: 'den Einstellungen des Geräts' };
const thisHost = { browser: 'Dieser Browser', app: 'Diese App' };

const at = (clock: string | undefined): string => (clock ? ` um ${clock}` : '');

export function germanWords(host: Host): Words {
  const notFound = 'Ihr Telefon findet hier seinen Standort nicht. Es versucht es weiter.';
  const positionProblems = {
    PERMISSION_DENIED: `${thisHost[host]} darf Ihren Standort nicht nutzen. Erlauben Sie es in ${settings[host]} und versuchen Sie es dann erneut.`,
    LOCATION_OFF: 'Der Standort ist auf diesem Gerät ausgeschaltet. Schalten Sie ihn ein.',
    PRECISE_LOCATION_OFF: `${thisHost[host]} erhält nur einen ungefähren Standort. Erlauben Sie den genauen in den Einstellungen.`,
    BATTERY_SAVER:
      'Der Energiesparmodus hindert dieses Gerät daran, seinen Standort zu finden. Schalten Sie ihn für die Fahrt aus.',
    POSITION_UNAVAILABLE: notFound,
    INVALID_FIX: notFound,
    TIMEOUT: 'Ihr Telefon braucht lange, um seinen Standort zu finden. Es versucht es weiter.',
  };
  const otherDevice =
    'Ein anderes Gerät teilt diese Fahrt. Übernehmen Sie sie, um sie von diesem Gerät zu teilen.';
  const signInExpired = `Ihre Anmeldung ist abgelaufen. ${renewSignIn[host]}`;
  const willKnow = 'Ihr Schüler erfährt es gleich.';
  const notShared = 'Ihr Standort wird nicht mehr geteilt.';
  const notStartable = {
    title: 'Dieser Termin kann nicht starten',
    detail: 'Er ist vorbei oder abgesagt, oder Sie sind schon angekommen.',
  };
  const didNotWork = 'Das hat nicht geklappt. Bitte versuchen Sie es erneut.';
  const notYours = 'Das ist keiner Ihrer Termine.';

  return {
    language: 'de',
    timeLocale: 'de',
    decimalPoint: ',',
    age: {
      justNow: 'gerade eben',
      seconds: (count) => `vor ${count} s`,
      minutes: (count) => `vor ${count} min`,
      hours: (count) => `vor ${count} h`,
    },
    duration: {
      underAMinute: 'weniger als einer Minute',
      minutes: (count) => (count === 1 ? '1 Minute' : `${count} Minuten`),
      hours: (hours, minutes) => `${hours} h ${minutes} min`,
    },
    meters: (count) => `${count} m`,
    kilometers: (count) => `${count} km`,
    people: { trainer: 'Trainer', student: 'Schüler', operator: 'Leitstelle' },

    arrival: {
      range: (from, to) => `in ${from}–${to} min`,
      about: (minutes) => `in etwa ${minutes} min`,
      soon: 'jeden Moment',
      late: (clock) => `verspätet: etwa ${clock}`,
    },
    stages: {
      ON_THE_WAY: 'Unterwegs',
      APPROACHING: 'Bald da',
      NEARBY: 'In der Nähe',
      AT_THE_DOOR: 'Vor der Tür',
    },
    chips: { LIVE: 'Live', DELAYED: 'Verzögert', LOST: 'Verloren', OFFLINE: 'Offline' },
    alerts: {
      SIGNAL_LOST: 'Signal verloren',
      NOT_MOVING: 'Steht still',
      RUNNING_LATE: 'Verspätet',
      NO_SHOW: 'Nicht losgefahren',
    },
    states: {
      NOT_STARTED: 'Nicht gestartet',
      EN_ROUTE: 'Unterwegs',
      ARRIVED: 'Angekommen',
      STOPPED: 'Beendet',
      EXPIRED: 'Abgelaufen',
      CANCELLED: 'Abgesagt',
    },
    signals: { LIVE: 'Live', DELAYED: 'Verzögert', LOST: 'Verloren', NONE: 'Noch kein Standort' },
    trackingProblems: {
      PERMISSION_DENIED: 'Keine Berechtigung',
      PRECISE_LOCATION_OFF: 'Nur ungefährer Standort',
      LOCATION_OFF: 'Standort ausgeschaltet',
      NO_POSITION: 'Kein Standort gefunden',
      MOCKED_LOCATION: 'Erfundene Standorte',
      BATTERY_SAVER: 'Energiesparmodus',
      SIGNED_OUT: 'Abgemeldet',
    },

    buttons: {
      start: 'Fahrt starten',
      startAgain: 'Erneut starten',
      arrive: 'Ich bin da',
      stop: 'Nicht mehr teilen',
      takeOver: 'Von diesem Gerät teilen',
      tryAgain: 'Erneut versuchen',
      openSettings: 'Einstellungen öffnen',
    },
    facts: {
      toHome: 'Bis zu Ihnen',
      lastSeen: 'Gesehen',
      accurateTo: 'Genau auf',
      toGo: 'Noch',
      unsent: 'Ungesendet',
      notAccepted: 'Abgelehnt',
      unknown: '…',
    },

    student: {
      yourTrainer: 'Ihr Trainer',
      cardLabel: 'Die Fahrt Ihres Trainers',
      mapLabel: 'Karte des Wegs zu Ihnen',
      home: 'Ihr Zuhause',
      progress: 'Zurückgelegter Anteil des Wegs',
      fromHome: (trainer, distance) => `${trainer}, ${distance} von Ihnen entfernt`,
      asking: { title: 'Einen Moment', detail: 'Wir fragen, wo Ihr Trainer ist.' },
      notStarted: {
        title: 'Noch nicht unterwegs',
        detail: 'Diese Karte wird lebendig, sobald Ihr Trainer losfährt.',
      },
      noShow: 'Ihr Trainer wurde um diese Zeit erwartet und ist noch nicht losgefahren.',
      noJourney: { title: 'Keine Fahrt', detail: 'Zu diesem Termin kommt niemand.' },
      settingOff: {
        title: 'Fährt los',
        detail: 'Ihr Trainer ist gestartet; der erste Standort ist gleich da.',
      },
      onTheWay: (startedAt) => `Ihr Trainer ist${at(startedAt)} losgefahren und auf dem Weg zu Ihnen.`,
      stages: {
        APPROACHING: 'Ihr Trainer ist bald da.',
        NEARBY: 'Ihr Trainer ist in der Nähe.',
        AT_THE_DOOR: 'Ihr Trainer steht vor Ihrer Tür.',
      },
      delayed: 'Der Standort ist etwas im Rückstand.',
      lost: 'Signal verloren',
      lostFor: (duration) =>
        `${duration ? `Seit ${duration} kein Standort` : 'Kein Standort'}: vielleicht ein Tunnel. Die Karte geht weiter, sobald wieder einer kommt.`,
      signalBack: 'Das Signal ist wieder da.',
      offline: 'Keine Verbindung',
      offlineDetail: (age) =>
        `Wir erreichen den Dienst nicht und versuchen es weiter.${age ? ` Hier war Ihr Trainer ${age}.` : ''}`,
      ends: {
        ARRIVED: (endedAt) => ({
          title: 'Angekommen',
          detail: `Ihr Trainer steht ${endedAt ? `seit ${endedAt} ` : ''}vor der Tür. Der Standort wird nicht mehr geteilt.`,
        }),
        STOPPED: (endedAt) => ({
          title: 'Fahrt beendet',
          detail: `Ihr Trainer hat das Teilen${at(endedAt)} beendet. Sie sehen es hier, wenn er wieder losfährt.`,
        }),
        EXPIRED: (endedAt) => ({
          title: 'Teilen abgelaufen',
          detail: `Standorte werden höchstens eine Stunde geteilt; diese Fahrt endete${at(endedAt)}.`,
        }),
        CANCELLED: (endedAt) => ({
          title: 'Fahrt abgesagt',
          detail: `Diese Fahrt wurde${at(endedAt)} abgesagt. Ihre Buchung sagt, ob der Termin stattfindet.`,
        }),
      },
      notMoving: 'Ihr Trainer steht seit einigen Minuten: vielleicht im Stau.',
      runningLate: 'Ihr Trainer verspätet sich.',
      trackingProblems: {
        PERMISSION_DENIED: 'Das Telefon des Trainers darf seinen Standort im Moment nicht teilen.',
        PRECISE_LOCATION_OFF: 'Das Telefon des Trainers gibt im Moment nur einen ungefähren Standort.',
        LOCATION_OFF: 'Auf dem Telefon des Trainers ist der Standort im Moment ausgeschaltet.',
        NO_POSITION: 'Das Telefon des Trainers findet seinen Standort im Moment nicht.',
        MOCKED_LOCATION: 'Das Telefon des Trainers gibt im Moment keinen echten Standort.',
        BATTERY_SAVER:
          'Der Energiesparmodus hindert das Telefon des Trainers im Moment daran, seinen Standort zu finden.',
        SIGNED_OUT: 'Das Telefon des Trainers ist im Moment abgemeldet.',
      },
    },

    trainer: {
      cardLabel: 'Ihre Fahrt',
      mapLabel: 'Karte Ihres Wegs',
      home: 'Das Zuhause des Schülers',
      you: 'Sie',
      lookingUp: { title: 'Einen Moment', detail: 'Ihr Termin wird gesucht.' },
      restoring: { title: 'Einen Moment', detail: 'Wir sehen nach, wo Sie aufgehört haben.' },
      ready: {
        title: 'Bereit',
        detail: 'Ihr Schüler sieht Sie auf der Karte, sobald Sie starten, und höchstens eine Stunde lang.',
      },
      starting: { title: 'Startet', detail: willKnow },
      arriving: { title: 'Ankunft', detail: willKnow },
      stopping: { title: 'Wird beendet', detail: willKnow },
      notStopped: {
        title: 'Noch nicht beendet',
        detail: 'Ihr Standort wird nicht mehr geteilt, aber Ihr Schüler weiß es noch nicht.',
      },
      onTheWay: 'Unterwegs',
      seen: 'Ihr Schüler sieht, wo Sie sind.',
      seenSoon: 'Ihr Schüler sieht Sie mit Ihrem ersten Standort.',
      noConnection: 'Keine Verbindung',
      keptFixes: (count) =>
        `Fahren Sie weiter: ${count === 1 ? '1 Standort wird' : `${count} Standorte werden`} aufbewahrt und gesendet, sobald es wieder geht.`,
      otherDevice: 'Ein anderes Gerät teilt',
      notSharing: 'Wird nicht geteilt',
      unseen: 'Ihr Schüler sieht Sie nicht.',
      unseenNow: 'Ihr Schüler sieht nicht, wo Sie jetzt sind.',
      chips: {
        sharing: 'Wird geteilt',
        offline: 'Offline',
        paused: 'Angehalten',
        noPosition: 'Kein Standort',
      },
      ends: {
        ARRIVED: { title: 'Angekommen', detail: notShared },
        STOPPED: { title: 'Beendet', detail: notShared },
        EXPIRED: { title: 'Abgelaufen', detail: 'Eine Fahrt wird höchstens eine Stunde geteilt.' },
        CANCELLED: {
          title: 'Fahrt abgesagt',
          detail:
            'Die Leitstelle hat sie abgesagt, oder die Buchung hat sich geändert. Sehen Sie dort nach, bevor Sie weiterfahren.',
        },
        UNKNOWN: { title: 'Fahrt vorbei', detail: notShared },
      },
      reasons: {
        ...positionProblems,
        NO_POSITION: 'Ihr Telefon findet seinen Standort nicht. Legen Sie es unter freien Himmel.',
        MOCKED_LOCATION: 'Eine App auf diesem Gerät erfindet Standorte. Schalten Sie sie aus.',
        SIGNED_OUT: signInExpired,
        OTHER_DEVICE: otherDevice,
        REFUSED: 'Der Dienst nimmt von diesem Telefon im Moment keine Standorte an.',
        CLOCK:
          'Die Zeiten Ihrer Standorte können nicht stimmen. Stellen Sie die Uhr dieses Geräts auf automatisch.',
        FIXES_REFUSED:
          'Ihre Standorte können nicht stimmen und werden daher nicht gezeigt. Warten Sie auf bessere.',
      },
      positionProblems,
      notStored: `${thisHost[host]} speichert nichts: Lassen Sie ${host === 'app' ? 'sie' : 'die Seite'} offen, solange Sie keine Verbindung haben.`,
      notification: {
        title: 'Ihr Weg wird geteilt',
        detail: 'Ihr Schüler sieht, wo Sie sind, bis Sie ankommen oder das Teilen beenden.',
      },
    },

    refusals: {
      unauthenticated: {
        title: host === 'app' ? 'Ihre Anmeldung ist abgelaufen' : 'Dieser Link ist abgelaufen',
        detail: renewSignIn[host],
      },
      share: {
        title: 'Dieser Link zeigt nichts mehr',
        detail: 'Er ist abgelaufen oder wurde zurückgenommen. Lassen Sie sich einen neuen geben.',
      },
      notYours: {
        title: 'Nicht Ihr Termin',
        detail:
          host === 'app'
            ? 'Hier gibt es keinen Termin, den Sie sehen dürfen.'
            : 'Hier gibt es keinen Termin, den dieser Link zeigen darf.',
      },
      notStartable,
      other: {
        title: 'Das hat nicht geklappt',
        detail: `Der Dienst hat diese Anfrage nicht beantwortet. ${host === 'app' ? 'Versuchen Sie es später erneut.' : 'Laden Sie die Seite neu, um es erneut zu versuchen.'}`,
      },
    },
    failures: {
      noConnection: 'Keine Verbindung.',
      serviceAway: 'Der Dienst ist einen Moment lang nicht erreichbar.',
      meanwhile: {
        look: 'Sie können starten, sobald es wieder geht.',
        start:
          'Ihr Schüler weiß noch nichts. Versuchen Sie es erneut, sobald es wieder geht; nichts startet doppelt.',
        arrive:
          'Ihr Schüler weiß noch nicht, dass Sie da sind. Versuchen Sie es erneut, sobald es wieder geht.',
        stop: 'Es wird nichts mehr geteilt, und Ihr Schüler erfährt es, sobald es wieder geht.',
        takeOver: 'Versuchen Sie es erneut, sobald es wieder geht.',
        cancel:
          'Die Fahrt ist vielleicht noch aktiv. Versuchen Sie es erneut, sobald es wieder geht; nichts wird doppelt abgesagt.',
        drive: 'Nichts geht verloren: Ihre Standorte werden aufbewahrt und gesendet, sobald es wieder geht.',
        list: 'Versuchen Sie es erneut, sobald es wieder geht.',
      },
      arrivalTooFar: (distance, limit) =>
        `Sie sind noch ${distance} entfernt; ankommen können Sie im Umkreis von ${limit} um das Zuhause.`,
      notThereYet: 'Sie sind noch nicht da.',
      codes: {
        RATE_LIMITED: 'Die Standorte kamen zu schnell. Der nächste wartet ein wenig.',
        LOCATION_UNKNOWN:
          'Ihr Standort ist noch nicht bekannt. Warten Sie auf einen Standort und versuchen Sie es erneut.',
        LOCATION_IMPLAUSIBLE:
          'Dieser Standort kann nicht stimmen und wird daher nicht gezeigt. Warten Sie auf einen besseren.',
        ARRIVAL_UNCONFIRMED:
          'Ihre letzten Standorte passen nicht zusammen. Warten Sie einen Moment und versuchen Sie es erneut.',
        OTHER_DEVICE_REPORTS: otherDevice,
        JOURNEY_ALREADY_STARTED: 'Diese Fahrt ist schon gestartet, vielleicht auf einem anderen Telefon.',
        SESSION_NOT_STARTABLE: `${notStartable.title}. ${notStartable.detail}`,
        JOURNEY_NOT_ACTIVE: 'Zu diesem Termin gibt es gerade keine Fahrt.',
        JOURNEY_ENDED: 'Diese Fahrt ist zu Ende.',
        SESSION_NOT_FOUND: notYours,
        FORBIDDEN: notYours,
        UNAUTHENTICATED: signInExpired,
        BAD_USER_INPUT: didNotWork,
        DOCUMENT_NOT_TRUSTED: didNotWork,
        INTERNAL_SERVER_ERROR: didNotWork,
        CLOSED: didNotWork,
        UNKNOWN: didNotWork,
      },
    },

    shares: {
      heading: 'Links für andere',
      detail: 'Wer einen solchen Link hat, sieht diese Fahrt auf der Karte, ohne sich anzumelden.',
      create: 'Link erstellen',
      creating: 'Der Link wird erstellt …',
      newLink: 'Der neue Link. Er wird nur jetzt gezeigt.',
      qrCode: 'QR-Code des Links',
      copy: 'Kopieren',
      copied: 'Kopiert',
      send: 'Senden',
      message: 'Hier sehen Sie, wo der Trainer ist:',
      until: (clock) => `Gültig bis ${clock}`,
      revoke: 'Zurücknehmen',
      revokeUntil: (clock) => `Den Link zurücknehmen, der bis ${clock} gültig ist`,
      notCreated: 'Der Link konnte nicht erstellt werden. Versuchen Sie es erneut.',
      notRevoked:
        'Der Link konnte nicht zurückgenommen werden und gilt vielleicht noch. Versuchen Sie es erneut.',
      tooMany: 'Es gibt schon 10 Links. Nehmen Sie zuerst einen zurück.',
    },

    operator: {
      cardLabel: 'Alle Fahrten',
      mapLabel: 'Karte aller Fahrten',
      title: (enRoute) => `${enRoute} unterwegs`,
      sessions: (count) => (count === 1 ? '1 Termin' : `${count} Termine`),
      detail: 'Jede Fahrt dieses Dienstes, im Takt, den er vorgibt.',
      asking: 'Wir fragen, welche Fahrten unterwegs sind.',
      unauthenticated: 'Dieser Link ist abgelaufen. Öffnen Sie den neuesten.',
      refused: 'Dieser Link gehört nicht zur Leitstelle.',
      offline: 'Wir erreichen den Dienst nicht und versuchen es weiter. Dies ist der letzte bekannte Stand.',
      refusedChip: 'Abgelehnt',
      signalsLabel: 'Unterwegs, nach Signal',
      noPosition: 'kein Standort',
      positionCorrected: (clock) => `Standort um ${clock} korrigiert`,
      listTitle: 'Fahrten',
      sortBy: 'Sortieren nach',
      sorts: { arrival: 'Ankunft', alerts: 'Meiste Warnungen', distance: 'Nähe' },
      show: 'Zeigen',
      showAll: 'Alle',
      showTroubled: 'Jede Warnung oder Störung',
      noneShown: 'Keine Fahrt ist gerade so.',
      noShows: (count, hasMore) => `Nicht losgefahren: ${hasMore ? 'mehr als ' : ''}${count}`,
      bookedFor: (clock) => `gebucht für ${clock}`,
      noShowsUnknown:
        'Ob jemand nicht losgefahren ist, lässt sich gerade nicht feststellen. Wir versuchen es weiter.',
      listMore: (unlisted) => `Mehr zeigen (${unlisted} nicht aufgeführt)`,
      cancel: {
        button: 'Absagen',
        buttonLabel: (trainer) => `Absagen: die Fahrt von ${trainer}`,
        title: 'Diese Fahrt absagen?',
        detail: (trainer) =>
          `${trainer} ist unterwegs. Der Standort wird nicht mehr geteilt, und der Schüler sieht, dass die Fahrt abgesagt wurde. Eine neue Fahrt kann beginnen.`,
        confirm: 'Fahrt absagen',
        keep: 'Fahrt behalten',
        done: (trainer) => `Die Fahrt von ${trainer} ist abgesagt.`,
      },
      cost: {
        title: 'Was das Beobachten kostet',
        aMinute: 'In einer Minute',
        requests: 'Anfragen',
        received: 'Empfangen',
        each: 'Je Anfrage',
        aJourney: 'Je Fahrt',
      },
    },

    app: {
      title: 'Live-Karte',
      signInLabel: 'Anmelden',
      mapLabel: 'Karte',
      mapFailed: 'Dieses Gerät kann die Karte nicht zeichnen. Alles andere funktioniert.',
      recentre: 'Zentrieren',
      zoomIn: 'Vergrößern',
      zoomOut: 'Verkleinern',
      asking: { title: 'Einen Moment', detail: 'Wir sehen nach, wer Sie sind.' },
      noKey: {
        title: 'Öffnen Sie Ihren Link',
        detail:
          'Diese Karte öffnet sich mit dem Link aus Ihrer Buchung. Er enthält den Schlüssel allein zu Ihrem Termin.',
      },
      notInDemo: {
        title: 'Wählen Sie einen Termin',
        detail: 'Dieser Termin der Demo ist vorbei, und sein Trainer fährt zu einem anderen.',
      },
      views: { label: 'Ansichten', student: 'Schüler', trainer: 'Trainer', operator: 'Leitstelle' },
      demoSession: 'Termin der Demo',
      positionFrom: 'Standort von',
      thisDevice: 'Dieses Gerät',
      simulatedDrive: 'Simulierte Fahrt',
    },
  };
}
